"""What a reader of live things is asked for: which apps and pipelines, and under which names they were declared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from infra.model.estate import Kind, Subject


@dataclass(frozen=True)
class Wanted:
    """What is to be looked at on Heroku; ids are the vendor's, names are those in the stack files."""

    apps: Mapping[str, str] = field(default_factory=dict)
    """Declared app names, each with the id that the state recorded, or ""."""
    pipelines: Mapping[str, str] = field(default_factory=dict)
    """Declared pipeline names, each with the id that the state recorded, or ""."""
    teams: tuple[str, ...] = ()
    """Teams whose apps are looked at, also those that nobody declared."""
    ids: Mapping[str, Subject] = field(default_factory=dict)
    """What the state recorded under which id, so that live things bear declared names."""

    updated: Mapping[str, datetime] = field(default_factory=dict)
    """When the last update of an app's stack ended: what was released last before that was not released by hand."""

    def name_of(self, id: str, kind: Kind, otherwise: str) -> str:
        """The declared name of the ``kind`` with that id, or how Heroku calls it."""
        subject = self.ids.get(id)
        return subject.name if subject is not None and subject.kind == kind else otherwise

    def ids_of(self, kind: Kind, scopes: frozenset[str]) -> dict[str, Subject]:
        """What was recorded of a kind in these scopes, by id."""
        return {id: one for id, one in self.ids.items() if one.kind == kind and one.scope in scopes}
