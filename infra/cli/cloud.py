"""The verbs on the local cloud: a stand-in for Heroku and GitHub on loopback."""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from infra.cli.show import say, tell
from infra.errors import TwelvefoldError

if TYPE_CHECKING:
    from infra.workflows.cloud import LocalCloud

cloud = typer.Typer(help="A stand-in for Heroku and GitHub on loopback, to try everything in.", no_args_is_help=True)

FAULTS = {
    "rate-limit": "rate_limit",
    "error": "status",
    "slow": "slow",
    "drop-before": "drop_before",
    "drop-after": "drop_after",
}


def _local_cloud() -> LocalCloud:
    from infra.model.project import find_project
    from infra.workflows.cloud import LocalCloud

    return LocalCloud(find_project(Path.cwd()))


@cloud.command()
def serve(
    port: Annotated[int, typer.Option(help="The port; left out, the same as last time or a free one.")] = 0,
) -> None:
    """Run the local cloud until ^C; it remembers its estate from run to run.

    Example: twelvefold cloud serve --port 8412
    """
    local = _local_cloud()
    local.serve(port, lambda url: tell(f"The local cloud is at {url} (^C stops it)"))


@cloud.command()
def stop() -> None:
    """Stop the local cloud; its estate stays for the next time.

    Example: twelvefold cloud stop
    """
    _local_cloud().stop()
    say("Stopped.")


@cloud.command()
def env() -> None:
    """Print the environment variables that point every tool at the local cloud.

    Example: eval "$(twelvefold cloud env)"
    """
    for name, value in _local_cloud().environment().items():
        say(f"export {name}={shlex.quote(value)}")


@cloud.command()
def reset() -> None:
    """Forget the whole estate and what Pulumi recorded of it; the tokens stay.

    Example: twelvefold cloud reset
    """
    _local_cloud().reset()
    say("The local cloud is empty but for its accounts and the repository.")


@cloud.command()
def seed(
    file: Annotated[
        Path | None, typer.Argument(help="A seed document (JSON); left out, what this project needs.")
    ] = None,
) -> None:
    """Add accounts, teams and repositories.

    Example: twelvefold cloud seed team.json
    """
    local = _local_cloud()
    local.seed(_read_json(file.read_text()) if file else local.additions())
    say("Seeded.")


@cloud.command()
def export(
    normalized: Annotated[bool, typer.Option("--normalized", help="Without ids and times, sorted.")] = False,
) -> None:
    """Print the whole estate as JSON; secrets as fingerprints.

    Example: twelvefold cloud export --normalized
    """
    sys.stdout.write(_local_cloud().export(normalized=normalized))


@cloud.command()
def fault(
    kind: Annotated[str, typer.Argument(help=f"{', '.join(FAULTS)}, or clear.")],
    vendor: Annotated[str, typer.Option(help="heroku or github; left out, both.")] = "",
    method: Annotated[str, typer.Option(help="GET, POST, …; left out, all.")] = "",
    path: Annotated[str, typer.Option(help="A pattern found in the path; left out, all.")] = "",
    times: Annotated[int, typer.Option(min=0, help="How many requests it meets; 0 is until cleared.")] = 1,
    status: Annotated[int, typer.Option(help="The status of an error.")] = 503,
    milliseconds: Annotated[int, typer.Option(help="How slow.")] = 1000,
) -> None:
    """Switch a fault on, or clear all.

    Example: twelvefold cloud fault rate-limit --method PATCH --times 2
    """
    local = _local_cloud()
    if kind == "clear":
        local.control("DELETE", "faults")
        say("No faults.")
        return
    if kind not in FAULTS:
        raise TwelvefoldError(f'there is no fault "{kind}"', todo=f"Known: {', '.join(FAULTS)}, or clear.")
    wanted = {"kind": FAULTS[kind], "vendor": vendor, "method": method, "path": path}
    details = {"count": times or None, "status": status, "milliseconds": milliseconds}
    local.control("POST", "faults", {**wanted, **details})
    say(f"{kind} is on.")


@cloud.command("by-hand")
def by_hand(
    method: Annotated[str, typer.Argument(help="GET, POST, PATCH, PUT or DELETE.")],
    path: Annotated[str, typer.Argument(help="A path of the vendor's API.")],
    body: Annotated[str, typer.Argument(help="The body, as JSON.")] = "",
    vendor: Annotated[str, typer.Option(help="heroku or github.")] = "heroku",
    person: Annotated[str, typer.Option("--as", help="Who makes it; left out, pat.")] = "",
    at: Annotated[str, typer.Option(help="When: 2026-11-24T09:00:00Z; left out, now.")] = "",
) -> None:
    """Change something as a person in a dashboard would.

    Example: twelvefold cloud by-hand PATCH /apps/banking-staging/config-vars '{"LOG_LEVEL": "trace"}'
    """
    given = _read_json(body) if body else None
    answer = _local_cloud().by_hand(vendor, method, path, given, person=person, at=at)
    say(json.dumps(answer, indent=2))


def _read_json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as fault:
        raise TwelvefoldError(f"not valid JSON: {fault}") from None
