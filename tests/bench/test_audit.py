"""The benchmark of audits works, and what hangs on no machine holds."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bench.audit import audit_many, compare
from tests.bench.audited import Audited
from tests.bench.estates import running_vendor

APPS = 2


@pytest.mark.journey
def test_an_audit_of_an_untouched_fleet_is_clean_and_cheap(tmp_path: Path) -> None:
    """Eight lists an app at most, beside the account's own; what was read a moment ago is not asked for again."""
    with running_vendor(tmp_path / "cloud") as vendor:
        estate = Audited(tmp_path / "ours", vendor, APPS)
        estate.bring_up()
        first, second, soon = estate.audit(), estate.audit(), estate.audit("--max-age", "1h")
        assert [look.report["verdict"] for look in (first, second, soon)] == ["clean"] * 3
        assert first.requests <= 8 * APPS + 8
        assert second.requests <= first.requests
        assert soon.requests <= 8


@pytest.mark.journey
def test_its_table_is_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Refresh, audits and readings, a line each."""
    with running_vendor(tmp_path / "cloud") as vendor:
        compare(tmp_path, vendor, APPS, rounds=1, latency=0)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 8
    assert all(line.split()[0] == str(APPS) for line in lines)


@pytest.mark.journey
def test_many_stacks_are_looked_at_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An app costs no more requests in one of several stacks, and nothing is left out of so few."""
    with running_vendor(tmp_path / "cloud") as vendor:
        audit_many(tmp_path, vendor, 2 * APPS, stacks=2, latency=0)
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    first, *later = (line for line in lines if line[1].startswith("audit"))
    assert [line[-1] for line in lines] == ["0"] * 8
    assert int(first[4]) <= 8 * 2 * APPS + 8
    assert len(later) == 3
