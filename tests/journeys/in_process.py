"""Our own command in this process, as in a checkout's folder: many runs without Python's start each time."""

from __future__ import annotations

import contextlib
import io
import os
from collections.abc import Iterator
from typing import Any

import infra.cli
from infra.cli import show
from tests.journeys.checkout import Checkout, Outcome

Finding = dict[str, Any]


def twelvefold(checkout: Checkout, *arguments: str, **variables: str) -> Outcome:
    """Run a verb that needs no engine to its end."""
    out, err = io.StringIO(), io.StringIO()
    with _inside(checkout, variables), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = infra.cli.run(list(arguments))
    return Outcome(code, out.getvalue(), err.getvalue())


@contextlib.contextmanager
def _inside(checkout: Checkout, variables: dict[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.clear()
    os.environ.update({**checkout.environment, **variables})
    show.console.cache_clear()
    try:
        with contextlib.chdir(checkout.folder):
            yield
    finally:
        os.environ.clear()
        os.environ.update(before)
        show.console.cache_clear()


def audit(checkout: Checkout, *arguments: str, **variables: str) -> tuple[int, list[Finding]]:
    """The exit code of an audit, and what it found about drift."""
    outcome = twelvefold(checkout, "drift", *arguments, "--format", "json", **variables)
    assert outcome.code in (0, 2, 3, 4), outcome.text
    return outcome.code, drifted(outcome.json())


def drifted(report: Any) -> list[Finding]:
    """The findings of a report that are about drift."""
    found = [finding for stack in report["stacks"] for finding in stack["findings"]]
    return [finding for finding in found if finding["kind"] != "rule"]


def subject(finding: Finding) -> str:
    """vendor/kind/scope/name, as people write it."""
    one = finding["subject"]
    return "/".join(part for part in (one["vendor"], one["kind"], one["scope"], one["name"]) if part)


def short(finding: Finding) -> tuple[str, str, tuple[str, ...]]:
    """What a finding says at the least: its class, its subject, and the fields that differ."""
    return finding["kind"], subject(finding), tuple(field["name"] for field in finding["differences"])
