"""Reading an app's history from its releases: which of them changed a config var, an add-on or an attachment."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from infra.apis.heroku import Rows, at
from infra.apis.live.parts import RELEASES, SHORT
from infra.apis.live.reader import FAILURES, Reader, page_name
from infra.apis.live.things import time_of
from infra.model.estate import Cause

Row = Mapping[str, Any]
Means = Literal["config", "rollback", "deploy", "addon", "attachment", "feature", "platform", "other"]
PAGE = "version ..; order=desc, max=200"
_ROLLBACK = re.compile(r"rollback to (v\d+)", re.IGNORECASE)
_MEANS: tuple[tuple[Means, re.Pattern[str]], ...] = (
    ("rollback", _ROLLBACK),
    ("config", re.compile(r"^(set|remove|unset|add)\b.*\bconfig (vars?|add)\b", re.IGNORECASE)),
    ("attachment", re.compile(r"^(attach|detach)\b", re.IGNORECASE)),
    ("addon", re.compile(r"^update \S+ by \S+|^\S+:\S+ (add|remove|upgrade)|\baddon\b", re.IGNORECASE)),
    ("deploy", re.compile(r"^(deploy|promote|deployed|upgrade stack|update buildpack)\b", re.IGNORECASE)),
    ("feature", re.compile(r"^(enable|disable) (?!logplex)\S+ feature|^feature\b", re.IGNORECASE)),
    ("platform", re.compile(r"^(initial release|enable logplex)", re.IGNORECASE)),
)


def means(description: str) -> Means:
    """What kind of change a release's description tells of."""
    return next((kind for kind, form in _MEANS if form.search(description)), "other")


def cause_of(release: Row, before: str = "") -> Cause:
    """Who made a release, when and how."""
    version, said = int(release["version"]), str(release["description"])
    back = _ROLLBACK.search(said)
    how = f"rollback to {back[1]} (release v{version})" if back else f"release v{version}: {said}"
    failed = "" if release.get("status") in (None, "succeeded") else f" ({release['status']})"
    return Cause(release["user"]["email"], time_of(release, "created_at"), how + failed, version, before)


@dataclass
class Releases:
    """One app's releases, newest first, and the config vars of those that were looked at."""

    reader: Reader
    app: str
    rows: Rows = field(default_factory=list)
    _values: dict[int, Mapping[str, str] | None] = field(default_factory=dict, repr=False)

    async def load(self) -> None:
        """Read the list: the page that this run may have read already, or a longer one when that is full."""
        path, cache = at("apps", self.app, "releases"), self.reader.cache
        known = cache.entry(page_name(path, RELEASES))
        self.rows = known.body if known and known.at >= cache.now else await self.reader.page(path, RELEASES)
        if len(self.rows) >= SHORT:
            self.rows = await self.reader.page(path, PAGE)

    async def values(self, version: int) -> Mapping[str, str] | None:
        """The config vars as a release had them; None where they cannot be read."""
        if version not in self._values:
            path = at("apps", self.app, "releases", str(version), "config-vars")
            try:
                self._values[version] = await self.reader.once(path)
            except FAILURES:
                self._values[version] = None
        return self._values[version]

    async def that_set(self, key: str, value: str | None) -> tuple[Row, str | None] | None:
        """The release that made a config var what it is (None: not there), and the value before."""
        for place, row in enumerate(self.rows):
            if _may_concern(row, key):
                if await self.values(row["version"]) is None:
                    # Values may not be looked at: the description has to do.
                    return row, None
                if await self._made(place, key, value):
                    return row, await self._value_before(place, key)
        place = await self._search(key, value)
        if not await self._made(place, key, value):
            return None
        return self.rows[place], await self._value_before(place, key)

    async def _made(self, place: int, key: str, value: str | None) -> bool:
        """Whether the value came with the release at ``place``: it has it, and the one before has not."""
        return await self._has(place, key, value) and not await self._has(place + 1, key, value)

    async def _value_before(self, place: int, key: str) -> str | None:
        if place + 1 >= len(self.rows):
            return None
        before = await self.values(self.rows[place + 1]["version"])
        return None if before is None else before.get(key)

    async def _search(self, key: str, value: str | None) -> int:
        """Where it came to be, if no description tells: the first older release that differs, found by doubling and
        halving the distance."""
        same, differs = 0, 1
        if not await self._has(same, key, value):
            return same
        while differs < len(self.rows) and await self._has(differs, key, value):
            same, differs = differs, 2 * differs + 1
        differs = min(differs, len(self.rows))
        while differs - same > 1:
            middle = (same + differs) // 2
            same, differs = (middle, differs) if await self._has(middle, key, value) else (same, middle)
        return same

    async def _has(self, place: int, key: str, value: str | None) -> bool:
        if place >= len(self.rows):
            return False
        found = await self.values(self.rows[place]["version"])
        return found is not None and found.get(key) == value

    def that_named(self, *words: str, verb: str) -> Row | None:
        """The newest release whose description begins with ``verb`` and names all ``words``."""
        wanted = [re.compile(rf"(?<![\w-]){re.escape(word)}(?![\w-])") for word in words if word]
        rows: Iterator[Row] = iter(self.rows)
        said = ((row, str(row["description"])) for row in rows)
        return next((row for row, text in said if text.lower().startswith(verb) and _all_in(wanted, text)), None)

    def made_at(self, when: datetime | None) -> Row | None:
        """The release of the same second, when there is just one."""
        found: list[Row] = [row for row in self.rows if when is not None and time_of(row, "created_at") == when]
        return found[0] if len(found) == 1 else None


def _all_in(forms: Iterable[re.Pattern[str]], text: str) -> bool:
    return all(form.search(text) for form in forms)


def _may_concern(release: Row, key: str) -> bool:
    said = release["description"]
    return bool(_ROLLBACK.search(said) or re.search(rf"(?<!\w){re.escape(key)}(?!\w)", said))
