"""The check of all stack files: every bad case under ``tests/cases`` is told exactly, every good one is understood."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from infra.errors import InputError, Problem, TwelvefoldError
from infra.model.project import find_project
from infra.model.wording import dotted
from infra.workflows.check import check
from tests.workflows.cases import PRODUCTION, SERVICE, STAGING, Case, at, load_cases

BAD = load_cases("bad")
GOOD = load_cases("good")


def snapshot(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Every file below ``folder`` with its content and the time it was last written."""
    return {str(path): (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.rglob("*") if path.is_file()}


def write(folder: Path, **files: str) -> Path:
    """The sound project with some files written anew: ``Pulumi`` or a stack's name."""
    texts = {"Pulumi": SERVICE, "staging": STAGING, "production": PRODUCTION, **files}
    for name, text in texts.items():
        (folder / ("Pulumi.yaml" if name == "Pulumi" else f"Pulumi.{name}.yaml")).write_text(text)
    return folder


def problems_of(folder: Path, *stacks: str) -> list[Problem]:
    """What the check of a folder complains about."""
    with pytest.raises(InputError) as refused:
        check(find_project(folder), list(stacks))
    return refused.value.problems


@pytest.mark.parametrize("case", BAD, ids=lambda case: case.name)
def test_bad_case_is_told_whole_and_exactly(case: Case, tmp_path: Path) -> None:
    """Exactly the listed problems come, all in one go and in the order of the files; no file changes."""
    folder = case.lay_out(tmp_path)
    before = snapshot(folder)
    assert problems_of(folder) == case.problems
    assert snapshot(folder) == before


@pytest.mark.parametrize("case", GOOD, ids=lambda case: case.name)
def test_good_case_is_understood(case: Case, tmp_path: Path) -> None:
    """The environments say what the case expects of them."""
    checked = check(find_project(case.lay_out(tmp_path)), [])
    found = {environment.stack: environment for environment in checked.environments}
    expected = case.expected["environments"]
    told = {stack: {path: at(found[stack], path) for path in paths} for stack, paths in expected.items()}
    assert told == expected


def steps_of(document: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The path of everything in a document, but for the document itself."""
    items = (
        document.items() if isinstance(document, dict) else enumerate(document) if isinstance(document, list) else ()
    )
    for step, item in items:
        yield (*path, step)
        yield from steps_of(item, (*path, step))


def replaced(document: Any, path: tuple[str | int, ...], value: Any) -> Any:
    """The document with another value at ``path``."""
    if not path:
        return value
    changed = document.copy()
    changed[path[0]] = replaced(document[path[0]], path[1:], value)
    return changed


@pytest.mark.parametrize("wrong", [{"zzz": 1}, [["x"]], -7, "!", {"secure": "AAAAAAAAAAAAAAAAAAAAAAAA"}], ids=str)
def test_a_wrong_value_anywhere_is_told_there_and_nowhere_else(wrong: Any, tmp_path: Path) -> None:
    """Every setting there is, replaced one after the other: no traceback, and no other setting is blamed."""
    (case,) = (case for case in GOOD if case.name == "everything")
    folder = case.lay_out(tmp_path)
    document = yaml.safe_load(case.files["Pulumi.yaml"])
    settings = document["config"]["twelvefold:service"]["value"]
    for path in steps_of(settings):
        document["config"]["twelvefold:service"]["value"] = replaced(settings, path, wrong)
        (folder / "Pulumi.yaml").write_text(yaml.safe_dump(document))
        try:
            check(find_project(folder), [])
        except InputError as refused:
            place = dotted(path)
            told = [problem.path for problem in refused.problems]
            assert [other for other in told if not (other.startswith(place) or place.startswith(other))] == []


def test_there_are_enough_cases() -> None:
    """The folder of bad cases was found, and is as rich as it is meant to be."""
    assert len(BAD) >= 100
    assert len(GOOD) >= 10


def test_problems_are_told_in_the_order_of_the_file(tmp_path: Path) -> None:
    """Line numbers only grow within a file."""
    settings = "    region: [eu]\n    formation: {web: {size: x}}\n    stage: x\n    acm: x\n    config_vars: {1: x}\n"
    lines = [problem.line for problem in problems_of(write(tmp_path, staging=STAGING + settings))]
    assert lines == [4, 5, 6, 7, 8]


def test_a_large_file_is_not_even_read(tmp_path: Path) -> None:
    """Ten megabytes are told by their size."""
    folder = write(tmp_path, staging=STAGING + "    config_vars:\n" + "      A: x\n" * 1_000_000)
    said = f"{(folder / 'Pulumi.staging.yaml').stat().st_size:,} bytes is more than 1,000,000"
    assert problems_of(folder) == [Problem("Pulumi.staging.yaml", 0, "", said, "A stack file holds settings, not data")]


def test_a_file_of_too_many_values_is_refused(tmp_path: Path) -> None:
    """Thirty thousand config vars fit the size, but are no settings."""
    config_vars = "".join(f"      A{number}: x\n" for number in range(30_000))
    (problem,) = problems_of(write(tmp_path, staging=STAGING + "    config_vars:\n" + config_vars))
    assert problem.message == "holds more than 20,000 values, aliases included"


@pytest.mark.parametrize("opening", ["[", "{a: ", "- "])
def test_deep_nesting_is_told_and_does_not_end_the_process(opening: str, tmp_path: Path) -> None:
    """A parser that recurses would be killed by this."""
    (problem,) = problems_of(write(tmp_path, staging=f"config:\n  deep: {opening * 200_000}\n"))
    wanted = "not valid YAML" if opening == "- " else "is nested more than 100 levels deep"
    assert problem.message.startswith(wanted)
    assert problem.line == 2


def test_aliases_nested_in_aliases_are_bounded(tmp_path: Path) -> None:
    """A chain of aliases goes deep without any bracket doing so."""
    chain = "".join(f"a{number}: &a{number} [*a{number - 1}]\n" for number in range(1, 150))
    (problem,) = problems_of(write(tmp_path, staging=f"a0: &a0 [x]\n{chain}{STAGING}"))
    assert problem.message == "holds more than 20,000 values, aliases included"


def test_an_endless_number_is_cut_short(tmp_path: Path) -> None:
    """Five thousand digits are more than Python converts, and more than anybody reads."""
    settings = f"    config_vars: {{N: {'9' * 5000}}}\n    formation: {{web: {{quantity: {'9' * 5000}}}}}\n"
    first, second = problems_of(write(tmp_path, staging=STAGING + settings))
    assert first.message == f"{'9' * 59}… would not be kept as written"
    assert second.message == f"must be a whole number, not {'9' * 59}…"


def test_an_unreadable_stack_file_is_told(tmp_path: Path) -> None:
    """A folder where a file is due."""
    folder = write(tmp_path)
    (folder / "Pulumi.qa.yaml").mkdir()
    assert problems_of(folder) == [Problem("Pulumi.qa.yaml", 0, "", "cannot be read (Is a directory)")]


def test_only_the_wanted_stacks_are_told(tmp_path: Path) -> None:
    """A fault of staging does not keep production from being checked, but a clash with staging does."""
    folder = write(tmp_path, staging=STAGING + "    acm: x\n")
    assert [environment.stack for environment in check(find_project(folder), ["production"]).environments] == [
        "production"
    ]
    write(folder, production=STAGING)
    assert [problem.message for problem in problems_of(folder, "production")] == [
        'the app name "shop-staging" is already staging\'s'
    ]


def test_a_broken_file_is_not_held_against_the_others(tmp_path: Path) -> None:
    """Production needs staging for what is shared; that staging cannot be read does not make it missing."""
    assert [problem.file for problem in problems_of(write(tmp_path, staging="{"))] == ["Pulumi.staging.yaml"]


def test_stacks_come_in_the_order_of_promotion(tmp_path: Path) -> None:
    """Staging before production, whatever the alphabet says."""
    checked = check(find_project(write(tmp_path)), [])
    assert [environment.stack for environment in checked.environments] == ["staging", "production"]
    assert checked.remarks == ()


def test_imported_values_are_remarked(tmp_path: Path) -> None:
    """What comes from Pulumi ESC cannot be checked without the engine: that is said, not hidden."""
    checked = check(find_project(write(tmp_path, staging="environment: [shop/dev, shop/keys]\n" + STAGING)), [])
    assert [remark.message for remark in checked.remarks] == [
        "values imported from shop/dev, shop/keys are checked when the engine runs"
    ]


def test_an_unsaid_owner_is_remarked(tmp_path: Path) -> None:
    """Without a pipeline, who owns the repository's settings is a guess that a person should confirm."""
    service = SERVICE.replace("      pipeline: {name: shop, stages: [staging, production]}\n", "")
    hook = '      github: {webhooks: {ci: {url: "https://ci.example.com"}}}\n'
    checked = check(find_project(write(tmp_path, Pulumi=service + hook)), [])
    assert {remark.suggestion for remark in checked.remarks} == {"It is production's; say so"}


def test_a_project_without_stacks_is_told(tmp_path: Path) -> None:
    """There is nothing to check, and that is not fine."""
    (tmp_path / "Pulumi.yaml").write_text(SERVICE)
    assert problems_of(tmp_path) == [
        Problem("Pulumi.yaml", 0, "", "has no stack beside it", "Write Pulumi.staging.yaml")
    ]


def test_an_unknown_stack_is_told_with_a_suggestion(tmp_path: Path) -> None:
    """A stack without a file is an error that names the ones there are."""
    with pytest.raises(TwelvefoldError, match="there is no stack") as refused:
        check(find_project(write(tmp_path)), ["stagin"])
    assert refused.value.todo == 'Did you mean "staging"? Stacks: production, staging'


def test_no_project_is_told(tmp_path: Path) -> None:
    """Outside of any project there is nothing to look at."""
    with pytest.raises(TwelvefoldError, match=r"there is no Pulumi\.yaml"):
        find_project(tmp_path)
