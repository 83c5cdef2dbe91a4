"""The errors of what is not as the program thinks: a name that is taken, and what somebody changed meanwhile."""

from __future__ import annotations

from collections.abc import Iterable

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


def changed_meanwhile(what: Iterable[str], where: str) -> Conflict:
    """The error of a change that would overwrite somebody else's: ``what`` they changed, by name, never by value."""
    return Conflict(
        f"somebody changed {', '.join(what)} since this was last read",
        where=where,
        todo="Run `pulumi refresh` to see the change, then `pulumi up` again to decide.",
    )


def import_hint(token: str, id: str) -> str:
    """The command that takes over what exists."""
    return f"To manage the one that exists with this program: pulumi import {token} NAME {id}"
