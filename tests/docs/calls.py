"""Which API calls each verb of a resource makes, found by making them against the local cloud."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from tests.contract.heroku_schema import links_for
from tests.docs.lives import LIVES, Prepare
from tests.providers.heroku.estate import Estate, new_estate

# Long enough that whatever is waited for is still under way when it is first looked at.
PROVISIONING_SECONDS = 0.4

Calls = tuple[str, ...]


@dataclass(frozen=True)
class Verbs:
    """The calls of each verb as `METHOD /path`, each once and in order; None where a change makes a new resource."""

    create: Calls
    read: Calls
    update: Calls | None
    delete: Calls


async def calls_of_all() -> dict[str, Verbs]:
    """The calls of every resource that has a life, by token."""
    found = await asyncio.gather(*(_calls(token, prepare) for token, prepare in LIVES.items()))
    return dict(zip(LIVES, found, strict=True))


async def _calls(token: str, prepare: Prepare) -> Verbs:
    estate = new_estate(provisioning=PROVISIONING_SECONDS)
    try:
        life = await prepare(estate)
        _forget(estate)
        made = await estate.create(token, life.inputs)
        create = _forget(estate)
        await estate.refresh(made)
        read = _forget(estate)
        update: Calls | None = None
        if life.changes:
            made = await estate.update(made, {**life.inputs, **life.changes})
            update = _forget(estate)
        await estate.delete(made)
        return Verbs(create, read, update, _forget(estate))
    finally:
        await estate.heroku.aclose()


def _forget(estate: Estate) -> Calls:
    """The calls since the last time; what was read is forgotten too, as if an hour had passed."""
    made = tuple(dict.fromkeys(_call(method, path) for method, path in estate.wire.requests))
    estate.forget_requests()
    estate.heroku.snapshot.written("/")
    return made


def _call(method: str, path: str) -> str:
    if path.startswith("/_blobs/"):
        return f"{method} signed address"
    template = links_for(method, path)[0].template
    # Heroku's schema names a stage after the coupling that it describes it with.
    return f"{method} {template.replace('/stage/{pipeline-coupling}', '/stage/{stage}')}"
