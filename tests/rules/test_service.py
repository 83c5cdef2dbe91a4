"""The judgements on environments side by side."""

from __future__ import annotations

from typing import Any

from infra.model.environment import App, Environment, ServiceWide
from infra.rules.service import judge_service
from tests.rules.test_environment import app


def placed(stack: str, apps: dict[str, App], shared_in: str = "staging", **said: Any) -> Environment:
    """An environment of ``stack``."""
    return Environment(
        stack=stack,
        stage=None,
        shared_in=shared_in,
        protect=False,
        single=list(apps) == ["app"],
        service=ServiceWide(),
        apps=apps,
        **said,
    )


def told(*environments: Environment) -> dict[str, list[tuple[str, str, str]]]:
    """By stack: rule, dotted path and message of each finding."""
    found = judge_service({environment.stack: environment for environment in environments})
    return {
        stack: [(finding.rule, ".".join(map(str, finding.path)), finding.message) for finding in findings]
        for stack, findings in found.items()
    }


def test_environments_that_claim_nothing_twice() -> None:
    """Silence, for every stack."""
    staging = placed("staging", {"app": app("a-staging", domains=["a.example.com"])})
    assert told(staging, placed("production", {"app": app("a-production")})) == {"staging": [], "production": []}


def test_the_later_stack_hears_of_a_clash() -> None:
    """App names and domains are unique in the world."""
    one, two = (placed(stack, {"app": app("same", domains=["a.example.com"])}) for stack in ("staging", "production"))
    assert told(one, two) == {
        "staging": [],
        "production": [
            ("app-twice", "app", 'the app name "same" is already staging\'s'),
            ("domain-twice", "domains.a.example.com", 'the domain "a.example.com" is already staging\'s'),
        ],
    }


def test_a_clash_within_one_stack_names_the_app() -> None:
    """The other app, or the other stack's app."""
    several = {"web": app("same"), "api": app("same")}
    assert told(placed("staging", several), placed("production", {"x": app("same")})) == {
        "staging": [("app-twice", "apps.api.app", 'the app name "same" is already the app "web"\'s')],
        "production": [("app-twice", "apps.x.app", 'the app name "same" is already staging\'s, for its app "web"')],
    }


def test_apps_whose_names_are_at_fault_do_not_clash() -> None:
    """They have none."""
    nameless = App.model_construct(**{**dict(app()), "name": ""})
    assert told(placed("staging", {"app": nameless}), placed("production", {"app": nameless})) == {
        "staging": [],
        "production": [],
    }


def test_one_stack_owns_what_is_shared() -> None:
    """Not two, and none that is not there."""
    assert told(
        placed("staging", {"app": app("a-1")}),
        placed("production", {"app": app("a-2")}, "production"),
        placed("qa", {"app": app("a-3")}, "nowhere"),
    ) == {
        "staging": [],
        "production": [
            ("shared-twice", "shared_in", "staging already owns the pipeline and the repository's settings")
        ],
        "qa": [("shared-nowhere", "shared_in", 'there is no stack "nowhere" to own what is shared')],
    }


def test_an_owner_that_cannot_be_read_is_still_there() -> None:
    """Its own problems are told; the others wait for it, rightly."""
    production = placed("production", {"app": app("a-2")}, stacks=("production", "staging"))
    assert told(production) == {"production": []}


def test_an_unsound_owner_is_not_counted() -> None:
    """What stands there is no answer."""
    unsound = placed("production", {"app": app("a-2")}, "production", unsound=(("shared_in",),))
    assert told(placed("staging", {"app": app("a-1")}), unsound) == {"staging": [], "production": []}
