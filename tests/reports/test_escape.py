"""Text of others, made plain and quoted: what is shown, what is cut, and that nothing acts."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from infra.reports.escape import (
    command_property,
    command_text,
    inert,
    json_text,
    lines_of,
    markdown_cell,
    markdown_code,
    markdown_fence,
    markdown_text,
    plain,
    prose,
    web_address,
)
from tests.reports.hostile import texts

PARSER = MarkdownIt("commonmark", {"html": True}).enable("table")


@given(texts, st.integers(2, 200))
def test_plain_is_one_printable_line_of_that_length(text: str, longest: int) -> None:
    """At most one character longer, where a build log's command was taken apart."""
    found = plain(text, longest)
    assert found.isprintable()
    assert "##[" not in found
    assert len(found) <= longest + found.count("## ")


@given(st.text(st.characters(categories=("L", "Nd", "P")), max_size=40))
def test_ordinary_names_stay_as_they_are(text: str) -> None:
    """Letters, digits and punctuation of any script."""
    assert plain(text) == text.replace("##[", "## [")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("größer 名前", "größer 名前"),
        ("a\u202eb", "a�b"),
        ("a\u00a0b\u3000c", "a b c"),
        ("\x1b[31mred", "�[31mred"),
        ("a" + "\u0301" * 50, "a" + "\u0301" * 3),
        ("x##[set-env]##vso[y]###[z", "x## [set-env]## vso[y]### [z"),
        ("## heading", "## heading"),
        ("\ud800", "�"),
    ],
)
def test_plain(text: str, shown: str) -> None:
    """What acts is seen, what hides shows, what is stacked high is cut."""
    assert plain(text) == shown


def test_a_message_of_megabytes_costs_nothing() -> None:
    """However it is made: patterns only ever see its beginning."""
    began = time.process_time()
    for text in (" " * 3_000_000 + "\nx", "\n" * 3_000_000, "`" * 3_000_000, "##" * 3_000_000, "a\u0301" * 1_000_000):
        assert len(markdown_text(text)) < 10_000
        assert len(markdown_code(text)) < 1_000
        assert len(markdown_fence(text)) < 100_000
    assert time.process_time() - began < 5


def test_prose_keeps_its_words_apart() -> None:
    """A message's own line breaks become spaces."""
    assert prose("one\n  two\r\nthree") == "one two three"
    assert len(prose("x" * 5_000)) == 600


def test_lines_are_counted() -> None:
    """Those that are not shown."""
    assert lines_of("a\nb\n::c", most=2) == ["a", "b", "… and 1 more line"]
    assert lines_of("a\nb\nc", most=1) == ["a", "… and 2 more lines"]
    assert lines_of("::error::x\n  ::y") == [": :error::x", "  : :y"]


@given(texts)
def test_code_is_code(text: str) -> None:
    """A reader sees one piece of code with the plain name in it, and nothing around it."""
    (_, inline, _) = PARSER.parse(f"x {markdown_code(text)} y")
    children = inline.children or []
    assert [child.type for child in children] == ["text", "code_inline", "text"]
    assert [children[0].content, children[2].content] == ["x ", " y"]
    assert children[1].content.strip() == plain(text).replace("<!--", "<! --").strip()


@given(texts)
def test_text_is_text(text: str) -> None:
    """A reader sees the plain words and no markup; only spaces of no width come in."""
    (_, inline, _) = PARSER.parse(f"x{markdown_text(text)}y")
    assert {child.type for child in inline.children or []} <= {"text", "text_special"}
    shown = "".join(child.content for child in inline.children or []).replace("\u200b", "")
    assert " ".join(shown.split()) == " ".join(f"x{prose(text)}y".split())


@given(texts)
def test_a_cell_stays_a_cell(text: str) -> None:
    """One row of two cells, whatever bars are in it."""
    tokens = PARSER.parse(f"| a | b |\n| - | - |\n| {markdown_cell(text)} | z |\n")
    cells = [tokens[at + 1].content for at, token in enumerate(tokens) if token.type == "td_open"]
    assert len(cells) == 2
    assert cells[1] == "z"


@given(texts)
def test_a_fence_holds(text: str) -> None:
    """One block of code, with every line quoted."""
    (token,) = PARSER.parse(markdown_fence(text))
    assert token.type == "fence"
    assert all(line.startswith(">") for line in token.content.splitlines())


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("@ada", "@&#8203;ada"),
        ("see #1", "see #&#8203;1"),
        ("https://evil.example", "https&#8203;://evil.example"),
        ("WWW.evil.example", "WWW&#8203;.evil.example"),
        ("GH-7", "GH&#8203;-7"),
        ("LOG_LEVEL", "LOG\\_LEVEL"),
        ("1,200 changes (+$5)", "1,200 changes (+\\$&#8203;5)"),
        ("!3 ~bug %1 &4", "\\!&#8203;3 \\~&#8203;bug %&#8203;1 \\&&#8203;4"),
        ("50% of it, #, @", "50% of it, #, @"),
        ("owner/name#1", "owner/name#&#8203;1"),
    ],
)
def test_mentions_references_and_addresses(text: str, quoted: str) -> None:
    """Are kept apart by a space of no width, as the vendors' own tools do it."""
    assert markdown_text(text) == quoted


@given(texts)
def test_json_stays_the_same_document(text: str) -> None:
    """Only its spelling changes."""
    document = {text: [text, 1]}
    written = json_text(json.dumps(document, ensure_ascii=False, indent=1))
    assert json.loads(written) == document
    assert all(line.isprintable() for line in written.splitlines())
    assert "##[" not in written


def test_commands() -> None:
    """The runner's own escapes, in a message and in a property."""
    assert command_text("50% a:b,c\nd") == "50%25 a:b,c d"
    assert command_property("50% a:b,c") == "50%25 a%3Ab%2Cc"


def test_inert() -> None:
    """Also behind blanks, where the runner still looks."""
    assert inert("  ::add-mask::x") == "  : :add-mask::x"
    assert inert("a ::b") == "a ::b"


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("https://github.com/a/b/actions/runs/1?x=1&y=%20", True),
        ("http://127.0.0.1:8080/x", True),
        ("https://github.com", True),
        ("javascript:alert(1)", False),
        ("https://a.example/)[x](https://evil.example", False),
        ("https://a.example/\nx", False),
        ("https://a.example/ü", False),
        ("", False),
    ],
)
def test_web_addresses(text: str, is_one: bool) -> None:
    """Only those that cannot end where they are written become links."""
    assert web_address(text) == (text if is_one else "")
