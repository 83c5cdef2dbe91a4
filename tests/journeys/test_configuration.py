"""Values that reach the engine past the stack files' text: ``-c``, and what the example ships."""

from __future__ import annotations

import subprocess

import pytest

from infra.engine.passphrase import EXAMPLE_PASSPHRASE, opens
from tests.journeys.checkout import ROOT, Checkout


def test_an_override_on_the_command_line_is_honoured(checkout: Checkout) -> None:
    """``pulumi up -c`` replaces the environment by what it says, and that reaches the app."""
    values = ("app=banking-elsewhere", "config_vars.LOG_LEVEL=fatal")
    options = [word for value in values for word in ("-c", f"twelvefold:environment.{value}")]
    outcome = checkout.pulumi("up", "--yes", "--skip-preview", "--stack", "staging", "--config-path", *options)

    assert outcome.code == 0, outcome.text
    live = checkout.cloud.by_hand("heroku", "GET", "/apps/banking-elsewhere/config-vars", None)
    assert live["LOG_LEVEL"] == "fatal"


def test_an_override_that_leaves_the_app_out_says_so(checkout: Checkout) -> None:
    """The engine lets an override of one path stand for the whole environment: never silently."""
    asked = len(checkout.requests())
    value = "twelvefold:environment.config_vars.LOG_LEVEL=fatal"
    outcome = checkout.pulumi("up", "--yes", "--stack", "staging", "--config-path", "-c", value)

    assert outcome.code != 0
    assert "the environment names no app" in outcome.text
    assert len(checkout.requests()) == asked


def test_a_wrong_override_is_refused_before_anyone_is_asked(checkout: Checkout) -> None:
    """An override with an unknown key is told like a typo in the file."""
    asked = len(checkout.requests())
    value = "twelvefold:environment.fromation.web.size=basic"
    outcome = checkout.pulumi("preview", "--stack", "staging", "--config-path", "-c", value)

    assert outcome.code != 0
    assert "fromation: is not a known setting" in outcome.text
    assert len(checkout.requests()) == asked


def test_a_secret_set_by_the_engine_reaches_the_app(checkout: Checkout) -> None:
    """``pulumi config set --secret --path`` is all it takes, and the value is nowhere in the state in clear."""
    path = "twelvefold:environment.config_vars.NEW_SECRET"
    checkout.run("pulumi", "config", "set", "--secret", "--path", "-s", "staging", "--", path, "s3cret-value")
    outcome = checkout.pulumi("up", "--yes", "--skip-preview", "--stack", "staging")

    assert outcome.code == 0, outcome.text
    live = checkout.cloud.by_hand("heroku", "GET", "/apps/banking-staging/config-vars", None)
    assert live["NEW_SECRET"] == "s3cret-value"
    assert "s3cret-value" not in checkout.pulumi("stack", "export", "--stack", "staging").stdout


@pytest.mark.parametrize("stack", ["staging", "production"])
def test_the_example_is_committed_as_it_ships(stack: str) -> None:
    """What git holds is sealed with the public passphrase: a checkout's own seals must not be committed here."""
    name = f"HEAD:Pulumi.{stack}.yaml"
    shown = subprocess.run(["git", "show", name], cwd=ROOT, capture_output=True, text=True, check=False)
    if shown.returncode != 0 or "banking" not in shown.stdout:
        pytest.skip("this is no clone of the shipped project")
    salt = next(line.partition(": ")[2] for line in shown.stdout.splitlines() if line.startswith("encryptionsalt"))

    assert opens(EXAMPLE_PASSPHRASE, salt.strip('"'))
