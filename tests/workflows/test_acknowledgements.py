"""drift.yaml: read with the line of every fault, and appended to."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from infra.errors import InputError
from infra.model.estate import Subject
from infra.model.finding import Finding
from infra.model.project import Project
from infra.rules.acknowledged import acknowledge
from infra.workflows.acknowledgements import accept, read_acknowledgements

FOUND = Finding(
    "config-var-changed", "warning", (), "x", stack="staging", subject=Subject("heroku", "config-var", "shop", "A")
)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project without that file."""
    return Project(tmp_path, ("staging",))


def write(project: Project, text: str) -> None:
    """The file says ``text``."""
    (project.folder / "drift.yaml").write_text(text)


def test_no_file_and_an_empty_one(project: Project) -> None:
    """Acknowledge nothing."""
    assert read_acknowledgements(project) == ()
    write(project, "# nothing yet\n")
    assert read_acknowledgements(project) == ()


def test_an_entry(project: Project) -> None:
    """With its owner, last day, reason and line."""
    write(project, "# known\n- {rule: config-var-*, subject: 7, owner: ann, until: 2027-01-31, reason: on purpose}\n")
    (entry,) = read_acknowledgements(project)
    assert (entry.rule, entry.subject, entry.stack, entry.line) == ("config-var-*", "7", "", 2)
    known = entry.acknowledgement
    assert (known.owner, known.until, known.reason) == ("ann", date(2027, 1, 31), "on purpose")


def test_every_fault_is_told_with_its_line(project: Project) -> None:
    """All at once."""
    write(
        project,
        """\
- rule: a
  owner: ann
  reason: known
  untill: 2027-01-31
- text
- {owner: bob, reason: all of it}
- {rule: a, until: soon, owner: "", reason: [x]}
- {rule: a}
""",
    )
    with pytest.raises(InputError) as refusal:
        read_acknowledgements(project)
    told = [(one.line, one.path, one.message) for one in refusal.value.problems]
    assert told == [
        (4, "[0].untill", "is not a known setting"),
        (5, "[1]", "must be a map"),
        (6, "[2]", "means everything"),
        (7, "[3].owner", "must be text"),
        (7, "[3].reason", "must be text"),
        (7, "[3].until", "soon is no day"),
        (8, "[4]", "has no owner"),
        (8, "[4]", "has no reason"),
    ]


@pytest.mark.parametrize("text", ["rule: a\n", "a: [\n", "- &x {rule: !!str a}\n"])
def test_what_is_no_list_of_entries_is_refused(project: Project, text: str) -> None:
    """As any stack file."""
    write(project, text)
    with pytest.raises(InputError):
        read_acknowledgements(project)


def test_accepting_appends(project: Project) -> None:
    """What stands there stays; what is accepted is acknowledged in the next run."""
    write(project, "# ours\n- {rule: domain-*, owner: ann, reason: known}\n")
    accept(project, [FOUND], "bob", date(2027, 1, 31), "until the move")
    entries = read_acknowledgements(project)
    assert len(entries) == 2
    assert (project.folder / "drift.yaml").read_text().startswith("# ours\n- {rule: domain-*")
    assert acknowledge([FOUND], entries, date(2026, 11, 24))[0].acknowledged == entries[1].acknowledgement


def test_accepting_makes_the_file(project: Project) -> None:
    """Where there is none."""
    accept(project, [FOUND], "bob", None, "known")
    assert len(read_acknowledgements(project)) == 1
