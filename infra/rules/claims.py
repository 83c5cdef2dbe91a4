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
    things = {subject: thing for subject, thing in live.things.items() if _is_within(subject, mine)}
    return Estate(live.source, things, tuple(one for one in live.unreadable if _hides(one, mine)))


def foreign(own: Iterable[Unreadable], others: Collection[Subject]) -> tuple[Unreadable, ...]:
    """What could not be read, without what lies in another stack's app or environment."""
    return tuple(one for one in own if not _concerns(one, others) or not one.scope)


def _is_within(subject: Subject, mine: Collection[Subject]) -> bool:
    inside: Subject | None = subject
    while inside is not None:
        # A repository or pipeline is shared: what lies in it is mine only where I claim it.
        if key(inside) in mine and (inside == subject or inside.kind in ("app", "environment")):
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
