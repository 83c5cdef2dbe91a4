"""The parts of an app that only its own lists tell: which request reads which, and what it takes to be allowed to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from infra.apis.heroku import at
from infra.apis.live.things import Row

VIEW = "view on the app"
SHORT = 20
RELEASES = f"version ..; order=desc, max={SHORT}"


@dataclass(frozen=True)
class Part:
    """One list of an app; the order of PARTS is how much each tells."""

    kind: str
    path: Callable[[Row], str]
    permission: str = VIEW
    token: str = "read"  # noqa: S105 - a scope's name
    of: Callable[[Row], bool] = lambda _app: True
    """Whether an app can have such a part at all."""
    ranged: str = ""
    """The one page that is read of it; "" for all."""
    paged: bool = True
    alike: str = ""
    """A name for what many apps have in common: one that has the very same is not sent it again."""


def _below(*steps: str) -> Callable[[Row], str]:
    return lambda app: at("apps", app["id"], *steps)


def is_fir(app: Row) -> bool:
    """Whether an app is of the Fir generation."""
    generation = app.get("generation")
    return (generation.get("name") if isinstance(generation, dict) else generation) == "fir"


def team_of(app: Row) -> str:
    """The team that owns an app, or ""."""
    return str((app.get("team") or app.get("organization") or {}).get("name", ""))


def _collaborators(app: Row) -> str:
    # Only the team's own path tells permissions.
    return at("teams", "apps", app["id"], "collaborators") if team_of(app) else at("apps", app["id"], "collaborators")


def _is_cedar(app: Row) -> bool:
    return not is_fir(app)


CERTIFICATES = Part("certificate", _below("sni-endpoints"))
PARTS = (
    Part("config-var", _below("config-vars"), "deploy on the app", "read-protected", paged=False),
    Part("formation", _below("formation")),
    Part("domain", _below("domains")),
    Part("drain", _below("log-drains"), of=_is_cedar),
    Part("telemetry-drain", _below("telemetry-drains"), of=is_fir),
    Part("webhook", _below("webhooks")),
    Part("collaborator", _collaborators),
    Part("feature", _below("features"), alike="features"),
    Part("buildpacks", _below("buildpack-installations"), of=_is_cedar),
    CERTIFICATES,
    Part("release", _below("releases"), ranged=RELEASES),
)
"""Buildpacks are a field of the app rather than things of their own."""
