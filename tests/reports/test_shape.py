"""The published schema of a report: closed, described, and the copy in docs is the one that is made."""

from __future__ import annotations

import json
from pathlib import Path

from jsonschema import Draft202012Validator

from infra.reports.shape import VERDICTS, report_schema

COPY = Path(__file__).parents[2] / "docs" / "schema" / "report.json"
SCHEMA = json.loads(report_schema())


def test_the_schema_is_one() -> None:
    """By its own schema."""
    Draft202012Validator.check_schema(SCHEMA)


def test_the_committed_schema_is_the_made_one() -> None:
    """When this fails: make schema."""
    assert COPY.read_text() == report_schema()


def test_every_part_is_closed_and_described() -> None:
    """A reader in another language knows all that can come."""
    for name, part in {**SCHEMA["$defs"], "report": SCHEMA}.items():
        assert part["additionalProperties"] is False, name
        assert set(part["required"]) == set(part["properties"]), name
        assert part["description"], name


def test_verdicts_are_the_exit_codes() -> None:
    """In the schema too."""
    assert SCHEMA["properties"]["exit_code"] == {"enum": list(VERDICTS)}
    assert SCHEMA["properties"]["verdict"] == {"enum": list(VERDICTS.values())}
