"""References: what they can name, when it is known, and where it must not be shown."""

from __future__ import annotations

from typing import Any

import pytest

from infra.model.references import known_references
from infra.model.values import Template
from infra.rules.references import judge_references, templates
from tests.rules.test_environment import SECRET, app, environment, rules

PIPELINE = {"name": "shop", "stages": ["staging"]}
DATABASE = {"db": {"plan": "heroku-postgresql:essential-0"}}


def one(said: dict[str, Any], **service: Any) -> list[tuple[str, str]]:
    """The findings on references in an environment of one app, with a pipeline, an add-on and a config var."""
    whole = {"addons": DATABASE, **said, "config_vars": {"A": "x", "KEY": SECRET, **said.get("config_vars", {})}}
    pipeline = {**PIPELINE, **service.pop("pipeline", {})}
    return rules(list(judge_references(environment({"app": app(**whole)}, pipeline=pipeline, **service))))


def test_what_can_be_named() -> None:
    """The one app by itself, several by their keys."""
    alone = environment({"app": app(addons=DATABASE, config_vars={"A": "x"})}, pipeline=PIPELINE)
    assert {".".join(steps) for steps in known_references(alone)} == {
        *("stack", "stage", "pipeline.id", "pipeline.name", "pipeline.url"),
        *("app.id", "app.name", "app.url", "app.git_url"),
        *("addons.db.id", "addons.db.name", "addons.db.attachment", "config_vars.A"),
    }
    several = environment({"web": app(config_vars={"A": "x"}), "api": app("shop-api", addons=DATABASE)})
    assert {".".join(steps) for steps in known_references(several)} == {
        *(
            "stack",
            "stage",
            "apps.web.id",
            "apps.web.name",
            "apps.web.url",
            "apps.web.git_url",
            "apps.web.config_vars.A",
        ),
        *("apps.api.id", "apps.api.name", "apps.api.url", "apps.api.git_url"),
        *("apps.api.addons.db.id", "apps.api.addons.db.name", "apps.api.addons.db.attachment"),
    }


@pytest.mark.parametrize(
    "said",
    [
        {"config_vars": {"B": "${app.url} ${addons.db.id} ${pipeline.id} ${stage}"}},
        {"drains": {"d": {"url": "https://a.example/${config_vars.KEY}"}}},
        {"webhooks": {"w": {"url": "${app.url}/hook", "include": ["api:build"], "secret": "${config_vars.KEY}"}}},
        {"addons": {"x": {"plan": "a:b", "config": {"tag": "${stack}-${stage}"}}}},
    ],
)
def test_references_that_are_fine(said: dict[str, Any]) -> None:
    """Everything is known when it is needed."""
    assert one(said) == []


@pytest.mark.parametrize(
    ("said", "rule"),
    [
        ({"config_vars": {"B": "${app.uri}"}}, "reference-unknown"),
        ({"config_vars": {"B": "${apps.web.url}"}}, "reference-unknown"),
        ({"config_vars": {"B": "${config_vars.A}"}}, "reference-circular"),
        ({"config_vars": {"B": "${config_vars.B}"}}, "reference-circular"),
        ({"addons": {"x": {"plan": "a:b", "config": {"n": "${addons.x.id}"}}}}, "reference-early"),
        ({"addons": {"x": {"plan": "a:b", "config": {"n": "${config_vars.A}"}}}}, "reference-early"),
    ],
)
def test_references_that_cannot_be_resolved(said: dict[str, Any], rule: str) -> None:
    """Each is one finding."""
    assert [found for found, _ in one(said)] == [rule]


def test_a_name_is_no_place() -> None:
    """A config var called ``addons``, an add-on called ``config_vars``: only where something stands counts."""
    assert one({"config_vars": {"addons": "${app.url}"}}) == []
    assert (
        one(
            {"addons": {"config_vars": {"plan": "a:b"}}, "config_vars": {"B": "${addons.config_vars.id}"}},
        )
        == []
    )


def test_the_pipelines_config_vars() -> None:
    """They are set before the pipeline is known to others, and before any app's config vars."""
    said = {"test": {"GOOD": "${app.id}", "SELF": "${pipeline.id}", "VAR": "${config_vars.A}"}}
    assert one({}, pipeline={"config_vars": said}) == [
        ("reference-circular", "pipeline.config_vars.test.SELF"),
        ("reference-circular", "pipeline.config_vars.test.VAR"),
    ]


def test_another_apps_config_vars() -> None:
    """GitHub comes last and may have them; the other apps may not."""
    apps = {
        "web": app(drains={"d": {"url": "https://a.example/${apps.api.config_vars.A}"}}),
        "api": app("shop-api", config_vars={"A": "x"}, drains={"d": {"url": "https://b/${apps.api.config_vars.A}"}}),
    }
    github = {"variables": {"A": "${apps.api.config_vars.A}"}}
    found = judge_references(environment(apps, repository="acme/shop", github=github))
    assert rules(list(found)) == [("reference-early", "apps.web.drains.d.url")]


def test_a_secret_stays_out_of_variables() -> None:
    """Through a secret it may go on; in a variable everyone would read it."""
    github = {
        "secrets": {"KEY": "${config_vars.KEY}"},
        "variables": {"OPEN": "${config_vars.A}", "LEAK": "x${config_vars.KEY}"},
        "environments": {"staging": {"variables": {"LEAK": "${config_vars.KEY}"}}},
    }
    assert one({}, github=github) == [
        ("reference-exposes", "github.variables.LEAK"),
        ("reference-exposes", "github.environments.staging.variables.LEAK"),
    ]
    apps = {"web": app(config_vars={"KEY": SECRET})}
    leak = {"variables": {"LEAK": "${apps.web.config_vars.KEY}"}}
    assert rules(list(judge_references(environment(apps, github=leak)))) == [
        ("reference-exposes", "github.variables.LEAK")
    ]


def test_one_reference_is_told_once_a_value() -> None:
    """However often it stands there."""
    assert one({"config_vars": {"B": "${x} ${x} ${x}"}}) == [("reference-unknown", "config_vars.B")]


@pytest.mark.parametrize(
    ("written", "advice"),
    [
        ("app.ulr", "Did you mean ${app.url}?"),
        ("ap.url", "Did you mean ${app.url}?"),
        ("app_url", "Did you mean ${app.url}?"),
        ("addons.db.ID", "Known: addons.db.attachment, addons.db.id, addons.db.name; $${ stands for the characters"),
        ("config_vars.OTHER", "Known: config_vars.A, config_vars.B, config_vars.KEY; $${ stands for the characters"),
    ],
)
def test_what_was_meant_is_offered(written: str, advice: str) -> None:
    """One misspelt step, or what else is known of the same kind."""
    said = app(addons=DATABASE, config_vars={"A": "x", "KEY": SECRET, "B": f"${{{written}}}"})
    (finding,) = judge_references(environment({"app": said}, pipeline=PIPELINE))
    assert finding.suggestion.startswith(advice)


def test_templates_are_found_everywhere() -> None:
    """With the path that a person would look at."""
    said = app(addons={"x": {"plan": "a:b", "as": "X", "config": {"n": "${stack}"}}}, config_vars={"A": "${stage}"})
    found = dict(templates(environment({"web": said}, github={"variables": {"V": "${stack}"}})))
    assert sorted(".".join(map(str, path)) for path in found) == [
        "apps.web.addons.x.config.n",
        "apps.web.config_vars.A",
        "github.variables.V",
    ]
    assert all(isinstance(template, Template) for template in found.values())
