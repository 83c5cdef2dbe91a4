"""Reading one stack file: the document, the line of everything in it, and what is wrong with it as YAML."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from infra.errors import Problem
from infra.model.stackfile import StackFile, read_stack_file
from infra.model.values import Path as Steps
from infra.model.values import Secret


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A stack file yet to be written."""
    return tmp_path / "Pulumi.test.yaml"


def read(file: Path, text: str, root: Steps = ()) -> StackFile:
    """What is read from ``text``."""
    file.write_text(text)
    return read_stack_file(file, root)


def test_document_and_lines(file: Path) -> None:
    """Maps, lists, scalars and blocks, each with the line it begins in."""
    source = read(file, "# top\na:\n  b: 1\n  c:\n  - x\n  - {d: yes}\ntext: |\n  one\n\n  two\nlast: {e: [f]}\n")
    assert source.document == {
        "a": {"b": 1, "c": ["x", {"d": "yes"}]},
        "text": "one\n\ntwo\n",
        "last": {"e": ["f"]},
    }
    wanted: dict[Steps, int] = {
        (): 2,
        ("a",): 2,
        ("a", "b"): 3,
        ("a", "c"): 4,
        ("a", "c", 0): 5,
        ("a", "c", "x"): 5,
        ("a", "c", 1): 6,
        ("a", "c", 1, "d"): 6,
        ("text",): 7,
        ("last",): 11,
        ("last", "e"): 11,
        ("last", "e", 0): 11,
        ("last", "e", "f"): 11,
    }
    assert source.lines == wanted
    assert source.problems == []


def test_line_of_the_nearest_parent(file: Path) -> None:
    """What does not stand in the file has the line of what it would stand in."""
    source = read(file, "\na:\n  b: 1\n")
    assert [source.line(path) for path in ((), ("a",), ("a", "b", "c"), ("a", "z"), ("z", 0))] == [2, 2, 3, 2, 2]
    assert StackFile("none").line(("a",)) == 0


def test_secrets_are_places(file: Path) -> None:
    """What is sealed never enters the document, and does not show when it is printed."""
    source = read(file, 'a:\n  - secure: "v1:AAAAAAAAAAAAAAAA:BBBBBBBBBBBBBBBBBBBBBBBB"\n')
    assert source.document == {"a": [Secret(("a", 0))]}
    assert repr(source.document) == "{'a': [***]}"
    assert "BBBB" not in repr(source)


@pytest.mark.parametrize("text", ["secure: hunter2", 'secure: "two words that are rather long"', "secure: ''"])
def test_what_only_calls_itself_secure_is_told(file: Path, text: str) -> None:
    """Clear text under ``secure`` would end up in version control; it is not repeated."""
    (problem,) = read(file, f"a: {{{text}}}\n").problems
    assert problem.message == "stands under secure, but is not sealed"
    assert "hunter2" not in problem.text()


def test_secure_beside_other_keys_is_a_map(file: Path) -> None:
    """Only a map of ``secure`` alone is a secret, as in the engine."""
    assert read(file, "a: {secure: 1}\nb: {secure: x, more: y}\n").document == {
        "a": {"secure": 1},
        "b": {"secure": "x", "more": "y"},
    }


def test_paths_are_told_from_the_root(file: Path) -> None:
    """Problems inside the settings are told as elsewhere, those around them from the top."""
    source = read(file, "a:\n  b:\n    c: 1\n    c: 2\n  b: 3\n", ("a", "b"))
    assert [problem.path for problem in source.problems] == ["c", ""]


def test_several_faults_of_one_file_are_told_at_once(file: Path) -> None:
    """Reading goes on after each of them."""
    problems = read(file, "a: 1\na: 2\nb: !x 1\n? [c]\n: 1\n<<: {d: 1}\n").problems
    assert [problem.line for problem in problems] == [2, 3, 4, 6]


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("a: [1\nb: 2\n", 2, "not valid YAML: did not find expected ',' or ']'"),
        ("a:\n\tb: 1\n", 2, "a tab indents this line"),
        ("a: b: c\n", 1, "not valid YAML: mapping values are not allowed in this context"),
        ("a: *nowhere\n", 1, "not valid YAML: found undefined alias"),
        ("a: 'open\nb: 1\n", 3, "not valid YAML: found unexpected end of stream"),
        ("a: 1\n---\nb: 1\n", 2, "not valid YAML: found another document"),
        ('a: "\\ud800"\n', 1, "not valid YAML: found invalid Unicode character escape code"),
        ("a: @x\n", 1, "not valid YAML: found character that cannot start any token"),
        ("a: 1\n b: 2\n", 2, "not valid YAML: mapping values are not allowed in this context"),
        ("a: x\x00y\n", 1, "holds a control character"),
        ("é: 1\nü: x\x1by\n", 2, "holds a control character"),
    ],
)
def test_broken_yaml_is_told_with_its_line(file: Path, text: str, line: int, message: str) -> None:
    """One sentence, no traceback, and the line where reading stopped."""
    (problem,) = read(file, text).problems
    assert (problem.line, problem.message) == (line, message)


@pytest.mark.parametrize("text", ["", "# only this\n", "\ufeff", "---\n", "---\n...\n", "~\n"])
def test_a_file_can_say_nothing(file: Path, text: str) -> None:
    """Then the document is ``None``, and that alone is no fault."""
    source = read(file, text)
    assert (source.document, source.problems) == (None, [])


def test_bytes_that_are_not_text_are_told_with_their_line(file: Path) -> None:
    """Latin-1 and UTF-16 are not guessed at."""
    file.write_bytes("a: 1\nb: é\n".encode("latin-1"))
    assert read_stack_file(file).problems == [
        Problem("Pulumi.test.yaml", 2, "", "is not UTF-8 text", "Save the file as UTF-8")
    ]
    file.write_bytes("a: 1\n".encode("utf-16"))
    assert read_stack_file(file).problems[0].message == "is not UTF-8 text"


def test_a_missing_file_is_a_problem(file: Path) -> None:
    """It may go between listing and reading."""
    assert read_stack_file(file).problems == [
        Problem("Pulumi.test.yaml", 0, "", "cannot be read (No such file or directory)")
    ]


def test_the_python_reader_says_the_same_lines(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where libyaml is missing, a control character still has its line."""
    monkeypatch.delattr(yaml, "CSafeLoader")
    from infra.model import stackfile

    monkeypatch.setattr(
        stackfile, "_Loader", type("Loader", (yaml.SafeLoader,), {"resolve": stackfile._Loader.resolve})
    )
    assert read(file, "é: 1\nü: x\x1by\n").problems[0].line == 2
    assert read(file, "a: {b: [1, yes]}\n").document == {"a": {"b": [1, "yes"]}}


documents = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-(2**63) + 1, 2**63 - 1), st.text(st.characters(codec="utf-8"))),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.text("abc<:-# '\"é", min_size=1), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(documents.filter(lambda document: "secure" not in str(document)))
def test_what_is_written_is_read(tmp_path_factory: pytest.TempPathFactory, document: object) -> None:
    """Whatever a YAML writer makes of a document of ours comes back as it was."""
    file = tmp_path_factory.mktemp("written") / "Pulumi.test.yaml"
    text = yaml.safe_dump(document, allow_unicode=True)
    if re.search(r"(?m)^\s*(?:- )*\? ", text):
        return
    source = read(file, text)
    assert source.document == document
    assert source.problems == []


@given(st.text(st.sampled_from("ab:-?[]{}&*!|>'\"%@`#, \n\t~1.<\\\x00\x1b\ud7ffé")))
def test_anything_is_read_without_falling_over(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    """Noise gives a document or problems with a line within the file, and never a traceback."""
    source = read(tmp_path_factory.mktemp("noise") / "Pulumi.test.yaml", text)
    lines = text.count("\n") + 2
    assert all(0 <= problem.line <= lines and problem.message.isprintable() for problem in source.problems)
