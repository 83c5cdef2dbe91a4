"""The request budget."""

from __future__ import annotations

from infra.localcloud.exchange import Settings
from tests.localcloud.heroku.steps import done, refused
from tests.localcloud.in_process import new_cloud


async def test_the_budget_runs_out_and_refills() -> None:
    """Per account, whatever the token; asking for it costs nothing."""
    cloud = new_cloud(Settings(heroku_rate_limit=3, heroku_refill_per_minute=60))
    async with cloud.heroku as heroku:
        for _ in range(3):
            await done(heroku.get("/account"))
        body = await refused(heroku.get("/account"), 429, "rate_limit", "rate limit")
        assert body["url"]
        assert await done(heroku.get("/account/rate-limits")) == {"remaining": 0}
        async with cloud.heroku_as(cloud.pat_token) as pat:
            await done(pat.get("/account"))
        cloud.clock.pass_seconds(2)
        assert await done(heroku.get("/account/rate-limits")) == {"remaining": 2}
        await done(heroku.get("/account"))
