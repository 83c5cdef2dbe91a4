"""Heroku's public prices: of add-on plans and of dynos, kept between runs for a day."""

from __future__ import annotations

import asyncio
import json
import os
import tempfile
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from infra.apis.heroku import Heroku, at
from infra.errors import NotFound
from infra.model.prices import Prices

LIFETIME_SECONDS = 24 * 3600
VERSION = 1
HOURS_A_MONTH = 720
Table = dict[str, int | None]


class PriceList:
    """Reads prices, service by service, and keeps what it read in a file: they are public, and rarely change."""

    def __init__(self, heroku: Heroku, file: Path, now: float | None = None) -> None:
        self._heroku = heroku
        self._file = file
        self._now = time.time() if now is None else now

    async def read(self, services: Iterable[str], *, dynos: bool = True) -> Prices:
        """The prices of every plan of ``services`` and of every dyno size; a service Heroku does not know has none."""
        kept = self._kept()
        missing = sorted({*services} - {*kept["services"]})
        found = await asyncio.gather(*(self._plans(service) for service in missing))
        kept["services"] |= {service: self._stamped(table) for service, table in zip(missing, found, strict=True)}
        if dynos and kept["dynos"] is None:
            kept["dynos"] = self._stamped(await self._dynos())
        if missing or dynos:
            self._keep(kept)
        plans = {name: cents for service in services for name, cents in kept["services"][service]["cents"].items()}
        return Prices(plans, (kept["dynos"] or {"cents": {}})["cents"])

    async def _plans(self, service: str) -> Table:
        try:
            rows = await self._heroku.list(at("addon-services", service, "plans"))
        except NotFound:
            return {}
        table = {str(row["name"]): cents_a_month(row.get("price")) for row in rows}
        default = next((row for row in rows if row.get("default")), None)
        return {**table, service: table[default["name"]]} if default else table

    async def _dynos(self) -> Table:
        rows = await self._heroku.list("/dyno-sizes")
        return {str(row["name"]).lower(): cents_a_month(row.get("cost")) for row in rows}

    def _stamped(self, table: Table) -> dict[str, Any]:
        return {"read_at": self._now, "cents": table}

    def _kept(self) -> dict[str, Any]:
        """What was kept and is not too old; a file that cannot be understood is as good as none."""
        nothing: dict[str, Any] = {"version": VERSION, "services": {}, "dynos": None}
        try:
            document = json.loads(self._file.read_text())
            mine = document["hosts"][self._heroku.rest.base_url] if document["version"] == VERSION else nothing
            services = {name: entry for name, entry in mine["services"].items() if self._is_fresh(entry)}
            dynos = mine["dynos"] if mine["dynos"] and self._is_fresh(mine["dynos"]) else None
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return nothing
        return {**nothing, "services": services, "dynos": dynos}

    def _is_fresh(self, entry: Mapping[str, Any]) -> bool:
        return isinstance(entry["cents"], dict) and 0 <= self._now - entry["read_at"] < LIFETIME_SECONDS

    def _keep(self, kept: Mapping[str, Any]) -> None:
        # Without a place to keep them, they are read again next time.
        with suppress(OSError):
            self._file.parent.mkdir(parents=True, exist_ok=True)
            hosts = {**self._hosts(), self._heroku.rest.base_url: {key: kept[key] for key in ("services", "dynos")}}
            descriptor, name = tempfile.mkstemp(dir=self._file.parent)
            with os.fdopen(descriptor, "w") as file:
                json.dump({"version": VERSION, "hosts": hosts}, file)
            Path(name).replace(self._file)

    def _hosts(self) -> dict[str, Any]:
        try:
            hosts = json.loads(self._file.read_text())["hosts"]
            return {host: kept for host, kept in hosts.items() if self._is_fresh_for(kept)}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return {}

    def _is_fresh_for(self, kept: Mapping[str, Any]) -> bool:
        """Whether anything of a host is still believed: each local cloud has an address of its own."""
        return any(self._is_fresh(one) for one in (*kept["services"].values(), kept["dynos"]) if one)


def cents_a_month(price: Any) -> int | None:
    """A price as Heroku writes it; None where a contract sets it, it goes by use, or nothing is said."""
    if not isinstance(price, dict) or price.get("contract") or price.get("metered"):
        return None
    cents = price.get("cents")
    if not isinstance(cents, int):
        return None
    return {"month": cents, "hour": cents * HOURS_A_MONTH}.get(str(price.get("unit") or "month"))
