"""Whose a config var is: the add-on's that brought it, on its own app or attached to another one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from infra.apis.live.lists import Lists
from infra.apis.live.wanted import Wanted

Row = Mapping[str, Any]
PROVISIONING = "provisioning"


@dataclass(frozen=True)
class Owned:
    """The config vars of an app that add-ons brought."""

    keys: dict[str, str] = field(default_factory=dict)
    """Each with its add-on's name as declared."""
    beginnings: dict[str, str] = field(default_factory=dict)
    """Of add-ons that may not be looked at, or are still being made, only how their config vars begin is known."""

    def by(self, key: str) -> str:
        """The add-on that brought a config var, or "" for none."""
        begun = (addon for beginning, addon in self.beginnings.items() if key.startswith(beginning))
        return self.keys.get(key) or next(begun, "")


class Owners:
    """Knows the add-ons of the account and where they are attached."""

    def __init__(self, lists: Lists, wanted: Wanted) -> None:
        self._addons = lists.of("addon")
        self._wanted = wanted
        self._at = lists.grouped("attachment", "app")
        self._of = lists.grouped("attachment", "addon")

    def of(self, app_id: str) -> Owned:
        """What of the app's config vars add-ons brought.

        An add-on tells the names of its config vars on its own app only; on others their endings are the same, after
        the attachment's name.
        """
        owned = Owned()
        for one in self._at.get(app_id, []):
            addon = self._addons.get(one["addon"]["id"])
            name = self._wanted.name_of(one["addon"]["id"], "addon", one["addon"]["name"])
            if addon is None or addon.get("state") == PROVISIONING:
                # It says which config vars it brings only once it is there, and that may be a moment after the list.
                owned.beginnings[f"{one['name']}_"] = name
            if addon is None:
                continue
            owned.keys.update({f"{one['name']}_{ending}": name for ending in self._endings(addon)})
            if addon["app"]["id"] == app_id:
                owned.keys.update(dict.fromkeys(addon["config_vars"], name))
        return owned

    def _endings(self, addon: Row) -> set[str]:
        names = [one["name"] for one in self._of[addon["id"]] if one["app"]["id"] == addon["app"]["id"]]
        return set(_without(addon["config_vars"], names))

    def is_first(self, attachment: Row) -> bool:
        """Whether an attachment came with its add-on: the oldest on the add-on's own app."""
        own = attachment["addon"]["app"]["id"]
        at_home = [one for one in self._of[attachment["addon"]["id"]] if one["app"]["id"] == own]
        return bool(at_home) and at_home[0]["id"] == attachment["id"]


def _without(keys: Iterable[str], names: Iterable[str]) -> Iterable[str]:
    return (key[len(name) + 1 :] for key in keys for name in names if key.startswith(f"{name}_"))
