"""From a merged document to an ``Environment``: what is left when parts are at fault, and that nothing falls over."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from infra.errors import Problem
from infra.model.environment import Document, Environment
from infra.model.project import declare, find_project
from infra.model.reading import build, known_keys
from infra.rules.environment import judge_environment


def built(folder: Path, environment: Any, service: Any = None) -> tuple[Environment | None, list[Problem]]:
    """The environment of the stack ``staging`` that says ``environment``."""
    pulumi = {"name": "shop", "config": {"twelvefold:service": {"value": service or {"region": "eu"}}}}
    (folder / "Pulumi.yaml").write_text(yaml.safe_dump(pulumi, sort_keys=False))
    stack = {"config": {"twelvefold:environment": environment}}
    (folder / "Pulumi.staging.yaml").write_text(yaml.safe_dump(stack, sort_keys=False))
    project = find_project(folder)
    return build(project, declare(project, "staging"))


def test_one_app_is_called_app(tmp_path: Path) -> None:
    """The common case needs no level of its own."""
    environment, problems = built(tmp_path, {"app": "shop-staging", "formation": {"web": {}}})
    assert problems == []
    assert environment is not None
    assert (environment.single, list(environment.apps), environment.stage) == (True, ["app"], "staging")
    assert environment.apps["app"].formation["web"].quantity == 1


def test_the_rest_is_built_when_parts_are_at_fault(tmp_path: Path) -> None:
    """So that rules can speak of it; what was left out is noted."""
    environment, problems = built(
        tmp_path,
        {
            "app": "Bad Name",
            "region": ["x"],
            "domains": ["Bad", "good.example.com"],
            "buildpacks": ["fine", None],
            "addons": {"no": {"as": "X"}, "yes": {"plan": "a:b"}},
            "config_vars": {"B-D": "x", "GOOD": "x"},
        },
    )
    assert len(problems) == 6
    assert environment is not None
    app = environment.apps["app"]
    assert (app.name, app.region, app.buildpacks) == ("", None, [])
    assert (list(app.domains), list(app.addons), list(app.config_vars)) == (["good.example.com"], ["yes"], ["GOOD"])
    assert environment.lacks(("addons", "no", "plan"))
    assert environment.lacks(("addons", "no"))
    assert environment.lacks(("config_vars", "B-D"))
    assert not environment.lacks(("addons", "yes"))


def test_an_app_without_a_name_is_left_out(tmp_path: Path) -> None:
    """One fault, and the other app stays."""
    environment, problems = built(tmp_path, {"apps": {"web": {"acm": True}, "api": {"app": "shop-api"}}})
    assert [problem.path for problem in problems] == ["apps.web.app"]
    assert environment is not None
    assert list(environment.apps) == ["api"]


def test_all_apps_at_fault_are_still_apps(tmp_path: Path) -> None:
    """Nobody is told that the environment names no app."""
    environment, problems = built(tmp_path, {"apps": {"web": {}}})
    assert [problem.message for problem in problems] == ["is missing"]
    assert environment is not None
    assert (environment.single, environment.apps) == (False, {})


@pytest.mark.parametrize("apps", ["x", ["web"], {}, {"web": "x"}])
def test_apps_that_are_none(tmp_path: Path, apps: Any) -> None:
    """Exactly one problem, about apps or about what is missing."""
    _, problems = built(tmp_path, {"apps": apps})
    assert [problem.path.partition(".")[0] for problem in problems] == ["app" if apps == {} else "apps"]


def test_a_missing_part_is_not_claimed_when_a_file_is_unusable(tmp_path: Path) -> None:
    """It may stand in the part that could not be read; other faults are still told."""
    (tmp_path / "Pulumi.yaml").write_text("name: shop\n")
    (tmp_path / "Pulumi.staging.yaml").write_text("config: {twelvefold:environment: {acm: x, addons: {a: {as: X}}}}\n")
    project = find_project(tmp_path)
    environment, problems = build(project, declare(project, "staging"))
    assert environment is None
    assert [problem.message for problem in problems] == [
        "the service is not declared here",
        "must be true or false, not text",
    ]


@pytest.mark.parametrize(
    ("path", "some"),
    [
        ((), ["app", "pipeline", "github"]),
        (("apps", "web"), ["app", "formation"]),
        (("addons", "x"), ["plan", "as"]),
        (("github", "rulesets", "x", "bypass", 0), ["actor_type"]),
        (("github", "rulesets", "x", "pull_request"), ["dismiss_stale_reviews_on_push"]),
        (("github", "environments", "x", "branch_policy"), ["tags"]),
    ],
)
def test_known_keys(path: tuple[str | int, ...], some: list[str]) -> None:
    """What may stand at a path, by the names that a person writes."""
    assert set(some) <= set(known_keys(Document, path))


def test_no_keys_are_known_where_any_will_do() -> None:
    """Or where the path leads nowhere."""
    assert known_keys(Document, ("config_vars",)) == []
    assert known_keys(Document, ("nowhere", "at", 0)) == []


def words(model: type[BaseModel], seen: frozenset[type[BaseModel]] = frozenset()) -> set[str]:
    """Every key of the model and its parts."""
    found = set(known_keys(model, ()))
    for field in model.model_fields.values():
        for part in _parts(field.annotation):
            if part not in seen:
                found |= words(part, seen | {model, part})
    return found


def _parts(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [part for argument in getattr(annotation, "__args__", ()) for part in _parts(argument)]


keys = st.one_of(st.sampled_from(sorted(words(Document))), st.sampled_from(["web", "A", "", "secure", "a.b.example"]))
leaves = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 200),
    st.floats(-2, 2),
    st.sampled_from(["", "x", "shop-a", "${app.url}", "${", "a:b", "staging", "https://a.b", "\x1b[0m", "2024-01-01"]),
)
noise = st.recursive(
    leaves,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(keys, inner, max_size=4)),
    max_leaves=15,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(environment=st.dictionaries(keys, noise, max_size=5), service=st.dictionaries(keys, noise, max_size=5))
def test_noise_made_of_known_words_never_falls_over(tmp_path: Path, environment: Any, service: Any) -> None:
    """Any document gives an environment that the rules can judge, or problems in a person's words, or both."""
    found, problems = built(tmp_path, environment, service)
    judged = judge_environment(found) if found else []
    assert found is not None or problems
    for problem in problems:
        assert problem.text().isprintable()
        assert not {"Input", "pydantic", "dict", "NoneType"} & set(problem.message.split())
    assert all(finding.message for finding in judged)
