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
    """A dyno size: memory in GB, price in cents a month (``None``: not told), and the tier it may be mixed within."""

    name: str
    tier: str
    memory: float
    compute: int
    dyno_units: float
    cents: int | None
    dedicated: bool = False

    @property
    def generation(self) -> str:
        """The generation of the platform that has this size."""
        return "fir" if self.tier == "fir" else "cedar"


def _private(family: str, dyno_units: float = 1.0) -> tuple[Size, ...]:
    """The sizes of private spaces: Heroku tells no price of them through the API."""
    rows = (("S", 1.0, 2), ("M", 2.5, 12), ("L", 14.0, 50), ("L-RAM", 30.0, 24), ("XL", 62.0, 50), ("2XL", 126.0, 100))
    return tuple(
        Size(f"{family}-{name}", family.lower(), memory, compute, dyno_units, None, True)
        for name, memory, compute in rows
    )


def _fir() -> tuple[Size, ...]:
    """Fir's sizes say in their names what they are: processors and memory."""
    words = (
        "1c-0.5gb 2c-1gb 1c-4gb 2c-8gb 4c-16gb 8c-32gb 16c-64gb 2c-4gb 4c-8gb 8c-16gb 16c-32gb 32c-64gb "
        "1c-8gb 2c-16gb 4c-32gb 8c-64gb 16c-128gb"
    )
    pairs = [word.removesuffix("gb").split("c-") for word in words.split()]
    return tuple(Size(f"dyno-{cores}c-{gb}gb", "fir", float(gb), int(cores), 1.0, None) for cores, gb in pairs)


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
    *_private("Private"),
    *_private("Shield"),
    *_fir(),
)
LARGEST_QUANTITY = 100


def sizes_for(app: Body) -> list[Size]:
    """The sizes an app may use: by its generation, and in a private space only that space's."""
    if app["generation"]["name"] == "fir":
        tiers = ["fir"]
    elif app["space"] is not None:
        tiers = ["private", "shield"] if app["space"]["shield"] else ["private"]
    else:
        tiers = ["eco", "basic", "professional"]
    return [size for size in SIZES if size.tier in tiers]


def size_named(app: Body, identity: str) -> Size:
    """A dyno size an app may use by its name (in any case) or id, or a 422."""
    sizes = sizes_for(app)
    for size in sizes:
        if identity.lower() == size.name.lower() or identity == fixed_id(f"dyno-size/{size.name}"):
            return size
    raise invalid(f'No such size as "{identity}". Available: {", ".join(size.name for size in sizes)}.')


def _default_size(app: Body) -> str:
    if app["generation"]["name"] == "fir":
        return "dyno-1c-0.5gb"
    return "Basic" if app["space"] is None else "Private-S"


def size_body(size: Size) -> Body:
    """A dyno size as Heroku answers it."""
    return {
        "id": fixed_id(f"dyno-size/{size.name}"),
        "name": size.name,
        "architecture": "amd64",
        "compute": size.compute,
        "cost": None if size.cents is None else {"cents": size.cents, "unit": "month"},
        "dedicated": size.dedicated,
        "precise_dyno_units": size.dyno_units,
        "generation": generation_ref(size.generation),
        "memory": size.memory,
        "private_space_only": size.tier in ("private", "shield", "fir"),
    }


def formation_of(store: Store, app_id: str) -> list[Body]:
    """An app's process types with their sizes and quantities."""
    return store.find(KIND, parent=app_id)


def with_size(process: Body, size: Size) -> Body:
    """A process type moved to another dyno size."""
    return {**process, "size": size.name, "dyno_size": {"id": fixed_id(f"dyno-size/{size.name}"), "name": size.name}}


def follow_code(store: Store, now: datetime, app: Body, commands: dict[str, str]) -> None:
    """Bring the formation to the code's process types: new ones start at zero, the first ``web`` at one."""
    known = {process["type"]: process for process in formation_of(store, app["id"])}
    for gone in known.keys() - commands.keys():
        store.delete(KIND, known[gone]["id"])
    for name, command in commands.items():
        process = known.get(name) or _new_process(app, name, now, list(known.values()))
        if process["command"] != command or name not in known:
            process = {**process, "command": command, "updated_at": stamp(now)}
            store.put(KIND, process["id"], process, parent=app["id"])


def refuse_mixed(app: Body, processes: Iterable[Body]) -> None:
    """Refuse dyno sizes of different tiers in one app, and more than one dyno of the small sizes."""
    running = [process for process in processes if process["quantity"] > 0]
    for process in running:
        size = size_named(app, process["size"])
        if size.tier in ("eco", "basic") and process["quantity"] > 1:
            raise invalid(f"Cannot update to more than 1 {size.name} size dynos per process type.")
    by_tier = {size_named(app, process["size"]).tier: process["size"] for process in running}
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
    return with_size(process, size_named(app, running[0] if running else _default_size(app)))
