"""The error of a name that is taken, saying how to take over what has it."""

from __future__ import annotations

from infra.errors import ApiError, Conflict


def taken(conflict: ApiError, todo: str) -> Conflict:
    """The same conflict with ``todo`` as its advice."""
    return Conflict(
        conflict.what,
        where=conflict.where,
        todo=todo,
        status=conflict.status,
        id=conflict.id,
        request_id=conflict.request_id,
    )


def import_hint(token: str, id: str) -> str:
    """The command that takes over what exists."""
    return f"To manage the one that exists with this program: pulumi import {token} NAME {id}"
