"""How far a plan reaches: restarts, releases, data."""

from __future__ import annotations

from dataclasses import replace

import pytest

from infra.model.plan import Operation, PropertyChange
from infra.providers.heroku.package import RESOURCES
from infra.rules.impact import EFFECTS, WITHOUT_EFFECT, impact
from tests.rules.previews import ADDON, APP, ATTACHMENT, CONFIG, FORMATION, Drawn, change, standing


def test_every_resource_is_judged() -> None:
    """Whoever adds a resource to the provider says here whether it restarts anything."""
    tokens = {resource.token for resource in RESOURCES}

    assert tokens == {*EFFECTS, *WITHOUT_EFFECT}
    assert not {*EFFECTS} & WITHOUT_EFFECT


def test_config_vars_of_an_app_are_one_release() -> None:
    """Any number of them, secret or not, by their names."""
    changes = (change("vars.LOG_LEVEL"), change("sensitiveVars.KEY", "***", "***"), change('vars["A"]'))
    found = impact(standing().add("update", CONFIG, "web-config", changes, appId="app-1").preview)

    assert found.releases == {"orders-web": 1}
    assert found.restarts == {"orders-web": ("config vars change: A, KEY, LOG_LEVEL",)}
    assert found.cost is None


@pytest.mark.parametrize("operation", ["create", "delete"])
def test_all_config_vars_at_once(operation: Operation) -> None:
    """Made or deleted whole, all keys are told."""
    drawn = standing().add(operation, CONFIG, "web-config", appId="app-1", vars={"A": "1"}, sensitiveVars={"B": "2"})

    assert impact(drawn.preview).restarts == {"orders-web": ("config vars change: A, B",)}


def test_a_whole_map_that_changes_tells_its_keys() -> None:
    """Where the engine says only that the map changes."""
    whole = PropertyChange("vars", "add", None, {"A": "1", "B": "2"})
    found = impact(standing().add("update", CONFIG, "web-config", (whole,), appId="app-1").preview)

    assert found.restarts == {"orders-web": ("config vars change: A, B",)}


def test_what_is_only_let_go_of_is_no_release() -> None:
    """Its value stays; beside it only what changes is told."""
    gone = replace(change("vars.A", "1", None), kind="forget")
    drawn = standing().add("update", CONFIG, "web-config", (gone,), appId="app-1", keptElsewhere=["A"])
    assert impact(drawn.preview).restarts == {}
    both = standing().add("update", CONFIG, "web-config", (gone, change("vars.B")), appId="app-1")
    assert impact(both.preview).restarts == {"orders-web": ("config vars change: B",)}


def test_an_app_that_is_made_anew_lacks_what_is_kept_elsewhere() -> None:
    """Nobody but a person can set that again."""
    drawn = Drawn().add("replace", APP, "web", id="app-1", name="orders-web")
    drawn.add("replace", CONFIG, "web-config", appId="app-1", keptElsewhere=["KEY", "A"])
    (lost,) = impact(drawn.preview).data_loss
    assert lost.endswith("; to be set again from elsewhere: A, KEY")


def test_an_update_without_config_vars_is_no_release() -> None:
    """As when only the engine's bookkeeping changes."""
    assert not impact(
        standing().add("update", CONFIG, "web-config", (change("appId"),), appId="app-1").preview
    ).releases


@pytest.mark.parametrize(
    ("operation", "changes", "plan", "releases"),
    [
        ("create", (), "heroku-redis:mini", 2),
        ("create", (), "scheduler:standard", 1),
        ("delete", (), "heroku-redis:mini", 1),
        ("replace", (), "heroku-redis:mini", 3),
        ("update", (change("plan"),), "heroku-redis:premium-0", 1),
        ("update", (change("attachmentName"),), "heroku-redis:mini", 2),
        ("update", (change("name"),), "heroku-redis:mini", 0),
    ],
)
def test_releases_of_an_addon(
    operation: Operation, changes: tuple[PropertyChange, ...], plan: str, releases: int
) -> None:
    """Attached and furnished, detached, moved to another plan; a name alone is nothing to the app."""
    found = impact(standing().add(operation, ADDON, "cache", changes, id="a", appId="app-1", plan=plan).preview)

    assert found.releases.get("orders-web", 0) == releases
    assert bool(found.restarts) == bool(releases)


def test_an_addon_restarts_every_app_that_it_is_attached_to() -> None:
    """Its plan is theirs too."""
    drawn = standing().add("same", APP, "jobs", app="jobs", id="app-2", name="orders-jobs")
    drawn.add("same", ATTACHMENT, "jobs-db", app="jobs", appId="app-2", addonId="db", name="DATABASE")
    drawn.add("update", ADDON, "db", (change("plan"),), id="db", appId="app-1", plan="heroku-postgresql:standard-0")
    found = impact(drawn.preview)

    assert found.releases == {"orders-jobs": 1, "orders-web": 1}
    assert found.data_loss == ()


@pytest.mark.parametrize(("operation", "releases"), [("create", 1), ("delete", 1), ("replace", 2)])
def test_attachments_release(operation: Operation, releases: int) -> None:
    """Each time one comes or goes."""
    drawn = standing().add(operation, ATTACHMENT, "web-db", appId="app-1", addonId="x", name="ANALYTICS")

    assert impact(drawn.preview).releases == {"orders-web": releases}


def test_another_size_restarts_and_another_number_does_not() -> None:
    """Neither is a release."""
    size = standing().add(
        "update", FORMATION, "w", (change("size", "basic", "standard-1x"),), appId="app-1", type="web"
    )
    number = standing().add("update", FORMATION, "w", (change("quantity", 1, 2),), appId="app-1", type="web")

    assert impact(size.preview).restarts == {"orders-web": ("web moves from basic to standard-1x",)}
    assert impact(size.preview).releases == {}
    assert impact(number.preview).restarts == {}


def test_a_new_app_has_releases_and_nothing_to_restart() -> None:
    """Its first two, one for its config vars, two for its add-on."""
    drawn = Drawn().add("create", APP, "web", name="orders-web").add("create", CONFIG, "c", vars={"A": "1"})
    found = impact(drawn.add("create", ADDON, "db", plan="heroku-postgresql:essential-0").preview)

    assert found.releases == {"orders-web": 5}
    assert found.restarts == {}


@pytest.mark.parametrize(
    "type",
    sorted(
        {
            "heroku:app/webhook:Webhook",
            "heroku:collaborator/collaborator:Collaborator",
            "heroku:domain/domain:Domain",
            "heroku:drain/drain:Drain",
            "heroku:app/feature:Feature",
            "github:index/actionsVariable:ActionsVariable",
        }
    ),
)
def test_what_running_dynos_do_not_notice(type: str) -> None:
    """Neither a restart nor a release."""
    found = impact(standing().add("update", type, "x", (change("a"),), appId="app-1").preview)

    assert (found.restarts, found.releases, found.data_loss) == ({}, {}, ())


@pytest.mark.parametrize("name", ["name", "stack", "buildpacks[0]", "maintenance", "acm", "organization.name"])
def test_an_app_that_changes_in_place_goes_on_running(name: str) -> None:
    """Another stack or buildpack waits for the next build."""
    found = impact(Drawn().add("update", APP, "web", (change(name),), id="app-1", name="orders-web").preview)

    assert (found.restarts, found.releases) == ({}, {})


def test_config_vars_of_the_app_itself_are_a_release() -> None:
    """As other programs declare them."""
    drawn = Drawn().add("update", APP, "web", (change("configVars.A"),), id="app-1", name="orders-web")

    assert impact(drawn.preview).releases == {"orders-web": 1}


@pytest.mark.parametrize(
    ("plan", "operation", "lost"),
    [
        ("heroku-postgresql:essential-0", "delete", True),
        ("heroku-postgresql:essential-0", "replace", True),
        ("heroku-postgresql:essential-0", "update", False),
        ("stackhero-redis:x", "delete", True),
        ("papertrail:choklad", "delete", False),
        ("papertrail:choklad", "replace", False),
    ],
)
def test_data_that_goes(plan: str, operation: Operation, lost: bool) -> None:
    """Only what keeps data loses it, and only when it is deleted or replaced: a plan's move takes it along."""
    found = impact(standing().add(operation, ADDON, "db", (change("plan"),), id="d", appId="app-1", plan=plan).preview)

    assert bool(found.data_loss) == lost
    assert all(plan in text and "orders-web" in text for text in found.data_loss)


def test_an_app_that_goes_takes_its_data_along_and_restarts_nothing() -> None:
    """Whatever happens inside it is nothing beside that."""
    drawn = Drawn().add("delete", APP, "web", id="app-1", name="orders-web")
    drawn.add("delete", ADDON, "db", id="d", appId="app-1", plan="heroku-postgresql:essential-0")
    found = impact(drawn.add("delete", CONFIG, "c", appId="app-1", vars={"A": "1"}).preview)

    assert (found.restarts, found.releases) == ({}, {})
    assert [text.split()[:2] for text in found.data_loss] == [["app", "orders-web"], ["add-on", "db"]]


def test_what_is_lost_is_told_in_one_order() -> None:
    """The engine takes steps up side by side; apps come first, for most goes with them."""
    plan = "heroku-postgresql:essential-0"
    for names in (("b", "a"), ("a", "b")):
        drawn = standing()
        for name in names:
            drawn.add("delete", ADDON, name, id=name, appId="app-1", plan=plan)
        drawn.add("delete", APP, "jobs", id="app-2", name="orders-jobs")
        found = impact(drawn.preview)
        assert [text.split()[1] for text in found.data_loss] == ["orders-jobs", "a", "b"]


def test_code_that_is_released() -> None:
    """By a build, a release, or a promotion to the apps downstream."""
    drawn = standing().add("create", "heroku:build/build:Build", "b", appId="app-1")
    drawn.add("update", "heroku:app/release:Release", "r", (change("slugId"),), appId="app-1")
    drawn.add("create", "heroku:pipeline/promotion:Promotion", "p", app="", targets=["app-1", "app-9"])

    assert impact(drawn.preview).releases == {"app-9": 1, "orders-web": 3}


def test_an_app_is_told_by_its_id_where_the_plan_does_not_know_it() -> None:
    """A program of another's may give an app's id from elsewhere."""
    drawn = Drawn().add("update", CONFIG, "c", (change("vars.A"),), app="", appId="app-7")

    assert impact(drawn.preview).releases == {"app-7": 1}
