"""Stacks, regions and generations: what Heroku itself offers."""

from __future__ import annotations

from typing import Any

from infra.localcloud.exchange import Answer, Call, Route
from infra.localcloud.heroku.answers import found
from infra.localcloud.heroku.fields import invalid
from infra.localcloud.heroku.lookup import app_for, not_found, team_for
from infra.localcloud.heroku.naming import FIXED_TIME, fixed_id
from infra.localcloud.heroku.paging import paged

Body = dict[str, Any]

DEFAULT_STACK = "heroku-24"
_STACKS = {"heroku-22": "public", "heroku-24": "public", "cnb": "public"}
_REGIONS = (
    ("us", "United States", "United States", "Virginia", False, "us-east-1"),
    ("eu", "Europe", "Ireland", "Dublin", False, "eu-west-1"),
    ("virginia", "Virginia, United States", "United States", "Virginia", True, "us-east-1"),
    ("oregon", "Oregon, United States", "United States", "Oregon", True, "us-west-2"),
    ("dublin", "Dublin, Ireland", "Ireland", "Dublin", True, "eu-west-1"),
    ("frankfurt", "Frankfurt, Germany", "Germany", "Frankfurt", True, "eu-central-1"),
    ("london", "London, United Kingdom", "United Kingdom", "London", True, "eu-west-2"),
    ("montreal", "Montreal, Canada", "Canada", "Montreal", True, "ca-central-1"),
    ("mumbai", "Mumbai, India", "India", "Mumbai", True, "ap-south-1"),
    ("singapore", "Singapore, Singapore", "Singapore", "Singapore", True, "ap-southeast-1"),
    ("sydney", "Sydney, Australia", "Australia", "Sydney", True, "ap-southeast-2"),
    ("tokyo", "Tokyo, Japan", "Japan", "Tokyo", True, "ap-northeast-1"),
)
_GENERATIONS = ("cedar", "fir")


def stack_ref(name: str) -> Body:
    """A stack as other objects mention it."""
    return {"id": fixed_id(f"stack/{name}"), "name": name}


def stack_named(identity: str) -> Body:
    """A stack by name or id as other objects mention it, or a 422."""
    for name in _STACKS:
        if identity in (name, fixed_id(f"stack/{name}")):
            return stack_ref(name)
    raise invalid(f"Stack {identity} is not available. Available: {', '.join(sorted(_STACKS))}.")


def region_named(identity: str) -> Body:
    """A region of the Common Runtime by name or id as other objects mention it, or a 422."""
    for name, *_, private, _ in _REGIONS:
        if identity in (name, fixed_id(f"region/{name}")) and not private:
            return {"id": fixed_id(f"region/{name}"), "name": name}
    raise invalid(f"Region {identity} is not available. Available: eu, us.")


def private_region_named(identity: str) -> Body:
    """A region that private spaces can be in by name or id as other objects mention it, or a 422."""
    regions = [row for row in _REGIONS if row[4]]
    for name, *_ in regions:
        if identity in (name, fixed_id(f"region/{name}")):
            return {"id": fixed_id(f"region/{name}"), "name": name}
    raise invalid(
        f"Region {identity} has no private spaces. Available: {', '.join(sorted(row[0] for row in regions))}."
    )


def provider_region(name: str) -> str:
    """The region of Heroku's provider behind a region: ``us-east-1``."""
    return next(row[5] for row in _REGIONS if row[0] == name)


def generation_named(identity: str) -> Body:
    """A generation by name or id as other objects mention it, or a 422."""
    for name in _GENERATIONS:
        if identity in (name, fixed_id(f"generation/{name}")):
            return generation_ref(name)
    raise invalid(f"Generation {identity} is not available. Available: {', '.join(_GENERATIONS)}.")


def generation_ref(name: str = "cedar") -> Body:
    """A generation as other objects mention it."""
    return {"id": fixed_id(f"generation/{name}"), "name": name}


def _stack(name: str) -> Body:
    times = {"created_at": FIXED_TIME, "updated_at": FIXED_TIME}
    return {**stack_ref(name), "default": name == DEFAULT_STACK, "state": _STACKS[name], **times}


def _region(row: tuple[str, str, str, str, bool, str]) -> Body:
    name, description, country, locale, private, provider = row
    return {
        "id": fixed_id(f"region/{name}"),
        "name": name,
        "country": country,
        "description": description,
        "locale": locale,
        "private_capable": private,
        "provider": {"name": "amazon-web-services", "region": provider},
        "created_at": FIXED_TIME,
        "updated_at": FIXED_TIME,
    }


def _generation(name: str) -> Body:
    return {**generation_ref(name), "created_at": FIXED_TIME, "updated_at": FIXED_TIME}


def _picked(items: list[Body], identity: str, resource: str) -> Body:
    for item in items:
        if identity in (item["id"], item["name"]):
            return item
    raise not_found(resource)


def list_stacks(call: Call) -> Answer:
    """GET /stacks."""
    return paged(call, [_stack(name) for name in _STACKS], ("id", "name"))


def list_app_stacks(call: Call) -> Answer:
    """GET /apps/{app}/available-stacks."""
    app_for(call)
    return list_stacks(call)


def get_stack(call: Call) -> Answer:
    """GET /stacks/{stack}."""
    return found(_picked([_stack(name) for name in _STACKS], call.params["stack"], "stack"))


def list_regions(call: Call) -> Answer:
    """GET /regions."""
    return paged(call, [_region(row) for row in _REGIONS], ("id", "name"))


def common_regions() -> list[Body]:
    """The regions of the Common Runtime, whole."""
    return [_region(row) for row in _REGIONS if not row[4]]


def region_for(call: Call) -> Body:
    """The region the path names, by id or name."""
    return _picked([_region(row) for row in _REGIONS], call.params["region"], "region")


def get_region(call: Call) -> Answer:
    """GET /regions/{region}."""
    return found(region_for(call))


def list_generations(call: Call) -> Answer:
    """GET /generations, GET /teams/{team}/available-generations."""
    if "team" in call.params:
        team_for(call)
    return paged(call, [_generation(name) for name in _GENERATIONS], ("id", "name"))


def get_generation(call: Call) -> Answer:
    """GET /generations/{generation}."""
    return found(_picked([_generation(name) for name in _GENERATIONS], call.params["generation"], "generation"))


ROUTES: list[Route] = [
    ("GET", "/stacks", list_stacks, ""),
    ("GET", "/stacks/{stack}", get_stack, ""),
    ("GET", "/apps/{app}/available-stacks", list_app_stacks, "read"),
    ("GET", "/regions", list_regions, ""),
    ("GET", "/regions/{region}", get_region, ""),
    ("GET", "/generations", list_generations, ""),
    ("GET", "/generations/{generation}", get_generation, ""),
    ("GET", "/teams/{team}/available-generations", list_generations, "read"),
]
