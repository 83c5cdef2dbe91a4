"""Releases: waiting for one to end, and what its release phase said when it ended badly."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from infra.apis.heroku import Heroku, at
from infra.errors import Rejected
from infra.providers.kit.context import Context
from infra.providers.kit.values import Values

Release = dict[str, Any]
OUTPUT_LINES = 20
NEWEST = "version ..; order=desc,max=10"
LONGEST_PHASE = 3900.0


async def newest(heroku: Heroku, app: str) -> list[Release]:
    """The app's last ten releases, newest first."""
    return await heroku.first(at("apps", app, "releases"), NEWEST)


async def current(heroku: Heroku, app: str) -> Release | None:
    """The release that the app runs, if it is among the last ten."""
    return next((one for one in await newest(heroku, app) if one["current"]), None)


def name_of(release: Release, app: str) -> str:
    """What a person calls it: release v12 of shop."""
    return f"release v{release['version']} of {app}"


async def ended(heroku: Heroku, app: str, release: Release, context: Context) -> Release:
    """The release once it is not pending any more, however it ended."""
    path = at("apps", app, "releases", release["id"])

    async def poll() -> Release | None:
        now: Release = await heroku.get(path) if release["status"] == "pending" else release
        return None if now["status"] == "pending" else now

    return await context.wait(poll, what=name_of(release, app), limit=LONGEST_PHASE)


def under_way(what: str) -> Callable[[Values], str]:
    """Says of outputs with a ``status`` that ``what`` is still waited for, or ""."""
    return lambda outputs: f"{what} is still under way" if outputs.get("status") == "pending" else ""


async def failure(
    heroku: Heroku, app: str, release: Release, *, why: str, todo: str, hidden: Iterable[str] = ()
) -> Rejected:
    """The error of a release that ended badly, with the end of its output; ``hidden`` is what may not be shown."""
    tail = await output_of(heroku, release.get("output_stream_url"), hidden)
    return Rejected(f"{name_of(release, app)} {release['status']}: {why}" + (f"\n  {tail}" if tail else ""), todo=todo)


async def output_of(heroku: Heroku, url: str | None, hidden: Iterable[str] = ()) -> str:
    """The last lines of an output stream, indented, without the texts in ``hidden``."""
    output = await heroku.blobs.text(url) if url else ""
    for value in sorted((text for text in hidden if text), key=len, reverse=True):
        output = output.replace(value, "***")
    return "\n  ".join(output.strip().splitlines()[-OUTPUT_LINES:])
