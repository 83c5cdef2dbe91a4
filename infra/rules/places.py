"""Where things stand: what they are inside of, when two names mean one thing, and what could not be read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from infra.model.estate import Subject, Thing, Unreadable

_ANY_CASE = {
    *("domain", "collaborator", "repository", "environment"),
    *("secret", "dependabot-secret", "variable"),
}


def key(subject: Subject) -> Subject:
    """The subject as it is looked up: host names, addresses and GitHub's names are the same in any case."""
    scope = subject.scope.casefold() if subject.vendor == "github" else subject.scope
    name = subject.name.casefold() if subject.kind in _ANY_CASE else subject.name
    if scope == subject.scope and name == subject.name:
        return subject  # Nearly all are so, and another one for each would take as long as what is done with them.
    return replace(subject, scope=scope, name=name)


def in_order(subject: Subject) -> tuple[str, ...]:
    """What subjects are sorted by, as they compare; made once for each, not once for each comparison."""
    return subject.vendor, subject.kind, subject.scope, subject.name


def by_scope(things: Mapping[Subject, Thing]) -> dict[str, dict[Subject, Thing]]:
    """The things by their scope: an estate of a thousand apps is searched once, not once an app."""
    found: dict[str, dict[Subject, Thing]] = {}
    for subject, thing in things.items():
        found.setdefault(subject.scope, {})[subject] = thing
    return found


def container(subject: Subject) -> Subject | None:
    """The app, pipeline, repository or deployment environment that something is inside of."""
    if not subject.scope:
        return None
    if subject.kind == "pipeline-config-var":
        return Subject(subject.vendor, "pipeline", "", subject.scope.rpartition("/")[0])
    if subject.vendor != "github":
        return Subject(subject.vendor, "app", "", subject.scope)
    owner, name, *environment = subject.scope.split("/", 2)
    repository = f"{owner}/{name}"
    if environment:
        return Subject(subject.vendor, "environment", repository, environment[0])
    return Subject(subject.vendor, "repository", "", repository)


def containers(subject: Subject, thing: Thing) -> tuple[Subject, ...]:
    """All that takes a thing along when it goes."""
    found = []
    inside = container(subject)
    while inside is not None:
        found.append(inside)
        inside = container(inside)
    if subject.kind == "coupling":
        found.append(Subject(subject.vendor, "pipeline", "", subject.name))
    if subject.kind == "attachment" and isinstance(thing.fields.get("addon"), str):
        owner = str(thing.fields.get("app") or subject.scope)
        found.append(Subject(subject.vendor, "addon", owner, thing.fields["addon"]))
    return tuple(map(key, found))


def covers(unreadable: Unreadable, subject: Subject) -> bool:
    """Whether what could not be read would have told about ``subject``."""
    if unreadable.vendor != subject.vendor:
        return False
    full = f"{subject.scope}/{subject.name}" if subject.scope else subject.name
    scopes = {subject.scope, full, *_outer(subject.scope)}
    within = not unreadable.scope or unreadable.scope.casefold() in {scope.casefold() for scope in scopes}
    if not within:
        return False
    if unreadable.kind in ("", "*", subject.kind, "app", "repository"):
        return unreadable.kind not in ("app", "repository") or _belongs(unreadable)
    if unreadable.kind == "environment":
        return subject.scope.count("/") == 2
    return unreadable.kind == "pipeline" and subject.kind in ("coupling", "pipeline-config-var")


def _belongs(unreadable: Unreadable) -> bool:
    """An app or repository that cannot be read hides all that is in it; a list of them hides only strangers."""
    return bool(unreadable.scope)


def _outer(scope: str) -> tuple[str, ...]:
    parts = scope.split("/")
    return tuple("/".join(parts[:length]) for length in range(1, len(parts)))


class Dark:
    """What could not be read, by what it would have told of; of a thousand apps that is thousands of parts."""

    def __init__(self, parts: Iterable[Unreadable]) -> None:
        self._by_scope: dict[str, list[Unreadable]] = {}
        for part in dict.fromkeys(parts):
            self._by_scope.setdefault(part.scope.casefold(), []).append(part)

    def over(self, subject: Subject) -> list[Unreadable]:
        """The parts that would have told about ``subject``."""
        full = f"{subject.scope}/{subject.name}" if subject.scope else subject.name
        scopes = dict.fromkeys(scope.casefold() for scope in ("", subject.scope, full, *_outer(subject.scope)))
        return [part for scope in scopes for part in self._by_scope.get(scope, ()) if covers(part, subject)]
