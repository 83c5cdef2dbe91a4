"""Heroku's dyno sizes and which of them may run side by side in one app."""

from __future__ import annotations

from typing import Literal

DynoSize = Literal[
    "eco",
    "basic",
    "standard-1x",
    "standard-2x",
    "performance-m",
    "performance-l",
    "performance-l-ram",
    "performance-xl",
    "performance-2xl",
    "private-s",
    "private-m",
    "private-l",
    "private-l-ram",
    "private-xl",
    "private-2xl",
    "shield-s",
    "shield-m",
    "shield-l",
    "shield-xl",
    "shield-2xl",
]

_MIXABLE = {"standard": "standard and performance", "performance": "standard and performance"}


def tier(size: str) -> str:
    """The group of ``size``; processes of one app must all be of one group.

    Heroku answers 422 otherwise: "Cannot use the following dyno types in the same app: Basic and Standard-1X".
    """
    family = size.split("-")[0]
    return _MIXABLE.get(family, family)
