"""Process types and dyno sizes: what a slug brings, and which sizes go together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from infra.localcloud.heroku.fields import invalid
from infra.localcloud.heroku.naming import fixed_id, new_id, stamp
from infra.localcloud.heroku.stacks import generation_ref
from infra.localcloud.store import Store

Body = dict[str, Any]
KIND = "heroku.formation"


@dataclass(frozen=True)
class Size:
    """A dyno size of the Common Runtime: memory in GB, price in cents a month, and the tier it may be mixed within."""

    name: str
    tier: str
    memory: float
    compute: int
    dyno_units: float
    cents: int
    dedicated: bool = False


SIZES = (
    Size("Eco", "eco", 0.5, 1, 0.28, 500),
    Size("Basic", "basic", 0.5, 1, 0.28, 700),
    Size("Standard-1X", "professional", 0.5, 1, 1.0, 2500),
    Size("Standard-2X", "professional", 1.0, 2, 2.0, 5000),
    Size("Performance-M", "professional", 2.5, 12, 8.0, 25000, True),
    Size("Performance-L", "professional", 14.0, 50, 16.0, 50000, True),
    Size("Performance-L-RAM", "professional", 30.0, 24, 16.0, 50000, True),
    Size("Performance-XL", "professional", 62.0, 50, 24.0, 75000, True),
    Size("Performance-2XL", "professional", 126.0, 100, 48.0, 150000, True),
)
DEFAULT_SIZE = "Basic"
LARGEST_QUANTITY = 100


def size_named(identity: str) -> Size:
    """A dyno size by its name (in any case) or id, or a 422."""
    for size in SIZES:
        if identity.lower() == size.name.lower() or identity == fixed_id(f"dyno-size/{size.name}"):
            return size
    raise invalid(f'No such size as "{identity}". Available: {", ".join(size.name for size in SIZES)}.')


def size_body(size: Size) -> Body:
    """A dyno size as Heroku answers it."""
    return {
        "id": fixed_id(f"dyno-size/{size.name}"),
        "name": size.name,
        "architecture": "amd64",
        "compute": size.compute,
        "cost": {"cents": size.cents, "unit": "month"},
        "dedicated": size.dedicated,
        "precise_dyno_units": size.dyno_units,
        "generation": generation_ref(),
        "memory": size.memory,
        "private_space_only": False,
    }


def formation_of(store: Store, app_id: str) -> list[Body]:
    """An app's process types with their sizes and quantities."""
    return store.find(KIND, parent=app_id)


def with_size(process: Body, size: Size) -> Body:
    """A process type moved to another dyno size."""
    return {**process, "size": size.name, "dyno_size": {"id": fixed_id(f"dyno-size/{size.name}"), "name": size.name}}


def follow_slug(store: Store, now: datetime, app: Body, slug: Body) -> None:
    """Bring the formation to a slug's process types: new ones start at zero, the first ``web`` at one."""
    known = {process["type"]: process for process in formation_of(store, app["id"])}
    for gone in known.keys() - slug["process_types"].keys():
        store.delete(KIND, known[gone]["id"])
    for name, command in slug["process_types"].items():
        process = known.get(name) or _new_process(app, name, now, list(known.values()))
        if process["command"] != command or name not in known:
            process = {**process, "command": command, "updated_at": stamp(now)}
            store.put(KIND, process["id"], process, parent=app["id"])


def refuse_mixed(processes: Iterable[Body]) -> None:
    """Refuse dyno sizes of different tiers in one app, and more than one dyno of the small sizes."""
    running = [process for process in processes if process["quantity"] > 0]
    for process in running:
        size = size_named(process["size"])
        if size.tier in ("eco", "basic") and process["quantity"] > 1:
            raise invalid(f"Cannot update to more than 1 {size.name} size dynos per process type.")
    by_tier = {size_named(process["size"]).tier: process["size"] for process in running}
    if len(by_tier) > 1:
        sizes = sorted(by_tier.values())
        raise invalid(f"Cannot use the following dyno types in the same app: {' and '.join(sizes)}")


def _new_process(app: Body, name: str, now: datetime, known: list[Body]) -> Body:
    process = {
        "id": new_id(),
        "type": name,
        "command": "",
        "quantity": 1 if name == "web" else 0,
        "app": {"id": app["id"], "name": app["name"]},
        "created_at": stamp(now),
        "updated_at": stamp(now),
    }
    running = [other["size"] for other in known if other["quantity"] > 0]
    return with_size(process, size_named(running[0] if running else DEFAULT_SIZE))
