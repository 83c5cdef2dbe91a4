"""What a person names and the account cannot see: one error for all of it."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import TypeVar

from infra.errors import NotFound

Found = TypeVar("Found")


async def seen(read: Awaitable[Found], kind: str, name: str, *, todo: str = "Check its name.") -> Found:
    """What ``read`` answers; its NotFound says which ``kind`` of thing is not there under which name."""
    try:
        return await read
    except NotFound as missing:
        raise NotFound(
            f"there is no {kind} `{name}` that this account can see",
            todo=todo,
            status=missing.status,
            id=missing.id,
            request_id=missing.request_id,
        ) from missing
