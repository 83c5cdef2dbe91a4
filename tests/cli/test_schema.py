"""``twelvefold schema``: the copy that editors read is the one the command prints."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.cli import run

COPY = Path(__file__).parents[2] / "docs" / "schema" / "stackfile.json"


def test_the_committed_schema_is_the_printed_one(capsys: pytest.CaptureFixture[str]) -> None:
    """When this fails: twelvefold schema > docs/schema/stackfile.json."""
    assert run(["schema"]) == 0
    assert capsys.readouterr().out == COPY.read_text()
