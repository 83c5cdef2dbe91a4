"""A rate limit, an interrupt, and a repository of one's own: what happens on ordinary days."""

from __future__ import annotations

import signal
import subprocess

from tests.journeys.checkout import LONGEST_SECONDS, Checkout
from tests.journeys.waiting import wait_for


def test_a_rate_limit_is_waited_out(checkout: Checkout) -> None:
    """Heroku's 429 on reads and writes delays ``up``, and says so; everything stands in the end."""
    checkout.cloud.control("POST", "faults", {"kind": "rate_limit", "vendor": "heroku", "count": 4})

    up = checkout.twelvefold("up", "staging", "--yes")
    preview = checkout.twelvefold("preview", "staging", "--refresh")

    assert up.code == 0, up.text
    assert "rate limit" in up.stderr.lower()
    assert preview.code == 0, preview.text


def test_an_interrupt_finishes_what_runs(checkout: Checkout) -> None:
    """^C once: exit 130, no lock is left, and the next ``up`` goes on without making a second of anything."""
    checkout.cloud.control("POST", "faults", {"kind": "slow", "milliseconds": 1500, "path": "addons"})
    command = ["python", "-m", "infra.cli", "up", "staging", "--yes"]
    first = subprocess.Popen(
        command,
        cwd=checkout.folder,
        env=checkout.environment,
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    wait_for(lambda: any("addons" in request["path"] for request in checkout.requests()))
    first.send_signal(signal.SIGINT)
    _, told = first.communicate(timeout=LONGEST_SECONDS)
    checkout.cloud.control("DELETE", "faults")
    again = checkout.twelvefold("up", "staging", "--yes")
    preview = checkout.twelvefold("preview", "staging", "--refresh")
    addons = checkout.cloud.by_hand("heroku", "GET", "/apps/banking-staging/addons", None)

    assert first.returncode == 130, told
    assert "Traceback" not in told
    assert again.code == 0, again.text
    assert preview.code == 0, preview.text
    assert len(addons) == 2


def test_what_is_refreshed_while_it_is_made_is_waited_for_again(checkout: Checkout) -> None:
    """An add-on that takes its time: interrupted, refreshed, and the next ``up`` waits for that one to the end."""
    checkout.cloud.control("PATCH", "settings", {"provisioning_seconds": 12})
    command = ["python", "-m", "infra.cli", "up", "staging", "--yes"]
    first = subprocess.Popen(
        command, cwd=checkout.folder, env=checkout.environment, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL
    )
    wait_for(lambda: any("/addons" in request["path"] for request in checkout.requests()))
    first.send_signal(signal.SIGINT)
    first.wait(timeout=LONGEST_SECONDS)

    refresh = checkout.pulumi("refresh", "--yes", "--stack", "staging")
    up = checkout.pulumi("up", "--yes", "--skip-preview", "--stack", "staging")
    addons = checkout.cloud.by_hand("heroku", "GET", "/apps/banking-staging/addons", None)
    preview = checkout.pulumi("preview", "--refresh", "--expect-no-changes", "--stack", "staging")

    assert "is still provisioning; `pulumi up` waits for it" in refresh.text
    assert up.code == 0, up.text
    assert [addon["state"] for addon in addons] == ["provisioned"] * 2
    assert preview.code == 0, preview.text


def test_the_repository_itself_when_asked_for(checkout: Checkout) -> None:
    """Declared, it is made with its settings before what it holds; destroyed, it is archived, never deleted."""
    checkout.edit("Pulumi.yaml", "repository: practicalli/banking-on-clojure", "repository: practicalli/made-here")
    repository = "repository: { description: Made by code, visibility: public, topics: [clojure] }"
    checkout.edit("Pulumi.yaml", "      github:\n", f"      github:\n        {repository}\n")
    path = "/api/v3/repos/practicalli/made-here"

    up = checkout.twelvefold("up", "staging", "--yes")
    preview = checkout.twelvefold("preview", "staging", "--refresh")
    made = checkout.cloud.by_hand("github", "GET", path, None)
    destroy = checkout.twelvefold("destroy", "staging", "--yes", "--unprotect")
    left = checkout.cloud.by_hand("github", "GET", path, None)

    assert up.code == 0, up.text
    assert preview.code == 0, preview.text
    assert (made["description"], made["topics"], made["archived"]) == ("Made by code", ["clojure"], False)
    assert destroy.code == 0, destroy.text
    assert left["archived"]
