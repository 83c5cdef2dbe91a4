"""Ids, times and the random names Heroku gives to what has none."""

from __future__ import annotations

import secrets
import uuid
from datetime import UTC, datetime

_ADJECTIVE_WORDS = (
    "agile aqueous arcane calm cold crisp damp dry fierce floating frozen gentle glacial guarded hidden icy "
    "infinite limitless lucid mighty misty morning nameless peaceful polar powerful quiet radiant rocky rugged "
    "salty secret serene sharp sleepy still stormy sunlit tranquil vast warm wild young"
)
_NOUN_WORDS = (
    "badlands basin bayou beach brook caverns cliffs cove depths dusk earth falls fjord forest garden gorge grove "
    "harbor hollows inlet island lake meadow mesa mountain oasis plains plateau ravine reef ridge river sands sea "
    "shore spire springs stream thicket tor valley wave woods"
)
_ADJECTIVES, _NOUNS = _ADJECTIVE_WORDS.split(), _NOUN_WORDS.split()


def new_id() -> str:
    """A fresh UUID."""
    return str(uuid.uuid4())


def fixed_id(name: str) -> str:
    """The same UUID for the same name in every local cloud: for what Heroku itself owns (plans, stacks, …)."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"https://heroku.invalid/{name}"))


def stamp(now: datetime) -> str:
    """A time as Heroku writes it: ``2015-01-01T12:00:00Z``."""
    return now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def number_of(digits: int) -> str:
    """A random number of exactly that many digits."""
    return str(10 ** (digits - 1) + secrets.randbelow(9 * 10 ** (digits - 1)))


def random_name() -> str:
    """An app's name when none was given: ``calm-river-12345``."""
    return f"{secrets.choice(_ADJECTIVES)}-{secrets.choice(_NOUNS)}-{number_of(5)}"


def suffixed_name(prefix: str) -> str:
    """A name for something of a kind: ``postgresql-calm-12345``."""
    return f"{prefix}-{secrets.choice(_ADJECTIVES)}-{number_of(5)}"


def dns_name() -> str:
    """Where a custom domain's CNAME record should point."""
    return f"{secrets.choice(_ADJECTIVES)}-{secrets.choice(_NOUNS)}-{secrets.token_hex(12)}.herokudns.com"


FIXED_TIME = "2015-01-01T12:00:00Z"
"""When everything that Heroku itself owns came to be."""
