"""What the engine's state recorded of one resource."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class RecordedResource:
    """One resource of a stack's state; a secret value in it is ``Hidden`` (its JSON, where it is no text)."""

    urn: str
    type: str
    name: str
    id: str
    inputs: Mapping[str, Any]
    outputs: Mapping[str, Any]
    parent: str = ""


@dataclass(frozen=True)
class Update:
    """One run of the engine that may have changed things, from its start to its end."""

    began: datetime
    ended: datetime
    kind: str = "update"
    """update, refresh, destroy, import, …"""
    succeeded: bool = True
