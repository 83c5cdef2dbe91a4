"""What goes wrong around the job: credentials, hosts, passphrases, locks, and environments in the wrong order."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.journeys.checkout import Checkout, Outcome, make_checkout
from tests.journeys.waiting import wait_for

NOBODY = "http://127.0.0.1:9"


def assert_told(outcome: Outcome, *words: str) -> None:
    """A failure is a few sentences with ``words`` in them, and no traceback."""
    assert outcome.code != 0, outcome.text
    told = outcome.stdout + outcome.stderr
    for word in words:
        assert word in told, outcome.text
    assert "Traceback" not in told, outcome.text
    assert "bug in the provider" not in told, outcome.text


@pytest.mark.parametrize(
    "command", [["pulumi", "up", "--yes", "-s", "staging"], ["twelvefold", "up", "staging", "--yes"]]
)
@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"HEROKU_API_KEY": ""}, ["HEROKU_API_KEY"]),
        ({"HEROKU_API_KEY": "HRKU-wrong"}, ["HEROKU_API_KEY", "401"]),
        ({"HEROKU_API_URL": NOBODY}, ["Heroku at 127.0.0.1:9 cannot be reached", "Check the network"]),
        ({"GITHUB_TOKEN": "ghp_wrong"}, ["401 Bad credentials"]),
        ({"GITHUB_BASE_URL": f"{NOBODY}/"}, ["127.0.0.1:9"]),
        ({"PULUMI_CONFIG_PASSPHRASE": "wrong"}, ["passphrase"]),
    ],
    ids=["no key", "wrong key", "no Heroku", "wrong token", "no GitHub", "wrong passphrase"],
)
def test_wrong_surroundings_are_told_in_a_sentence(
    checkout: Checkout, command: list[str], variables: dict[str, str], words: list[str]
) -> None:
    """Missing and wrong credentials, unreachable hosts and a wrong passphrase: what it is, and no traceback."""
    program, *arguments = command
    outcome = (
        checkout.pulumi(*arguments, **variables)
        if program == "pulumi"
        else checkout.twelvefold(*arguments, **variables)
    )

    assert_told(outcome, *words)


def test_bad_stack_files_ask_nobody_and_write_nothing(checkout: Checkout) -> None:
    """A typo ends plain Pulumi and our command alike before any vendor is asked."""
    checkout.edit("Pulumi.staging.yaml", "app: banking-staging", "app: banking-staging\n    fromation: {}")
    asked = len(checkout.requests())
    state = sorted(checkout.state.rglob("*.json"))
    before = [path.read_bytes() for path in state]

    plain = checkout.pulumi("up", "--yes", "--stack", "staging")
    ours = checkout.twelvefold("up", "staging", "--yes")
    check = checkout.twelvefold("check")

    for outcome in (plain, ours, check):
        assert_told(outcome, "Pulumi.staging.yaml:6: fromation: is not a known setting", 'Did you mean "formation"?')
    assert ours.code == check.code == 1
    assert len(checkout.requests()) == asked
    assert [path.read_bytes() for path in state] == before


def test_an_environment_that_must_wait_says_for_which(checkout: Checkout) -> None:
    """Production before staging: an update says which stack to bring up first and makes nothing; a preview goes on."""
    empty = checkout.cloud.export(normalized=True)

    preview = checkout.twelvefold("preview", "production")
    up = checkout.twelvefold("up", "production", "--yes")

    assert preview.code == 2, preview.text
    assert_told(up, 'the pipeline "banking-on-clojure" is not there yet', "staging")
    assert up.code == 1
    assert json.loads(checkout.cloud.export(normalized=True)) == json.loads(empty)


def test_the_second_update_at_once_says_who_holds_the_lock(checkout: Checkout) -> None:
    """Two ``up`` on one stack: one does it, the other names the first."""
    checkout.cloud.control("POST", "faults", {"kind": "slow", "milliseconds": 3000, "path": "^/apps"})
    first = subprocess.Popen(
        ["pulumi", "up", "--yes", "--stack", "staging", "--non-interactive", "--skip-preview"],
        cwd=checkout.folder,
        env=checkout.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        state = checkout.state
        wait_for(lambda: any((state / ".pulumi" / "locks").rglob("*.json")))
        second = checkout.twelvefold("up", "staging", "--yes")
        third = checkout.pulumi("up", "--yes", "--stack", "staging")
    finally:
        checkout.cloud.control("DELETE", "faults")
        first.wait(timeout=120)

    assert_told(second, "the stack is locked by", "Wait for it")
    assert_told(third, "locked")
    assert first.returncode == 0


def test_no_yes_and_nobody_to_ask(checkout: Checkout) -> None:
    """Without a terminal and without --yes nothing is done."""
    outcome = checkout.twelvefold("up", "staging")

    assert_told(outcome, "Add --yes")
    assert outcome.code == 1


def test_a_cloud_that_does_not_run_says_how_to_start_it(tmp_path: Path) -> None:
    """``twelvefold cloud env`` without a running cloud names the command that starts it."""
    outcome = make_checkout(tmp_path / "service").twelvefold("cloud", "env")

    assert_told(outcome, "twelvefold cloud serve")
