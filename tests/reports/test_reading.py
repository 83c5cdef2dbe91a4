"""A report read back: exactly what was written, and an error for everything else, however it is broken."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from infra.errors import TwelvefoldError
from infra.model.report import Report
from infra.reports import reading
from infra.reports.document import report_document
from infra.reports.reading import read_report
from infra.reports.shape import report_schema
from tests.reports.golden import check_golden
from tests.reports.hostile import NAMES, hostile_report, texts
from tests.reports.large import LARGE
from tests.reports.samples import DRIFT, PREVIEW, SAMPLES

VALIDATOR = Draft202012Validator(json.loads(report_schema()), format_checker=Draft202012Validator.FORMAT_CHECKER)
PLACES = st.integers(0, 10_000)
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=4,
)


def storable(name: str) -> str:
    """The name as it can be stored in UTF-8."""
    return name.encode("utf-8", "replace").decode()


@pytest.mark.parametrize("name", SAMPLES)
def test_golden(name: str) -> None:
    """Each sample: valid by our own schema, and read back as it was."""
    text = report_document(SAMPLES[name])
    VALIDATOR.validate(json.loads(text))
    assert read_report(text) == SAMPLES[name]
    check_golden(f"{name}.json", text + "\n")


def test_a_large_report_is_read_back() -> None:
    """All 5,000 changes of it."""
    assert read_report(report_document(LARGE)) == LARGE


@given(texts)
def test_hostile_names_survive_as_data(name: str) -> None:
    """A program reads them as they are; in the text nothing acts."""
    report = hostile_report(storable(name))
    text = report_document(report)
    assert all(line.isprintable() for line in text.splitlines())
    assert "##[" not in text
    assert read_report(text) == report


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_each_hostile_name_survives(name: str) -> None:
    """The known tricks one by one, valid by the schema."""
    report = hostile_report(storable(name))
    VALIDATOR.validate(json.loads(report_document(report)))
    assert read_report(report_document(report)) == report


def spots(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of every value in a document."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(spot for key, item in inner for spot in spots(item, (*path, key)))]


DOCUMENT = json.loads(report_document(replace(DRIFT, stacks=(*DRIFT.stacks, *PREVIEW.stacks))))
SPOTS = spots(DOCUMENT)[1:]


def holder(document: Any, path: tuple[Any, ...]) -> Any:
    """What holds the value at that path."""
    for key in path[:-1]:
        document = document[key]
    return document


def judged(document: Any) -> Report | None:
    """The report, or nothing where it is refused in words, without any traceback or value of it."""
    refused: TwelvefoldError | None = None
    try:
        return read_report(json.dumps(document), "preview.json")
    except TwelvefoldError as error:
        refused = error
    assert refused.where == "preview.json"
    assert refused.what.isprintable()
    return None


@settings(max_examples=300)
@given(PLACES, JUNK)
def test_whatever_is_replaced_is_read_or_refused(place: int, junk: Any) -> None:
    """Any value at any place: what our schema refuses is refused, what is read writes the same document again."""
    document = json.loads(json.dumps(DOCUMENT))
    path = SPOTS[place % len(SPOTS)]
    holder(document, path)[path[-1]] = junk
    report = judged(document)
    if report is None:
        return
    assert VALIDATOR.is_valid(document)
    assert json.loads(report_document(report)) == document


@given(PLACES)
def test_whatever_is_missing_is_refused(place: int) -> None:
    """Each field is there, always."""
    document = json.loads(json.dumps(DOCUMENT))
    path = SPOTS[place % len(SPOTS)]
    if isinstance(path[-1], int) or "rows" in path[:-1] or "restarts" in path or "releases" in path:
        return
    if path[-2:-1] in (("before",), ("after",)):
        return
    del holder(document, path)[path[-1]]
    assert judged(document) is None
    assert not VALIDATOR.is_valid(document) or "counts" in path


@given(PLACES, st.text(max_size=8))
def test_whatever_is_added_is_refused(place: int, key: str) -> None:
    """No unknown field, so that none is believed to have been looked at."""
    document = json.loads(json.dumps(DOCUMENT))
    objects = [path for path in [(), *SPOTS] if isinstance(at(document, path), dict)]
    path = objects[place % len(objects)]
    if {"rows", "restarts", "releases", "before", "after", "outputs"}.isdisjoint(path):
        at(document, path)[f"unknown {key}"] = 1
        assert judged(document) is None
        assert not VALIDATOR.is_valid(document) or "counts" in path


def at(document: Any, path: tuple[Any, ...]) -> Any:
    """The value at that path."""
    return holder(document, path)[path[-1]] if path else document


def edited(**changes: Any) -> str:
    """The document with top-level fields replaced."""
    return json.dumps({**DOCUMENT, **changes})


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no JSON"),
        ("{", "no JSON"),
        ("\ufeff{}", "no JSON"),
        ("[]", "no JSON object"),
        ("null", "no JSON object"),
        ('{"version": 2}', "of another version than 1"),
        ('{"version": 1, "version": 1}', "the same key twice"),
        ('{"version": NaN}', "NaN is no JSON"),
        ("[" * 200_000, "nested too deeply"),
        ('{"version": ' + "9" * 10_000 + "}", "no JSON"),
        (edited(verdict="clean"), "does not agree"),
        (edited(exit_code=77), "exit_code"),
        (edited(exit_code=True), "exit_code"),
        (edited(exit_code="2"), "exit_code"),
        (edited(made_at="2026-11-24T09:05:30"), "a time without its zone"),
        (edited(made_at=1764000000), "made_at"),
        (edited(made_at="yesterday"), "made_at"),
        (edited(project="\ud800"), ""),
        (edited(stacks={}), "stacks"),
        (edited(stacks=[None]), "stacks.0"),
        (edited(seconds=1e400), "Infinity is no JSON"),
    ],
)
def test_what_is_no_report_is_refused_in_words(text: str, why: str) -> None:
    """With the reason and what to do, never a traceback."""
    with pytest.raises(TwelvefoldError, match="no report") as caught:
        read_report(text, "preview.json")
    assert why in caught.value.what
    assert caught.value.todo


def test_a_resource_without_its_name_is_refused() -> None:
    """Everything that shows a step takes its urn apart."""
    text = report_document(PREVIEW)
    with pytest.raises(TwelvefoldError, match="urn"):
        read_report(text.replace("urn:pulumi:staging::banking::", "urn:pulumi:staging"))


def test_computed_values_must_agree() -> None:
    """A document that says one thing in its counts and another in its steps is no report."""
    text = report_document(PREVIEW)
    with pytest.raises(TwelvefoldError, match="does not agree"):
        read_report(text.replace('"delete": 1', '"delete": 0'))


def test_a_document_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before it is read."""
    monkeypatch.setattr(reading, "LARGEST", 100)
    with pytest.raises(TwelvefoldError, match="longer than 100 characters"):
        read_report(report_document(PREVIEW))


@settings(max_examples=50)
@given(st.integers(0, 40_000))
def test_half_a_document_is_refused(length: int) -> None:
    """A job that was killed while it wrote."""
    text = report_document(PREVIEW)
    if length < len(text) - 1:
        with pytest.raises(TwelvefoldError):
            read_report(text[:length])
