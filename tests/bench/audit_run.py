"""One audit's reading of a fleet, in a process of its own: ``audit_run URL TOKEN APPS CACHE MAX_AGE``."""

from __future__ import annotations

import asyncio
import json
import resource
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from infra.apis.budget import Limits
from infra.apis.heroku import Heroku, headers, refusal
from infra.apis.live.cache import Cache
from infra.apis.live.heroku import read_heroku
from infra.apis.live.plan import FULL, RESERVE
from infra.apis.live.reader import WIDTH
from infra.apis.live.wanted import Wanted
from infra.apis.rest import Rest
from infra.model.estate import Estate
from tests.bench.fleet import PIPELINE
from tests.bench.say import say

KEY = b"bench" * 8


async def read(url: str, token: str, apps: int, cache: Cache, max_age: float) -> tuple[Estate, Rest]:
    """Everything live of the fleet, within an hour's budget."""
    rest = Rest(url, vendor="Heroku", headers=headers(token), refusal=refusal, limits=Limits(concurrency=WIDTH))
    client = Heroku(rest)
    names = [f"bench-{number}" for number in range(apps)]
    # Nobody released anything since the estate was made.
    wanted = Wanted(dict.fromkeys(names, ""), {PIPELINE: ""}, updated=dict.fromkeys(names, datetime.now(UTC)))
    estate = await read_heroku(client, wanted, cache=cache, limit=FULL - RESERVE, max_age=max_age)
    await client.aclose()
    return estate, rest


def main(url: str, token: str, apps: str, file: str, max_age: str) -> None:
    """Read once and print what it took."""
    began = time.perf_counter()
    cache = Cache(Path(file), KEY)
    estate, rest = asyncio.run(read(url, token, int(apps), cache, float(max_age)))
    cache.save()
    told = {
        "seconds": time.perf_counter() - began,
        "requests": rest.tally.requests,
        "received": rest.tally.received,
        "things": len(estate.things),
        "left": len(estate.unreadable),
        "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    say(json.dumps(told))


if __name__ == "__main__":
    main(*sys.argv[1:])
