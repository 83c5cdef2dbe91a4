"""What main's jobs do with the credentials they get, at each vendor: plan, apply, audit, publish."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from typing import Any

import pytest

from tests.ci.conftest import BOT, REPOSITORY, Desk
from tests.ci.lines import Lines, circleci, gitlab

pytestmark = pytest.mark.journey
STAGING, PRODUCTION = "banking-staging", "banking-production"
Vendor = Callable[..., Lines]


def config_var(desk: Desk, app: str, name: str, value: str | None = None) -> Any:
    """What a config var is; given a value, it is set by hand before."""
    if value is not None:
        desk.main.cloud.by_hand("heroku", "PATCH", f"/apps/{app}/config-vars", {name: value})
    return desk.main.cloud.by_hand("heroku", "GET", f"/apps/{app}/config-vars", None).get(name)


def open_issues(desk: Desk) -> list[dict[str, Any]]:
    """The open issues about drift."""
    found = desk.main.cloud.by_hand("github", "GET", f"/api/v3/repos/{REPOSITORY}/issues?state=open", None)
    return [one for one in found if "pull_request" not in one]


def test_the_nightly_audit_at_github(desk: Desk) -> None:
    """Its exit code is data unless it was asked to fail; an issue tells of drift, and is closed when all is well."""
    clean = desk.on_main("drift")
    assert (clean.failed, clean.known["exit-code"]) == (False, "0"), clean.text
    assert open_issues(desk) == []
    assert "Everything is as declared" in clean.summary

    config_var(desk, PRODUCTION, "LOG_LEVEL", "trace")
    drifted = desk.on_main("drift")
    assert (drifted.failed, drifted.known["exit-code"]) == (False, "2"), drifted.text
    (issue,) = open_issues(desk)
    for told in ("LOG_LEVEL", "pat@example.com", "twelvefold drift production --fix"):
        assert told in issue["body"].replace("\\_", "_")
        assert told in drifted.summary.replace("\\_", "_")
    assert "::warning" in drifted.text
    strict = desk.on_main("drift", **{"inputs.fail-on-drift": True})
    assert (strict.failed, strict.known["exit-code"]) == (True, "2"), strict.text
    assert [one["number"] for one in open_issues(desk)] == [issue["number"]]

    config_var(desk, PRODUCTION, "LOG_LEVEL", "info")
    assert desk.on_main("drift").known["exit-code"] == "0"
    assert open_issues(desk) == []


def test_an_audit_that_may_not_read_all_names_what_lacks(desk: Desk) -> None:
    """Three is no failure of the job, and never taken for clean."""
    dark = desk.on_main("drift", **{"secrets.TWELVEFOLD_GITHUB_TOKEN": BOT})
    assert (dark.failed, dark.known["exit-code"]) == (False, "3"), dark.text
    assert "unverifiable" in dark.summary
    assert "Everything is as declared" not in dark.summary


@pytest.mark.parametrize("vendor", [circleci, gitlab], ids=["circleci", "gitlab"])
def test_the_nightly_audit_elsewhere(desk: Desk, vendor: Vendor) -> None:
    """The report is kept, with what each vendor shows of it, whatever was found; it fails where asked to."""
    job = "drift" if vendor is circleci else "twelvefold-drift"
    folder = desk.main.folder / ("report" if vendor is circleci else ".")
    folder.mkdir(exist_ok=True)
    config_var(desk, STAGING, "HOTFIX", "1")
    try:
        code, text = desk.elsewhere(vendor(job))
        assert code == 0, text
        assert json.loads((folder / "report.json").read_text())["exit_code"] == 2
        results = folder / ("junit/results.xml" if vendor is circleci else "junit.xml")
        assert "HOTFIX" in results.read_text()
        if vendor is gitlab:
            assert desk.elsewhere(gitlab(job, **{"fail-on-drift": "true"}))[0] == 2
    finally:
        config_var(desk, STAGING, "HOTFIX", "")
        desk.main.cloud.by_hand("heroku", "PATCH", f"/apps/{STAGING}/config-vars", {"HOTFIX": None})
    if vendor is circleci:
        assert "HOTFIX" in (folder / "report.html").read_text()
        assert desk.elsewhere(circleci(job))[0] == 0
        assert open_issues(desk) == []


def test_what_was_planned_is_applied_at_each_vendor(desk: Desk) -> None:
    """Exactly that, once; and nothing where there is nothing to do."""
    desk.main.edit("Pulumi.staging.yaml", "LOG_LEVEL: debug", "LOG_LEVEL: trace")
    plan = desk.on_main("plan", **{"inputs.stack": "staging"})
    assert (plan.failed, plan.known["steps.plan.outputs.exit-code"]) == (False, "2"), plan.text
    applied = desk.on_main("apply", **{"inputs.stack": "staging"})
    assert not applied.failed, applied.text
    assert config_var(desk, STAGING, "LOG_LEVEL") == "trace"
    # The state has moved since.
    again = desk.on_main("apply", **{"inputs.stack": "staging"})
    assert again.failed, again.text

    desk.put_back()
    for job in ("plan", "apply"):
        code, text = desk.elsewhere(circleci(job, stack="staging"))
        assert code == 0, text
    assert config_var(desk, STAGING, "LOG_LEVEL") == "debug"

    desk.merge("Pulumi.production.yaml", "DATABASE_POOL_SIZE: 20", "DATABASE_POOL_SIZE: 25")
    for job in ("plan", "apply"):
        code, text = desk.elsewhere(gitlab(f"twelvefold-{job}-last"))
        assert code == 0, text
    assert config_var(desk, PRODUCTION, "DATABASE_POOL_SIZE") == "25"
    (desk.main.folder / "exit-code").write_text("0\n")
    code, text = desk.elsewhere(gitlab("twelvefold-apply-last"))
    assert (code, text.count("Nothing to do.")) == (0, 1)

    file = desk.main.folder / "snapshot.json"
    for lines in (circleci("snapshot"), gitlab("twelvefold-snapshot")):
        file.unlink(missing_ok=True)
        code, text = desk.elsewhere(lines)
        assert code == 0, text
        assert sorted(json.loads(file.read_text())["stacks"]) == ["production", "staging"]
    shutil.copy(file, desk.github.store / "snapshot.json")
