"""The plugin on plain values: previews, secrets, half-made resources, refresh and import."""

from __future__ import annotations

import asyncio

import pytest

from infra.errors import Interrupted, Rejected
from infra.providers.kit.naming import Naming
from infra.providers.kit.plugin import HalfMade, Plugin, UnknownToken
from infra.providers.kit.values import UNKNOWN, Secret, Values, plain
from tests.providers.kit.shelf import TOKEN, Shelf, new_plugin

NAMING = Naming("my Box", bytes(range(16)))
URN = f"urn:pulumi:s::p::{TOKEN}::it"


@pytest.fixture
def plugin() -> Plugin[Shelf]:
    """A plugin over an empty shelf."""
    return new_plugin()


def check(plugin: Plugin[Shelf], news: Values, olds: Values | None = None, naming: Naming = NAMING) -> Values:
    """Inputs that are right."""
    checked, failures = plugin.check(TOKEN, news, olds or {}, naming)
    assert failures == []
    return checked


def test_a_nameless_resource_gets_a_stable_name(plugin: Plugin[Shelf]) -> None:
    """Made from the resource's name and the seed, no longer than allowed, and kept from then on."""
    named = check(plugin, {"region": "eu"})
    assert named["name"] == "my-box-0001020"
    assert check(plugin, {"region": "eu"}, {"name": "older"})["name"] == "older"


def test_the_users_wishes_for_names_are_honoured(plugin: Plugin[Shelf]) -> None:
    """Enforced names are taken, disabled naming leaves none."""
    enforced = check(plugin, {"region": "eu"}, naming=Naming("x", b"1234", "wanted", "enforce"))
    assert enforced["name"] == "wanted"
    assert "name" not in check(plugin, {"region": "eu"}, naming=Naming("x", b"1234", mode="disable"))


def test_types_inside_components_are_found(plugin: Plugin[Shelf]) -> None:
    """The type is what follows the last $."""
    assert plugin.resource(f"my:Component$other:Thing${TOKEN}").token == TOKEN


def test_a_type_that_is_not_served_is_an_error_that_lists_what_is(plugin: Plugin[Shelf]) -> None:
    """No guess, no traceback."""
    with pytest.raises(UnknownToken, match="box:Box"):
        plugin.resource("shelf:index/lid:Lid")


def test_a_previewed_create_knows_its_inputs_and_nothing_else(plugin: Plugin[Shelf]) -> None:
    """What is computed is left out, which means unknown; secrets stay secret."""
    planned = plugin.plan_create(TOKEN, {"name": "a", "region": UNKNOWN, "treasure": {"gold": Secret("1")}})
    assert planned == {"name": "a", "region": UNKNOWN, "treasure": Secret({"gold": "1"})}


async def test_a_create_marks_what_is_secret(plugin: Plugin[Shelf]) -> None:
    """By its field, or because the program said so."""
    inputs = check(plugin, {"name": "a", "region": "eu", "key": "k", "contents": {"a": Secret("1"), "b": "2"}})
    _, outputs = await plugin.create(TOKEN, URN, inputs, 0)
    assert outputs["key"] == Secret("k")
    assert outputs["contents"] == Secret({"a": "1", "b": "2"})
    assert outputs["url"] == "https://a.test"


def test_a_previewed_update_keeps_what_does_not_follow_a_change(plugin: Plugin[Shelf]) -> None:
    """A new name makes a new URL; the serial number stays."""
    old_inputs: Values = {"name": "a", "region": "eu", "weight": 1}
    olds = {**old_inputs, "url": "https://a.test", "serial": "1"}
    planned = plugin.plan_update(TOKEN, old_inputs, olds, {"name": "b", "region": "eu"})
    assert planned == {"name": "b", "region": "eu", "serial": "1"}
    assert plugin.plan_update(TOKEN, old_inputs, olds, {**old_inputs, "weight": 2})["url"] == "https://a.test"


async def test_what_fails_after_it_was_born_is_half_made(plugin: Plugin[Shelf]) -> None:
    """The id and what is known travel with the error."""
    plugin.client.breaks = True
    with pytest.raises(HalfMade) as caught:
        await plugin.create(TOKEN, URN, check(plugin, {"name": "a", "region": "eu", "key": "k"}), 0)
    assert caught.value.id == "box-1"
    assert caught.value.outputs["key"] == Secret("k")
    assert isinstance(caught.value.cause, Rejected)


async def test_what_fails_before_it_was_born_is_an_error(plugin: Plugin[Shelf]) -> None:
    """Nothing exists, nothing is kept."""
    plugin.client.raises = Rejected("no boxes today")
    with pytest.raises(Rejected):
        await plugin.create(TOKEN, URN, check(plugin, {"region": "eu"}), 0)


async def _made(plugin: Plugin[Shelf], inputs: Values) -> tuple[Values, Values]:
    checked = check(plugin, inputs)
    _, outputs = await plugin.create(TOKEN, URN, checked, 0)
    return checked, outputs


async def test_a_refresh_of_what_did_not_change_changes_nothing(plugin: Plugin[Shelf]) -> None:
    """Inputs and outputs come back as they were, secrets and spelling included."""
    inputs, outputs = await _made(
        plugin,
        {
            "name": "a",
            "region": "eu",
            "size": "small",
            "key": "k",
            "treasure": {"g": "1"},
            "contents": {"s": Secret("x")},
        },
    )
    plugin.client.boxes["box-1"]["size"] = "Small"
    read = await plugin.read(TOKEN, URN, "box-1", inputs, outputs)
    assert read is not None
    assert read[1] == inputs
    assert plain(read[2]) == {**plain(outputs), "size": "Small"}


async def test_a_refresh_shows_what_somebody_changed(plugin: Plugin[Shelf]) -> None:
    """Declared fields as they are live, and undeclared ones that are not as silence says."""
    inputs, outputs = await _made(plugin, {"name": "a", "region": "eu", "contents": {"x": "1"}, "weight": 1})
    plugin.client.boxes["box-1"] |= {"contents": {"x": "2"}, "open": True, "labels": ["by hand"]}
    del plugin.client.boxes["box-1"]["weight"]
    read = await plugin.read(TOKEN, URN, "box-1", inputs, outputs)
    assert read is not None
    assert read[1] == {"name": "a", "region": "eu", "contents": {"x": "2"}, "open": True}


async def test_a_refresh_of_what_is_gone_says_so(plugin: Plugin[Shelf]) -> None:
    """None, not an error."""
    assert await plugin.read(TOKEN, URN, "box-9", {"region": "eu"}, {"region": "eu"}) is None


async def test_an_import_gives_inputs_that_a_program_can_repeat(plugin: Plugin[Shelf]) -> None:
    """Everything that is not as silence says, and a program with it changes nothing."""
    await _made(plugin, {"name": "a", "region": "eu", "open": False, "labels": [], "treasure": {"g": "1"}})
    read = await plugin.read(TOKEN, URN, "box-1", {}, {})
    assert read is not None
    assert read[1] == {"name": "a", "region": "eu", "treasure": {"g": Secret("1")}}
    difference = await plugin.diff(TOKEN, "box-1", read[1], read[2], check(plugin, read[1]), [])
    assert difference.changes == {}


async def test_cancel_ends_a_wait_at_once(plugin: Plugin[Shelf]) -> None:
    """An hour's wait ends when the person stops the update."""
    plugin.client.breaks = True
    deleting = asyncio.create_task(plugin.delete(TOKEN, URN, "box-1", {}, {}, 0))
    await asyncio.sleep(0)
    plugin.stop()
    with pytest.raises(Interrupted):
        await asyncio.wait_for(deleting, 5)


async def test_functions_answer_with_their_secrets_marked(plugin: Plugin[Shelf]) -> None:
    """Results by wire name."""
    results, failures = await plugin.invoke("shelf:index/find:find", {"name": "x"})
    assert (results, failures) == ({"id": "x", "treasure": Secret({"gold": "canary"})}, [])


async def test_wrong_arguments_of_a_function_are_told(plugin: Plugin[Shelf]) -> None:
    """Before it is called."""
    _, failures = await plugin.invoke("shelf:index/find:find", {"nmae": "x"})
    assert [failure.reason for failure in failures] == [
        "`find` has no property `nmae`; did you mean `name`?",
        "`find` needs `name`",
    ]


def test_configuration_is_checked(plugin: Plugin[Shelf]) -> None:
    """Unknown settings and bad ones are told; what Pulumi adds is left alone."""
    assert plugin.check_config({"version": "1.0", "apiKey": "k"})[1] == []
    assert "did you mean `apiKey`?" in plugin.check_config({"apiKye": "k"})[1][0].reason
    assert plugin.check_config({"url": "odd"})[1][0].reason == "`url` is odd"


def test_the_schema_is_made_from_the_fields(plugin: Plugin[Shelf]) -> None:
    """Properties, inputs, what is required, secret, and what makes a new resource."""
    box = plugin.package.schema()["resources"][TOKEN]
    assert box["requiredInputs"] == ["region"]
    assert "url" in box["properties"]
    assert "url" not in box["inputProperties"]
    assert box["inputProperties"]["key"]["secret"] is True
    assert box["inputProperties"]["region"]["willReplaceOnChanges"] is True
    assert box["inputProperties"]["owner"] == {"description": "Whose it is.", "$ref": "#/types/shelf:index/Owner:Owner"}
