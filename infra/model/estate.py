"""What one environment holds, thing by thing: as declared, as recorded in the state, or as it is live at the vendors.

All three are the same value, an ``Estate``, so that they can be laid over each other. Nothing in it shows a secret:
a value that may be one is ``Hidden``, and is only ever compared, or told as a keyed fingerprint.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

Vendor = Literal["heroku", "github", "circleci", "gitlab"]
Kind = Literal[
    # Heroku, in its own words; the scope is the app's name unless said otherwise
    "app",
    "config-var",
    "addon",
    "attachment",
    "domain",
    "certificate",
    "formation",
    "collaborator",
    "drain",
    "telemetry-drain",
    "webhook",
    "feature",
    "coupling",
    "release",
    "pipeline",  # no scope
    "pipeline-config-var",  # scope: pipeline/stage
    # GitHub; the scope is owner/name, or owner/name/environment
    "repository",
    "secret",
    "dependabot-secret",
    "variable",
    "environment",
    "ruleset",
    "deploy-key",
]
Unit = Literal["app", "pipeline", "repository", "environment", "team", "account"]


@dataclass(frozen=True, order=True)
class Subject:
    """One thing that can be declared, recorded and live: at whom, of which kind, in what, and its name there.

    The name is the vendor's own where it has one (a config var's key, a host name, an email address); what a person
    named in the stack file (an add-on, a webhook, a drain, a certificate) bears that name, also when it is seen live.
    """

    vendor: Vendor
    kind: Kind
    scope: str
    name: str

    def __str__(self) -> str:
        return "/".join(part for part in (self.vendor, self.kind, self.scope, self.name) if part)


class Hidden:
    """A value that may be a secret: it can be compared and fingerprinted, and never shows itself."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def __repr__(self) -> str:
        return "***"

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Hidden):
            return hmac.compare_digest(self._value.encode(), other._value.encode())
        return NotImplemented

    def __hash__(self) -> int:
        return hash(self._value)

    def __bool__(self) -> bool:
        return bool(self._value)

    def reveal(self) -> str:
        """The value in clear: for what sends it to its owner, or judges its form, and tells nobody."""
        return self._value


@dataclass(frozen=True)
class Unknown:
    """A value that is there, but that nobody here can know: ``why`` in a few words ("write-only", "known later")."""

    why: str = ""


Fields = Mapping[str, Any]
"""A thing's fields: plain JSON values, ``Hidden``, or ``Unknown``. A field that is absent was not said or not asked."""


@dataclass(frozen=True)
class Cause:
    """Who changed a thing, when and how; empty where nobody can tell."""

    who: str = ""
    when: datetime | None = None
    how: str = ""
    """In words: "release v42: Set LOG_LEVEL config vars", "rollback to v12", "added in the dashboard"."""
    version: int | None = None
    before: str = ""
    """The value before, as ``Fingerprints.tell`` tells it."""


UNTOLD = Cause()


@dataclass(frozen=True)
class Unreadable:
    """Something that could not be read: what it would have said (a ``kind`` in a ``scope``), why, and what it takes."""

    vendor: Vendor
    kind: str
    scope: str
    why: str
    needs: str = ""
    """The permission, scope or plan that was lacking: "admin:repo_hook", "view on the app"."""


@dataclass(frozen=True)
class Thing:
    """One thing of an estate: its fields, the vendor's id, and who owns it."""

    fields: Fields
    id: str = ""
    owner: Literal["", "declared", "addon", "platform"] = ""
    """Who brought it, where that can be told: an add-on's own config vars, what a platform makes by itself."""
    brought_by: str = ""
    """The add-on that owns it."""
    updated_at: datetime | None = None
    created_at: datetime | None = None
    cause: Cause = UNTOLD


@dataclass(frozen=True)
class Estate:
    """Everything that one source says of an environment; what it says nothing about is not in it."""

    source: Literal["declared", "recorded", "live"]
    things: Mapping[Subject, Thing] = field(default_factory=dict)
    unreadable: tuple[Unreadable, ...] = ()

    def __repr__(self) -> str:
        # Python 3.11 writes down what a task returned when it gives Ctrl-C back: of a thousand apps that takes seconds.
        return f"Estate({self.source}, {len(self.things)} things, {len(self.unreadable)} unreadable)"

    def merged(self, other: Estate) -> Estate:
        """This estate with what ``other`` says of other vendors or scopes."""
        return Estate(self.source, {**self.things, **other.things}, self.unreadable + other.unreadable)
