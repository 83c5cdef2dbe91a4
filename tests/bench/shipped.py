"""The shipped example's two stacks: requests and seconds of each command, and a preview against an empty program."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from infra.engine.state import address_of
from tests.bench.say import say
from tests.journeys.checkout import Checkout, Outcome, make_checkout

ROUNDS = 5
STACKS = ("staging", "production")
EMPTY = "name: empty\nruntime: { name: python, options: { toolchain: pip, virtualenv: .venv } }\n"


def run() -> None:
    """Measure on a fresh checkout with a local cloud, and print."""
    with tempfile.TemporaryDirectory() as folder:
        checkout = make_checkout(Path(folder, "service"))
        checkout.start_cloud()
        # What is measured is destroyed on purpose.
        checkout.environment["HEROKU_ALLOW_DATA_LOSS"] = "true"
        try:
            _requests(checkout)
            _preview(checkout, _empty_program(Path(folder, "empty"), checkout))
        finally:
            checkout.cloud.stop()


def _timed(act: Callable[[], Outcome]) -> float:
    began = time.perf_counter()
    outcome = act()
    took = time.perf_counter() - began
    if outcome.code not in (0, 2):
        raise SystemExit(outcome.text)
    return took


def _empty_program(folder: Path, checkout: Checkout) -> Checkout:
    folder.mkdir()
    (folder / "Pulumi.yaml").write_text(EMPTY)
    (folder / "__main__.py").write_text("import pulumi\n")
    state = folder / "state"
    state.mkdir()
    own = {"PULUMI_BACKEND_URL": address_of(state), "PULUMI_CONFIG_PASSPHRASE": "bench"}
    empty = Checkout(folder, {**checkout.environment, **own})
    if (made := empty.pulumi("stack", "init", "dev")).code:
        raise SystemExit(made.text)
    return empty


def _preview(checkout: Checkout, empty: Checkout) -> None:
    ours, floor = [], []
    for _ in range(ROUNDS):
        floor.append(_timed(lambda: empty.pulumi("preview", "--stack", "dev")))
        ours.append(_timed(lambda: checkout.twelvefold("preview", *STACKS)))
    pairs = [mine / other for mine, other in zip(ours, floor, strict=True)]
    say("\nNo-change preview of both stacks against `pulumi preview` of an empty Python program")
    say(f"  ratio {statistics.median(pairs):.2f} ({min(pairs):.2f} to {max(pairs):.2f}), goal under 1.00")
    say(f"  twelvefold {statistics.median(ours):.2f} s, empty program {statistics.median(floor):.2f} s")


def _requests(checkout: Checkout) -> None:
    say(f"{'':<12}{'command':<22}{'resources':>10}{'requests':>10}{'a resource':>12}{'seconds':>9}{'overhead':>10}")
    for verb, arguments in (
        ("up", ("up", "--yes")),
        ("preview", ("preview",)),
        ("refresh", ("refresh", "--preview-only")),
    ):
        for stack in STACKS:
            _measure(checkout, stack, verb, arguments)
    for stack in reversed(STACKS):
        checkout.pulumi("state", "unprotect", "--all", "--yes", "--stack", stack)
        _measure(checkout, stack, "destroy", ("destroy", "--yes"), resources=_resources(checkout, stack))
    for stack in STACKS:
        _timed(lambda stack=stack: checkout.pulumi("up", "--yes", "--stack", stack))  # type: ignore[misc]
    say("  overhead: seconds beyond the API calls' own time; goal of up: under 3 s a stack")


def _measure(
    checkout: Checkout, stack: str, verb: str, arguments: tuple[str, ...], resources: int | None = None
) -> None:
    before = len(checkout.requests())
    if verb == "up":
        took = _timed(lambda: checkout.twelvefold("up", stack, "--yes"))
    else:
        took = _timed(lambda: checkout.pulumi(*arguments, "--stack", stack))
    asked = checkout.requests()[before:]
    own = sum(request["milliseconds"] for request in asked) / 1000
    count = resources if resources is not None else _resources(checkout, stack)
    each = len(asked) / max(1, count)
    say(f"{stack:<12}{verb:<22}{count:>10}{len(asked):>10}{each:>12.2f}{took:>9.2f}{took - own:>10.2f}")


def _resources(checkout: Checkout, stack: str) -> int:
    exported = checkout.pulumi("stack", "export", "--stack", stack).json()
    found = exported["deployment"].get("resources", [])
    return sum(bool(resource.get("custom")) and "providers:" not in resource["type"] for resource in found)
