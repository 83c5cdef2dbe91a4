"""What is declared and what the program's resources record agree, thing by thing, for everything there is to say."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pulumi
import pulumi_github
import pulumiverse_heroku
import pytest

from infra import program
from infra.model.estate import Estate, Hidden, Unknown
from infra.model.project import find_project
from infra.rules.declared.estate import declared_estate, declared_paths
from infra.rules.drift import Context, compare
from infra.rules.recorded import github, heroku
from infra.rules.recorded.estate import recorded_estate, recorded_things
from infra.rules.recorded.reading import index
from infra.rules.sameness import UNASKED, same
from infra.workflows.read import read_environment
from tests.rules.engineless import record, secret_at
from tests.workflows.cases import load_cases

ROOT = Path(__file__).parents[3]
PROJECTS = [ROOT, ROOT / "examples/python", ROOT / "examples/node"]
READERS = {**heroku.READERS, **github.READERS}


def stacks() -> Iterator[tuple[str, Path, str]]:
    """Every stack that is shipped."""
    for folder in PROJECTS:
        yield from ((f"{folder.name}-{stack}", folder, stack) for stack in find_project(folder).stacks)


def assert_agree(folder: Path, stack: str) -> set[str]:
    """The same subjects, the same fields as far as both know them; returns the types that were recorded."""
    project = find_project(folder)
    environment = read_environment(project, stack)
    resources = record(project, environment)
    elsewhere = _elsewhere(folder, stack)
    declared, recorded = declared_estate(environment, secret_at), recorded_estate(resources, elsewhere)
    kept = {subject: thing for subject, thing in declared.things.items() if "kept_in" in thing.fields}
    assert set(declared.things) == {*recorded.things, *kept}
    assert set(declared_paths(environment)) == set(declared.things)
    for subject, thing in declared.things.items():
        if subject in kept:
            continue
        there = recorded.things[subject].fields
        for name, value in thing.fields.items():
            assert name in there, (subject, name)
            if not isinstance(value, Unknown) and not isinstance(there[name], Unknown) and name not in UNASKED:
                assert same(subject.kind, name, value, there[name]), (subject, name, value, there[name])
    made, ids = recorded_things(resources, index(elsewhere))
    assert made == recorded
    assert set(ids.values()) <= set(recorded.things)
    live = Estate("live", {**recorded.things, **kept})
    assert compare(declared, recorded, live, Context(stack)) == ()
    return {one.type for one in resources}


def _elsewhere(folder: Path, stack: str) -> tuple[Any, ...]:
    """What the stack that owns the pipeline recorded."""
    project = find_project(folder)
    owner = read_environment(project, stack).shared_in
    return () if owner == stack or owner not in project.stacks else record(project, read_environment(project, owner))


@pytest.mark.parametrize(("name", "folder", "stack"), list(stacks()))
def test_shipped_projects_agree(name: str, folder: Path, stack: str) -> None:
    """The example at the top and the ones under examples."""
    assert assert_agree(folder, stack)


@pytest.mark.parametrize("case", load_cases("good"), ids=lambda case: case.name)
def test_cases_agree(case: Any, tmp_path: Path) -> None:
    """Every sound case, with all its stacks."""
    folder = case.lay_out(tmp_path)
    for stack in case.expected["environments"]:
        assert_agree(folder, stack)


def test_no_type_is_forgotten() -> None:
    """Whatever resource the program can make is read back; what is added there must be added here."""
    assert _classes_of_program()
    assert _classes_of_program() <= {*READERS, "github"}


def _classes_of_program() -> set[str]:
    folder = Path(next(iter(program.__path__)))
    found = set()
    for file in folder.glob("*.py"):
        # Classes of ours that no setting makes yet.
        if file.name != "heroku_resources.py":
            nodes = (node for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Call))
            found |= {token for node in nodes if (token := _token(ast.unparse(node.func)))}
    return found


def _token(written: str) -> str:
    root, *steps = written.split(".")
    place: Any = {"heroku": pulumiverse_heroku, "github": pulumi_github}.get(root)
    for step in steps:
        place = getattr(place, step, None)
    is_resource = isinstance(place, type) and issubclass(place, pulumi.CustomResource)
    found = re.search(r"\.__init__\(\s*'([^']+)'", inspect.getsource(place)) if is_resource else None
    return found[1] if found else ""


def test_secrets_stay_hidden() -> None:
    """Neither estate shows one."""
    project = find_project(ROOT)
    environment = read_environment(project, "production")
    for estate in (declared_estate(environment, secret_at), recorded_estate(record(project, environment))):
        secrets = [
            value for thing in estate.things.values() for value in thing.fields.values() if type(value) is Hidden
        ]
        assert secrets
        assert "secret of" not in repr(estate)
