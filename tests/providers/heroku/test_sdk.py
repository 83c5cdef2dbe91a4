"""The plugin speaks the published SDK: every property of its classes, with the same wire name, input or output."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Iterator
from typing import Any

import pulumi
import pytest
from pulumi import _types

from infra.providers.heroku.package import package

SCHEMA = package({}).schema()
MODULES = (
    "account", "addon", "app", "build", "cert", "collaborator", "domain", "drain", "formation", "pipeline", "review",
    "slug", "space", "ssl", "team",
)  # fmt: skip
# Made up by the published plugin when the program gives no name, which for a feature is a feature of no such name.
STRICTER = {("heroku:app/feature:Feature", "name"), ("heroku:account/feature:Feature", "name")}
# An app of the Fir generation has no slug.
LOOSER = {("heroku:app/release:Release", "slugId")}
# What we serve beyond the published provider: properties, types, settings.
OURS = {
    "heroku:addon/addon:Addon": {"allowDataLoss", "attachmentName"},
    "heroku:app/app:App": {"allowDataLoss", "generation", "maintenance"},
    "heroku:app/configAssociation:ConfigAssociation": {"keptElsewhere"},
    "heroku:pipeline/configVar:ConfigVar": {"keptElsewhere"},
    "heroku:app/release:Release": {"ociImage", "status"},
    "heroku:space/space:Space": {"generation"},
}
OUR_TYPES = {
    "heroku:account/authorization:Authorization",
    "heroku:addon/config:Config",
    "heroku:app/ociImage:OciImage",
    "heroku:drain/telemetryDrain:TelemetryDrain",
    "heroku:pipeline/promotion:Promotion",
}
OUR_OBJECTS = {"heroku:pipeline/PromotionResult:PromotionResult"}
OUR_SETTINGS = {"allowDataLoss"}


def _classes() -> Iterator[tuple[str, Any]]:
    for name in MODULES:
        module = importlib.import_module(f"pulumiverse_heroku.{name}")
        getattr(module, "__all__", None)  # the SDK's modules load when they are first looked into
        for member in dir(module):
            found = getattr(module, member)
            if inspect.isclass(found) and issubclass(found, pulumi.CustomResource):
                yield _token(found), found


def _token(found: Any) -> str:
    source = inspect.getsource(found._internal_init)
    return next(part for part in source.replace("'", '"').split('"') if part.startswith("heroku:"))


CLASSES = dict(_classes())


def test_every_type_of_the_sdk_is_served() -> None:
    """No class of the published SDK is missing, and no token is a slip of the pen."""
    assert set(SCHEMA["resources"]) - OUR_TYPES == set(CLASSES)


def test_every_function_of_the_sdk_is_served() -> None:
    """All seven."""
    theirs = {
        f"heroku:{module}/{_camel(name)}:{_camel(name)}"
        for module in MODULES
        for name in dir(importlib.import_module(f"pulumiverse_heroku.{module}"))
        if name.startswith("get_") and not name.endswith("_output") and callable(_member(module, name))
    }
    assert set(SCHEMA["functions"]) == theirs


def _member(module: str, name: str) -> Any:
    return getattr(importlib.import_module(f"pulumiverse_heroku.{module}"), name)


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.title() for part in rest)


@pytest.mark.parametrize("token", sorted(CLASSES))
def test_inputs_are_those_of_the_sdk(token: str) -> None:
    """By wire name; ours may have more, which are listed here."""
    module = inspect.getmodule(CLASSES[token])
    arguments = getattr(module, f"{CLASSES[token].__name__}Args")
    theirs = set(_types.input_type_py_to_pulumi_names(arguments).values())
    assert set(SCHEMA["resources"][token]["inputProperties"]) - OURS.get(token, set()) == theirs


@pytest.mark.parametrize("token", sorted(CLASSES))
def test_outputs_are_those_of_the_sdk(token: str) -> None:
    """Every property that a program can read is served."""
    theirs = set(_types.resource_types(CLASSES[token]))
    assert set(SCHEMA["resources"][token]["properties"]) - OURS.get(token, set()) == theirs


@pytest.mark.parametrize("token", sorted(CLASSES))
def test_what_must_be_given_is_what_the_sdk_asks_for(token: str) -> None:
    """A program that the SDK accepts is not refused for something that is missing."""
    module = inspect.getmodule(CLASSES[token])
    arguments = getattr(module, f"{CLASSES[token].__name__}Args")
    names = _types.input_type_py_to_pulumi_names(arguments)
    parameters = list(inspect.signature(arguments.__init__).parameters.values())[1:]
    theirs = {names[one.name] for one in parameters if one.default is inspect.Parameter.empty}
    ours = {name for name in SCHEMA["resources"][token]["requiredInputs"] if (token, name) not in STRICTER}
    assert ours == {name for name in theirs if (token, name) not in LOOSER}


@pytest.mark.parametrize("token", sorted(CLASSES))
def test_what_the_sdk_holds_secret_is_secret(token: str) -> None:
    """At least what the published plugin hides."""
    source = inspect.getsource(CLASSES[token]._internal_init)
    _, _, listed = source.partition("additional_secret_outputs=[")
    names = {name.strip(' "') for name in listed.partition("]")[0].split(",") if name.strip()}
    properties = SCHEMA["resources"][token]["properties"]
    assert names <= {name for name, spec in properties.items() if spec.get("secret")}


@pytest.mark.parametrize(
    ("module", "function", "result"),
    [
        ("addon", "getAddon", "GetAddonResult"),
        ("app", "getApp", "GetAppResult"),
        ("pipeline", "getPipeline", "GetPipelineResult"),
        ("space", "getPeeringInfo", "GetPeeringInfoResult"),
        ("space", "getSpace", "GetSpaceResult"),
        ("team", "getMembers", "GetMembersResult"),
        ("team", "getTeam", "GetTeamResult"),
    ],
)
def test_functions_answer_what_the_sdk_reads(module: str, function: str, result: str) -> None:
    """Every result, by wire name."""
    found = getattr(importlib.import_module(f"pulumiverse_heroku.{module}"), result)
    theirs = {name for _, name, _ in _types._py_properties(found)}
    served = SCHEMA["functions"][f"heroku:{module}/{function}:{function}"]["outputs"]["properties"]
    assert set(served) == theirs


def _nested() -> dict[str, set[str]]:
    """The wire names of the objects inside the SDK's properties and results, by their types' tokens."""
    found = {}
    for module in (*MODULES, "config"):
        try:
            outputs = importlib.import_module(f"pulumiverse_heroku.{module}.outputs")
        except ModuleNotFoundError:
            continue
        for name in outputs.__all__:
            kind = name.removesuffix("Result")
            kind = kind[0].lower() + kind[1:] if module == "config" or name != kind else kind
            token = f"heroku:{module}/{kind}:{kind}"
            found[token] = {wire for _, wire, _ in _types._py_properties(getattr(outputs, name))}
    return found


def test_objects_inside_properties_are_those_of_the_sdk() -> None:
    """Every property of every one of them, by wire name."""
    theirs = _nested()
    served = {token: set(spec["properties"]) for token, spec in SCHEMA["types"].items()}
    assert len(theirs) > 10
    assert {token: served.get(token) for token in theirs} == theirs
    assert set(served) - set(theirs) == OUR_OBJECTS


def test_the_provider_takes_the_published_settings() -> None:
    """Every setting of the published provider is accepted."""
    from pulumiverse_heroku.provider import ProviderArgs

    theirs = set(_types.input_type_py_to_pulumi_names(ProviderArgs).values())
    assert set(SCHEMA["provider"]["inputProperties"]) - OUR_SETTINGS == theirs
