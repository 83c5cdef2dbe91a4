"""The report for machines: one JSON document, with the verdict that the exit code gives."""

from __future__ import annotations

import json

import pytest

from infra import errors
from infra.errors import InputError, Interrupted, Problem, Rejected, TwelvefoldError
from infra.reports.document import VERDICTS, error_document, plans_document, verdict
from tests.reports.plans import HOSTILE, ORDINARY


def test_a_plan_as_json() -> None:
    """Counts, steps with their type and name, changes, messages, and how long it took."""
    document = json.loads(plans_document([ORDINARY], 2))
    assert (document["verdict"], document["exit_code"]) == ("changes", 2)
    (stack,) = document["stacks"]
    assert {key: stack[key] for key in ("stack", "verb", "seconds")} == {
        "stack": "staging",
        "verb": "preview",
        "seconds": 1.235,
    }
    assert stack["counts"] == {
        **dict.fromkeys(("create", "read", "update", "replace", "delete", "refresh"), 1),
        "same": 12,
    }
    update = stack["steps"][2]
    assert (update["operation"], update["type"], update["name"]) == (
        "update",
        "heroku:app/configAssociation:ConfigAssociation",
        "shop-staging-config",
    )
    assert update["changes"][0] == {
        "path": "vars.LOG_LEVEL",
        "kind": "update",
        "before": "info",
        "after": "debug",
        "forces_replacement": False,
        "origin": "",
        "fingerprints": ["", ""],
    }
    assert update["changes"][3]["before"] == "***"
    assert stack["diagnostics"][0]["severity"] == "warning"


def test_hostile_names_survive_as_data() -> None:
    """A program reads them as they are; escape sequences are escaped in the text."""
    text = plans_document([HOSTILE], 2)
    assert "\x1b" not in text
    assert json.loads(text)["stacks"][0]["steps"][0]["name"] == HOSTILE.steps[0].name


def test_problems_as_json() -> None:
    """Each with its parts, sorted as in the text."""
    problems = [Problem("b.yaml", 2, "x", "bad"), Problem("a.yaml", 10, "y", "worse", "Do that")]
    assert json.loads(error_document(InputError(problems))) == {
        "verdict": "error",
        "exit_code": 1,
        "problems": [
            {"file": "a.yaml", "line": 10, "path": "y", "message": "worse", "suggestion": "Do that"},
            {"file": "b.yaml", "line": 2, "path": "x", "message": "bad", "suggestion": ""},
        ],
    }


@pytest.mark.parametrize(
    ("error", "word", "code"),
    [
        (TwelvefoldError("no", where="there", todo="that"), "error", 1),
        (Rejected("no", where="there", todo="that", status=422), "error", 1),
        (Interrupted("no", where="there", todo="that"), "interrupted", 130),
    ],
)
def test_errors_as_json(error: TwelvefoldError, word: str, code: int) -> None:
    """What, where, what to do, and the verdict of the exit code."""
    assert json.loads(error_document(error)) == {
        "verdict": word,
        "exit_code": code,
        "error": {"what": "no", "where": "there", "todo": "that"},
    }


def test_the_verdict_is_the_exit_code() -> None:
    """Changes are 2, none is 0, and every code has a word."""
    assert verdict([ORDINARY]) == 2
    assert verdict([]) == 0
    codes = {value for name, value in vars(errors).items() if name.startswith("EXIT_")}
    assert set(VERDICTS) == codes
