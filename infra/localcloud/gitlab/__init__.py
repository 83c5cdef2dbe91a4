"""The stand-in for GitLab's REST API as far as merge requests and their notes go, as ``exchange.Vendor`` has it."""

from __future__ import annotations

from datetime import datetime

from infra.localcloud.exchange import Route
from infra.localcloud.gitlab import merge_requests, notes, projects
from infra.localcloud.gitlab.accounts import authenticate, caller_named
from infra.localcloud.gitlab.door import admit, finish, refuse
from infra.localcloud.gitlab.estates import aliases, estate
from infra.localcloud.gitlab.seeding import seed
from infra.localcloud.store import Store

__all__ = [
    "ROUTES",
    "admit",
    "aliases",
    "authenticate",
    "caller_named",
    "estate",
    "finish",
    "refuse",
    "seed",
    "settle",
]


def settle(store: Store, now: datetime) -> None:
    """Nothing takes time here."""


ROUTES: list[Route] = [*projects.ROUTES, *merge_requests.ROUTES, *notes.ROUTES]
