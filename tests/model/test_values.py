"""Text with references: how it is split, and how it is written again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.model.values import Reference, Secret, Template, Unsettled, is_open, parse_text

texts = st.text(st.sampled_from("${}a. \n"))


def ref(*steps: str) -> Reference:
    """A reference by its steps."""
    return Reference(steps)


@pytest.mark.parametrize(
    ("text", "parsed"),
    [
        ("", ""),
        ("plain", "plain"),
        ("$5 {a} }", "$5 {a} }"),
        ("$${app.url}", "${app.url}"),
        ("$${a}$${b}", "${a}${b}"),
        ("${app.url}", Template((ref("app", "url"),))),
        ("${ app.url }", Template((ref("app", "url"),))),
        ("a ${x}${y.z} b", Template(("a ", ref("x"), ref("y", "z"), " b"))),
        ("$${a} ${b}", Template(("${a} ", ref("b")))),
        ("${}", Template((ref(""),))),
        ("${a", "${a"),
    ],
)
def test_text_is_split_at_its_references(text: str, parsed: str | Template) -> None:
    """Two dollars make the characters themselves."""
    assert parse_text(text) == parsed


@given(texts)
def test_a_template_written_out_parses_to_itself(text: str) -> None:
    """So that a template can be shown as it could stand in a file."""
    parsed = parse_text(text)
    if isinstance(parsed, Template):
        assert parse_text(str(parsed)) == parsed


@given(texts)
def test_nothing_of_the_text_is_lost(text: str) -> None:
    """Text without a reference is itself, but for the doubled dollars."""
    parsed = parse_text(text)
    if isinstance(parsed, str):
        assert parsed == text.replace("$${", "${")
    else:
        assert all(part for part in parsed.parts)
        assert list(parsed.references()) == [part for part in parsed.parts if isinstance(part, Reference)]


@pytest.mark.parametrize(("text", "found"), [("${a", True), ("${a} ${", True), ("$${a", False), ("${a}", False)])
def test_an_open_reference_is_noticed(text: str, found: bool) -> None:
    """A forgotten brace must not become part of a config var."""
    assert is_open(text) is found


def test_secret_and_unsettled_values_do_not_show() -> None:
    """Neither a secret's place nor a value that may be one is printed."""
    assert f"{Secret(('a',))} {Unsettled(('a',), 'hunter2')!r}" == "*** ***"
