"""Which add-on services keep data: Heroku's catalogue does not say."""

from __future__ import annotations

DATA_SERVICES = frozenset(
    {
        "heroku-postgresql", "heroku-redis", "heroku-kafka",
        "bonsai", "bucketeer", "cleardb", "cloudamqp", "cloudcube", "cloudinary", "cloudkarafka", "crunchy-bridge",
        "elephantsql", "foundelasticsearch", "graphenedb", "jawsdb", "jawsdb-maria", "mongolab", "openredis", "ormongo",
        "rediscloud", "redisgreen", "redistogo", "searchbox", "searchly", "websolr",
    }
)  # fmt: skip
DATA_VENDOR = "stackhero-"


def keeps_data(plan: str) -> bool:
    """Whether add-ons of a plan (``service:plan``) or service keep data."""
    service = plan.split(":")[0]
    return service in DATA_SERVICES or service.startswith(DATA_VENDOR)
