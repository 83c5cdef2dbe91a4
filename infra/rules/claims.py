"""Which stack answers for what is live: for its own apps and environments; the owner also for what nobody claims."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from infra.model.estate import Estate, Subject, Unreadable
from infra.rules.places import container, covers, key


def claimed(*estates: Estate) -> frozenset[Subject]:
    """Everything that a stack declares or recorded, as it is looked up."""
    return frozenset(key(subject) for estate in estates for subject in estate.things)


def share(live: Estate, mine: Collection[Subject], *, owner: bool) -> Estate:
    """The part of ``live`` that a stack answers for; the ``owner`` of what is shared answers for all of it.

    What other stacks claim is left out by the comparison itself.
    """
    if owner:
        return live
    claims = _Claims(mine)
    things = {subject: thing for subject, thing in live.things.items() if claims.cover(subject)}
    return Estate(live.source, things, tuple(one for one in live.unreadable if _hides(one, mine)))


def foreign(own: Iterable[Unreadable], others: Collection[Subject]) -> tuple[Unreadable, ...]:
    """What could not be read, without what lies in another stack's app or environment."""
    return tuple(one for one in own if not _concerns(one, others) or not one.scope)


class _Claims:
    """What a stack claims, and all that is in its apps and environments; each place is looked up once."""

    def __init__(self, mine: Collection[Subject]) -> None:
        self._mine = mine
        self._scopes = {(one.vendor, one.scope) for one in mine}
        self._places: dict[tuple[str, str, bool], bool | None] = {}

    def cover(self, subject: Subject) -> bool:
        """Whether a thing is ours."""
        place = (subject.vendor, subject.scope, subject.kind == "pipeline-config-var")
        if place not in self._places:
            self._places[place] = self._whole(subject)
        whole = self._places[place]
        return key(subject) in self._mine if whole is None else whole

    def _whole(self, subject: Subject) -> bool | None:
        """Whether all that is in the same place is ours, or none of it; ``None`` where it may be some."""
        if self._are_around(subject):
            return True
        spelt = key(subject)
        return None if (spelt.vendor, spelt.scope) in self._scopes else False

    def _are_around(self, subject: Subject) -> bool:
        inside = container(subject)
        while inside is not None:
            # A repository or pipeline is shared: what lies in it is mine only where I claim it.
            if inside.kind in ("app", "environment") and key(inside) in self._mine:
                return True
            inside = container(inside)
        return False


def _hides(unreadable: Unreadable, mine: Collection[Subject]) -> bool:
    # A repository that is dark hides also the environments in it.
    in_ours = unreadable.vendor == "github" and any(covers(unreadable, subject) for subject in mine)
    return in_ours or _concerns(unreadable, mine)


def _concerns(unreadable: Unreadable, mine: Collection[Subject]) -> bool:
    scope = unreadable.scope
    if unreadable.vendor == "github":
        owner, _, rest = scope.partition("/")
        repository, _, environment = rest.partition("/")
        return key(Subject("github", "environment", f"{owner}/{repository}", environment)) in mine
    return Subject("heroku", "app", "", scope) in mine
