"""The project and one stack's document: where everything stands, and what the engine adds to it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from infra.errors import TwelvefoldError
from infra.model.project import ENVIRONMENT_KEY, SERVICE_KEY, Declared, EngineConfig, declare, find_project
from infra.model.values import Secret, Unsettled

SERVICE = """\
name: shop
config:
  twelvefold:service:
    value:
      region: eu
      config_vars:
        A: 1
        B: 2
      domains: [a.example.com,
                b.example.com]
      apps:
        web:
          formation: {web: {size: basic}}
"""
STAGING = """\
encryptionsalt: v1:x
config:
  twelvefold:environment:
    config_vars:
      B: 3
      KEY: {secure: "v1:AAAAAAAAAAAAAAAA:AAAAAAAAAAAAAAAAAAAAAAAA"}
    apps:
      web:
        app: shop-web
        config_vars: {C: 4}
"""


def declared(folder: Path, staging: str | None = STAGING, service: str = SERVICE, **engine: Any) -> Declared:
    """The stack ``staging`` of a project; ``engine`` is what the engine has of either key."""
    (folder / "Pulumi.yaml").write_text(service)
    if staging is not None:
        (folder / "Pulumi.staging.yaml").write_text(staging)
    secret = engine.pop("secret", False)
    keys = {"service_value": SERVICE_KEY, "environment": ENVIRONMENT_KEY}
    values = {keys[name]: value if isinstance(value, str) else json.dumps(value) for name, value in engine.items()}
    config = EngineConfig(values, frozenset(values) if secret else frozenset()) if engine else None
    return declare(find_project(folder), "staging", config)


@pytest.mark.parametrize(
    ("path", "file", "line"),
    [
        (("region",), "Pulumi.yaml", 5),
        (("config_vars",), "Pulumi.staging.yaml", 4),
        (("config_vars", "A"), "Pulumi.yaml", 7),
        (("config_vars", "B"), "Pulumi.staging.yaml", 5),
        (("config_vars", "NEW"), "Pulumi.staging.yaml", 4),
        (("config_vars", "KEY"), "Pulumi.staging.yaml", 6),
        (("domains", "b.example.com"), "Pulumi.yaml", 10),
        (("domains", 1), "Pulumi.yaml", 10),
        (("domains", "b.example.com", "certificate"), "Pulumi.yaml", 10),
        (("apps", "web", "app"), "Pulumi.staging.yaml", 9),
        (("apps", "web", "formation", "web", "size"), "Pulumi.yaml", 13),
        (("apps", "web", "formation", "web", "quantity"), "Pulumi.yaml", 13),
        (("apps", "web", "config_vars", "C"), "Pulumi.staging.yaml", 10),
        (("apps", "web", "config_vars", "A"), "Pulumi.yaml", 7),
        (("apps", "web", "region"), "Pulumi.yaml", 5),
        (("apps", "web", "team"), "Pulumi.staging.yaml", 8),
        (("stage",), "Pulumi.staging.yaml", 3),
        ((), "Pulumi.staging.yaml", 3),
    ],
)
def test_every_path_has_its_place(tmp_path: Path, path: tuple[str | int, ...], file: str, line: int) -> None:
    """The environment's word before the service's, the deepest that is written, else where it would be written."""
    assert declared(tmp_path).place(path) == (file, line)


def test_the_place_of_what_an_empty_file_lacks(tmp_path: Path) -> None:
    """The file, without a line."""
    assert declared(tmp_path, "").place(("app",)) == ("Pulumi.staging.yaml", 0)


def test_a_problem_is_told_where_it_stands(tmp_path: Path) -> None:
    """What stands beside apps is told there, what an app says itself, under the app."""
    stack = declared(tmp_path)
    paths = [("apps", "web", "config_vars", name) for name in ("A", "C", "D")]
    assert [stack.problem(path, "bad").text() for path in paths] == [
        "Pulumi.yaml:7: config_vars.A: bad",
        "Pulumi.staging.yaml:10: apps.web.config_vars.C: bad",
        "Pulumi.staging.yaml:10: apps.web.config_vars.D: bad",
    ]


def test_a_problem_is_harmless_on_a_terminal(tmp_path: Path) -> None:
    """Names and suggestions come from files that others wrote."""
    text = declared(tmp_path).problem(("config_vars", "\x1b[31m"), "bad \x07", "no \u202e").text()
    assert text == 'Pulumi.staging.yaml:4: config_vars["\\x1b[31m"]: bad \\x07. no \\u202e'


def test_the_files_are_merged(tmp_path: Path) -> None:
    """Key by key; the secret is its place; the app has what stands beside it."""
    document = declared(tmp_path).document
    key = Secret(("config", ENVIRONMENT_KEY, "config_vars", "KEY"))
    assert document["config_vars"] == {"A": 1, "B": 3, "KEY": key}
    assert document["apps"]["web"]["config_vars"] == {"A": 1, "B": 3, "KEY": key, "C": 4}


def test_what_the_engine_repeats_changes_nothing(tmp_path: Path) -> None:
    """The engine hands over what the files say, secrets opened: the document is the same."""
    plain = declared(tmp_path)
    web = {"app": "shop-web", "config_vars": {"C": 4}}
    environment = {"config_vars": {"B": 3, "KEY": "hunter2"}, "apps": {"web": web}}
    service = plain.service.document["config"][SERVICE_KEY]["value"]
    assert declared(tmp_path, service_value=service, environment=environment, secret=True).document == plain.document


def test_an_override_wins(tmp_path: Path) -> None:
    """``pulumi up -c`` and imported values replace what the files say, and drop what they no longer have."""
    found = declared(tmp_path, service_value={"region": "us"}, environment={"config_vars": {"B": 9, "NEW": "x"}})
    assert found.document == {"region": "us", "config_vars": {"B": 9, "NEW": "x"}}
    assert found.problems == []


def test_what_only_the_engine_knows_may_be_secret(tmp_path: Path) -> None:
    """Under a key that holds a secret, text that no file shows is left unsettled."""
    found = declared(tmp_path, service_value={}, environment={"config_vars": {"B": 3, "ESC": "hunter2"}}, secret=True)
    path = ("config", ENVIRONMENT_KEY, "config_vars", "ESC")
    assert found.document == {"config_vars": {"B": 3, "ESC": Unsettled(path, "hunter2")}}
    assert "hunter2" not in repr(found)


def test_a_stack_without_a_file_can_come_from_the_engine(tmp_path: Path) -> None:
    """Everything may be imported."""
    found = declared(tmp_path, None, service_value={"region": "eu"}, environment={"app": "shop-x"})
    assert found.document == {"region": "eu", "app": "shop-x"}
    assert found.place(("app",)) == ("Pulumi.staging.yaml", 0)


@pytest.mark.parametrize("override", ["hunter2", "5", '"text"', "[1]", "true", "{broken"])
def test_an_override_that_is_no_map_is_refused(tmp_path: Path, override: str) -> None:
    """``-c twelvefold:environment=5`` replaces the whole environment: told, not ignored, and not repeated."""
    found = declared(tmp_path, service_value={}, environment=override)
    assert [problem.message.partition(",")[0] for problem in found.problems] == ["must be a map of settings"]
    assert "hunter2" not in found.problems[0].text()


def test_nothing_from_the_engine_is_an_empty_environment(tmp_path: Path) -> None:
    """A stack file without settings has no key at the engine."""
    found = declared(tmp_path, "config: {}\n", service_value={"region": "eu"})
    assert (found.document, found.problems) == ({"region": "eu"}, [])


def test_a_file_that_cannot_be_read_is_not_settled(tmp_path: Path) -> None:
    """First things first."""
    found = declared(tmp_path, "{", service_value={}, environment={})
    assert (found.document, found.whole, len(found.problems)) == ({}, False, 1)


@pytest.mark.parametrize(
    ("text", "imports"),
    [
        ("environment: [a/b, c]\n", ("a/b", "c")),
        ("environment: {imports: [a/b], values: {x: 1}}\n", ("a/b",)),
        ("environment: {imports: a}\n", ()),
        ("environment: 1\n", ()),
        ("", ()),
    ],
)
def test_imports_are_noticed(tmp_path: Path, text: str, imports: tuple[str, ...]) -> None:
    """In both forms that the engine takes."""
    assert declared(tmp_path, text + STAGING).imports == imports


def test_the_project_is_found_from_below(tmp_path: Path) -> None:
    """The nearest Pulumi.yaml above, and the stacks beside it by name."""
    for name in ("Pulumi.yaml", "Pulumi.b.yaml", "Pulumi.a.eu.yaml", "Pulumi.txt", "other.yaml"):
        (tmp_path / name).touch()
    (tmp_path / "deep" / "er").mkdir(parents=True)
    project = find_project(tmp_path / "deep" / "er")
    assert (project.folder, project.stacks) == (tmp_path, ("a.eu", "b"))
    assert project.stack_file("a.eu") == tmp_path / "Pulumi.a.eu.yaml"


def test_no_project_is_an_error(tmp_path: Path) -> None:
    """With where it looked, and what to do."""
    with pytest.raises(TwelvefoldError) as refused:
        find_project(tmp_path)
    assert refused.value.where == str(tmp_path)
    assert refused.value.todo == "Go to the project's folder."
