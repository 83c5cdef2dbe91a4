"""What a request costs: the stand-in must never be what a measurement of a client measures."""

from __future__ import annotations

import time

import httpx

from tests.localcloud.heroku.steps import new_app
from tests.localcloud.in_process import BASE, new_cloud

REQUESTS = 100


async def test_a_read_takes_less_than_a_millisecond_of_a_processor() -> None:
    """With a hundred apps there, the client's own work counted in; the best of three, since machines are shared."""
    cloud = new_cloud()
    async with cloud.heroku, cloud.github, cloud.control:
        for number in range(REQUESTS):
            await new_app(cloud.heroku, f"banking-{number}")
        async with httpx.AsyncClient(base_url=BASE, transport=cloud.transport, headers=cloud.heroku.headers) as client:
            took = min([await _cost(client) for _ in range(3)])
    assert took < 0.001


async def _cost(client: httpx.AsyncClient) -> float:
    """Seconds of a processor for one read."""
    started = time.process_time()
    for number in range(REQUESTS):
        await client.get(f"/apps/banking-{number}")
    return (time.process_time() - started) / REQUESTS
