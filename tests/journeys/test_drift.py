"""Seventy changes by hand on one estate: none before, each found as it is made, all found together, then put right."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatchcase

import pytest
import yaml

from tests.journeys.checkout import Checkout, make_checkout
from tests.journeys.deploying import deploy
from tests.journeys.hand_made import CHANGES, GITHUB_PERSON, REPOSITORY, SECRETS, SERVICE, HandMade, Hands
from tests.journeys.in_process import Finding, audit, short, subject

SECRET = "twelvefold:environment"
OWNER = {"login": "owner", "token": "token-owner", "scopes": ["repo", "read:org", "read:audit_log"]}
SECOND = timedelta(seconds=1)


@pytest.fixture(scope="module")
def orders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    """The estate of the changes, brought up, deployed and settled."""
    checkout = make_checkout(tmp_path_factory.mktemp("drift") / "service")
    (checkout.folder / "Pulumi.production.yaml").unlink()
    (checkout.folder / "Pulumi.staging.yaml").write_text("config: {}\n")
    whole = yaml.safe_load((checkout.folder / "Pulumi.yaml").read_text())
    whole["config"]["twelvefold:service"]["value"] = SERVICE
    (checkout.folder / "Pulumi.yaml").write_text(yaml.safe_dump(whole))
    checkout.start_cloud()
    try:
        _seed(checkout)
        for command in (["stack", "init", "staging"], *(_set(path, value) for path, value in SECRETS.items())):
            outcome = checkout.run("pulumi", "--non-interactive", *command)
            assert outcome.code == 0, outcome.text
        _bring_up(checkout)
        # Processes are scaled once there is code that has them.
        deploy(checkout.cloud, "orders-web", "web", "clock", "extra")
        deploy(checkout.cloud, "orders-jobs", "worker")
        _bring_up(checkout)
        yield checkout
    finally:
        checkout.cloud.stop()


def _seed(checkout: Checkout) -> None:
    checkout.cloud.seed(checkout.cloud.additions())
    owner, name = REPOSITORY.split("/")
    repository = {"owner": owner, "name": name, "private": False, "default_branch": "main"}
    organization = {"login": owner, "members": [{"login": OWNER["login"], "role": "admin"}]}
    checkout.cloud.seed(
        {
            "github": {"users": [OWNER], "organizations": [organization], "repositories": [repository]},
            "heroku": {"accounts": [{"email": "mel@example.com", "name": "Mel"}]},
        }
    )


def _bring_up(checkout: Checkout) -> None:
    up = checkout.twelvefold("up", "staging", "--yes", "--refresh")
    assert up.code == 0, up.text


def _set(path: str, value: str) -> list[str]:
    return ["config", "set", "--secret", "--path", "-s", "staging", f"{SECRET}.{path}", "--", value]


def told(findings: list[Finding], change: HandMade) -> Finding:
    """The one finding that tells of a change."""
    found = [one for one in findings if one["kind"] == change.kind and fnmatchcase(subject(one), change.subject)]
    fitting = [one for one in found if set(change.fields) <= {field["name"] for field in one["differences"]}]
    assert len(fitting) == 1, (change.title, change.kind, change.subject, [short(one) for one in findings])
    return fitting[0]


def check_cause(finding: Finding, change: HandMade, began: datetime) -> None:
    """Who and when, where the vendor tells; never somebody or a time that is not true."""
    cause = finding["cause"]
    assert cause["who"] == change.who, (change.title, cause)
    if change.has_time:
        assert began - SECOND <= datetime.fromisoformat(cause["when"]) <= datetime.now(UTC) + SECOND, change.title


def make(change: HandMade, orders: Checkout, before: list[Finding]) -> list[Finding]:
    """Make a change, and check what an audit tells of it, and that it tells nothing else."""
    began = datetime.now(UTC)
    change.act(Hands(orders.cloud))
    code, findings = audit(orders, "staging")
    found = told(findings, change)
    assert code == 2
    assert found["owner"] == ("unmanaged" if change.kind == "unmanaged" else "declared"), found
    check_cause(found, change, began)
    known = {short(one)[:2] for one in before}
    new = [short(one) for one in findings if short(one)[:2] not in known]
    assert len(new) <= 1 + change.more, (change.title, new)
    assert known <= {short(one)[:2] for one in findings}, change.title
    return findings


def test_every_change_by_hand_is_found_and_put_right(orders: Checkout) -> None:
    """An untouched estate shows nothing; each change shows as it is made; fixed, all is clean again."""
    assert len(CHANGES) >= 60
    code, findings = audit(orders, "staging")
    assert (code, [short(one) for one in findings]) == (0, [])
    for change in CHANGES:
        findings = make(change, orders, findings)
    for change in CHANGES:
        told(findings, change)
    _check_audit_log(orders)
    _put_right(orders)


def _check_audit_log(orders: Checkout) -> None:
    """Who may read the organization's audit log learns who changed what at GitHub, also what is gone."""
    _, findings = audit(orders, "staging", GITHUB_TOKEN=str(OWNER["token"]))
    for change in CHANGES:
        found = told(findings, change)
        if found["subject"]["vendor"] == "github":
            assert (found["cause"]["who"], bool(found["cause"]["when"])) == (GITHUB_PERSON, True), change.title


def _put_right(orders: Checkout) -> None:
    """What is declared comes back, what is not goes; only what holds data is left to people."""
    fixed = orders.twelvefold("drift", "staging", "--fix", "--remove-unmanaged", "--yes")
    assert fixed.code == 2, fixed.text
    assert "Not taken away" not in fixed.stderr
    code, findings = audit(orders, "staging")
    left = [("unmanaged", "heroku/addon/orders-jobs/logs-by-hand", ()), ("unmanaged", "heroku/app/orders-strange", ())]
    assert (code, [short(one) for one in findings]) == (2, left)
    hands = Hands(orders.cloud)
    addon = hands.one("/apps/orders-jobs/addons", name="logs-by-hand")["id"]
    hands.heroku("DELETE", f"/apps/orders-jobs/addons/{addon}", {"confirm": "orders-jobs"})
    hands.heroku("DELETE", "/apps/orders-strange")
    code, findings = audit(orders, "staging")
    assert (code, [short(one) for one in findings]) == (0, [])
