"""A fleet of apps as a seed document: ten config vars, two add-ons, two domains, drain, webhook and coupling each."""

from __future__ import annotations

from typing import Any

PIPELINE = "bench"


def fleet(apps: int) -> dict[str, Any]:
    """So many apps, as the program of the other benchmark declares them."""
    return {"heroku": {"pipelines": [PIPELINE], "apps": [_app(number) for number in range(apps)]}}


def _app(number: int) -> dict[str, Any]:
    name = f"bench-{number}"
    hook = {"url": f"https://hooks.example.com/{name}", "level": "notify", "include": ["api:release"]}
    return {
        "name": name,
        "region": "eu",
        "config_vars": {f"SETTING_{place}": f"value {place}" for place in range(10)},
        "addons": [{"plan": "heroku-postgresql:essential-0"}, {"plan": "papertrail:choklad"}],
        "domains": [f"{host}.{name}.example.com" for host in ("www", "api")],
        "drains": [f"https://user:secret@logs.example.com/{name}"],
        "webhooks": [hook],
        "pipeline": PIPELINE,
    }
