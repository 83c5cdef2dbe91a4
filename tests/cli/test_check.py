"""``twelvefold check`` through the real command line: exit codes, what is written, and what is left alone."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import pytest

from infra.cli import run
from tests.workflows.cases import Case, load_cases, sound_project
from tests.workflows.test_check import snapshot

BAD = load_cases("bad")
WIDEST = 320


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that is the current one, in a home that is empty too."""
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    project = tmp_path / "project"
    project.mkdir()
    monkeypatch.chdir(project)
    return project


@pytest.mark.parametrize("case", BAD, ids=lambda case: case.name)
def test_bad_case_ends_in_words(case: Case, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 1; every problem is a line of readable text on standard error; nothing is made or changed."""
    before = snapshot(case.lay_out(folder))
    assert run(["check"]) == 1
    out, err = capsys.readouterr()
    count = len(case.problems)
    told = [*(problem.text() for problem in case.problems), f"{count} problem{'s' * (count > 1)}; nothing was changed."]
    assert (out, err.splitlines()) == ("", told)
    assert max(map(len, told)) <= WIDEST
    assert all(line.isprintable() for line in told)
    assert "hunter2" not in err
    assert snapshot(folder.parent) == before


@pytest.mark.parametrize("case", BAD, ids=lambda case: case.name)
def test_bad_case_is_one_json_document(case: Case, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With --format json the same problems are one document on standard output."""
    case.lay_out(folder)
    assert run(["check", "--format", "json"]) == 1
    out, err = capsys.readouterr()
    document = json.loads(out)
    assert document == {"verdict": "error", "exit_code": 1, "problems": [asdict(problem) for problem in case.problems]}
    assert err == ""
    assert "hunter2" not in out


def test_a_sound_project_is_fine(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One line a stack, exit code 0, from any folder below the project's."""
    sound_project(folder)
    assert run(["check"]) == 0
    assert capsys.readouterr().out == "staging: fine (shop-staging)\n"


def test_a_sound_project_is_clean_in_json(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The verdict is in the document too."""
    sound_project(folder)
    assert run(["check", "staging", "--format=json"]) == 0
    assert json.loads(capsys.readouterr().out)["verdict"] == "clean"


def test_an_unknown_stack_is_an_error(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With the stacks there are, in text and as JSON."""
    sound_project(folder)
    assert run(["check", "prod"]) == 1
    assert 'there is no stack "prod"' in capsys.readouterr().err
    assert run(["check", "prod", "--format", "json"]) == 1
    assert json.loads(capsys.readouterr().out)["error"]["what"] == 'there is no stack "prod"'


def test_outside_a_project_is_an_error(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A sentence and what to do, no traceback."""
    assert run(["check"]) == 1
    assert "there is no Pulumi.yaml here or in any folder above" in capsys.readouterr().err


def test_check_needs_neither_engine_nor_network(folder: Path) -> None:
    """A fresh process checks without loading the engine's SDK or the client of any vendor."""
    sound_project(folder)
    program = (
        "import sys; from infra.cli import run; code = run(['check']);"
        "sys.exit(code or ','.join({'pulumi', 'httpx', 'grpc', 'infra.apis'} & set(sys.modules)) or None)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
