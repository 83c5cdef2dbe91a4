"""What was changed by hand is taken over into the stack files, or answered for, or told in an issue."""

from __future__ import annotations

import shlex
from datetime import date, timedelta

import yaml

from tests.journeys.checkout import Checkout
from tests.journeys.deploying import deploy
from tests.journeys.hand_made import Hands
from tests.journeys.in_process import audit, short, subject, twelvefold

WEB = "/apps/banking-staging"
HUB = "/api/v3/repos/practicalli/banking-on-clojure"


def change_by_hand(estate: Checkout) -> None:
    """Changes of several kinds, as somebody makes them on a long evening."""
    hands = Hands(estate.cloud)
    values = {"LOG_LEVEL": "trace", "SESSION_KEY": "rotated-by-hand", "HOTFIX": "1", "API_TOKEN": "t0ken-by-hand"}
    hands.heroku("PATCH", f"{WEB}/config-vars", values)
    hands.heroku("POST", f"{WEB}/domains", {"hostname": "staging.practicalli.example", "sni_endpoint": None})
    hook = {"url": "https://hooks.practicalli.example/heroku", "include": ["api:release"], "level": "notify"}
    hands.heroku("POST", f"{WEB}/webhooks", hook)
    hands.heroku(
        "PATCH", f"{WEB}/formation", {"updates": [{"type": "web", "quantity": 1, "dyno_size": {"name": "standard-1x"}}]}
    )
    inside = f"{HUB}/environments/staging/variables"
    estate.cloud.by_hand("github", "POST", inside, {"name": "BANNER", "value": "hello"})
    estate.cloud.by_hand("github", "PATCH", f"{inside}/APP_URL", {"value": "https://elsewhere.example/"})


def test_what_was_changed_by_hand_becomes_what_is_declared(estate: Checkout) -> None:
    """Shown, written with secrets sealed, imported; then neither a preview nor an audit finds anything."""
    deploy(estate.cloud, "banking-staging", "web")
    settled = estate.twelvefold("up", "staging", "--yes", "--refresh")
    assert settled.code == 0, settled.text
    change_by_hand(estate)
    file = estate.folder / "Pulumi.staging.yaml"
    before = file.read_text()
    asked = twelvefold(estate, "drift", "staging", "--adopt")
    assert file.read_text() == before, asked.text
    adopted = twelvefold(estate, "drift", "staging", "--adopt", "--yes")
    assert "+++ Pulumi.staging.yaml" in adopted.stdout
    text = file.read_text()
    assert "t0ken-by-hand" not in text + adopted.text
    assert "rotated-by-hand" not in text + adopted.text
    declared = yaml.safe_load(text)["config"]["twelvefold:environment"]
    assert set(declared["config_vars"]["API_TOKEN"]) == {"secure"}
    assert "staging.practicalli.example" in declared["domains"]
    for command in [line for line in adopted.stdout.splitlines() if line.startswith("pulumi import")]:
        outcome = estate.run(*shlex.split(command), "--yes", "--non-interactive")
        assert outcome.code == 0, outcome.text
    # Config vars are one resource, which takes in new keys with an update: Heroku makes no release of equal values.
    preview = estate.twelvefold("preview", "staging", "--refresh", "--format", "json").json()
    steps = [
        step["name"] for stack in preview["stacks"] for step in stack["plan"]["steps"] if step["operation"] != "same"
    ]
    assert steps == ["banking-staging-config"]
    releases = estate.cloud.by_hand("heroku", "GET", f"{WEB}/releases", None)
    up = estate.twelvefold("up", "staging", "--yes", "--refresh")
    assert up.code == 0, up.text
    assert estate.cloud.by_hand("heroku", "GET", f"{WEB}/releases", None) == releases
    preview = estate.twelvefold("preview", "staging", "--refresh")
    assert preview.code == 0, preview.text
    code, findings = audit(estate, "staging")
    assert (code, [short(one) for one in findings]) == (0, []), adopted.text


def test_somebody_answers_for_drift_until_a_day(estate: Checkout) -> None:
    """Acknowledged it ends with 0; after its day it is back; what fits nothing any more is told."""
    Hands(estate.cloud).heroku("PATCH", f"{WEB}/config-vars", {"KNOWN": "1"})
    until = (date.today() + timedelta(days=7)).isoformat()
    options = ("--accept", "--owner", "ops", "--until", until, "--reason", "a trial")
    accepted = twelvefold(estate, "drift", "staging", *options)
    assert accepted.code == 0, accepted.text
    code, findings = audit(estate, "staging")
    (known,) = findings
    assert (code, subject(known)) == (0, "heroku/config-var/banking-staging/KNOWN")
    assert known["acknowledged"] == {"owner": "ops", "until": until, "reason": "a trial"}
    file = estate.folder / "drift.yaml"
    file.write_text(file.read_text().replace(until, "2020-01-31"))
    code, findings = audit(estate, "staging")
    assert (code, [one["expired"] for one in findings]) == (2, [True])
    fixed = estate.twelvefold("drift", "staging", "--fix", "--remove-unmanaged", "--yes")
    assert fixed.code == 0, fixed.text
    report = twelvefold(estate, "drift", "staging", "--format", "json").json()
    assert "acknowledgement-unused" in [one["rule"] for one in report["findings"]]
    file.unlink()


def issues(estate: Checkout) -> list[dict[str, object]]:
    """The repository's issues, oldest first."""
    found: list[dict[str, object]] = estate.cloud.by_hand("github", "GET", f"{HUB}/issues?state=all", None)
    return sorted(found, key=lambda one: int(str(one["number"])))


def test_an_issue_for_each_environment(estate: Checkout) -> None:
    """Opened where there is drift, silent while nothing changes, told when it does, closed when clean."""
    hands = Hands(estate.cloud)
    hands.heroku("PATCH", f"{WEB}/config-vars", {"ONE": "1"})
    opened = twelvefold(estate, "drift", "--issue")
    assert "staging: issue" in opened.stderr, opened.text
    (issue,) = issues(estate)
    assert issue["state"] == "open"
    assert "ONE" in str(issue["body"])
    twelvefold(estate, "drift", "--issue")
    (same,) = issues(estate)
    assert (same["number"], same["comments"]) == (issue["number"], 0)
    hands.heroku("PATCH", f"{WEB}/config-vars", {"TWO": "2"})
    hands.heroku("PATCH", "/apps/banking-production/config-vars", {"THREE": "3"})
    twelvefold(estate, "drift", "--issue")
    first, second = issues(estate)
    assert (first["number"], "TWO" in str(first["body"]), "THREE" in str(first["body"])) == (
        issue["number"],
        True,
        False,
    )
    assert "THREE" in str(second["body"])
    fixed = estate.twelvefold("drift", "--fix", "--remove-unmanaged", "--yes")
    assert fixed.code == 0, fixed.text
    twelvefold(estate, "drift", "--issue")
    assert [one["state"] for one in issues(estate)] == ["closed", "closed"]
