"""What an approval of one stack stands on: its own apps and environments, and what it owns of what is shared."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from infra.model.estate import Estate, Subject
from infra.rules.places import container, key

HOMES = ("app", "environment")


def standing(live: Estate, mine: Collection[Subject], others: Collection[Subject]) -> Estate:
    """The part of ``live`` that an approval is bound to.

    Left out is what other stacks claim, apps that nobody declares (a team makes them all day), and process types that
    nobody declares: they come and go with the code.
    """
    things = {subject: thing for subject, thing in live.things.items() if _is_bound(subject, mine, others)}
    # An unreadable list of apps concerns strangers only: a declared app that stays dark is told by its name.
    dark = tuple(one for one in live.unreadable if one.scope or one.kind != "app")
    return Estate(live.source, things, dark)


def _is_bound(subject: Subject, mine: Collection[Subject], others: Collection[Subject]) -> bool:
    if subject.kind == "formation" and key(subject) not in mine:
        return False
    homes = [key(home) for home in _homes(subject)]
    if any(home in mine for home in homes):
        return True
    if key(subject) in others or any(home in others for home in homes):
        return False
    return not any(home.kind == "app" for home in homes)


def _homes(subject: Subject) -> Iterator[Subject]:
    """The app or deployment environment that something is in, or is."""
    inside: Subject | None = subject
    while inside is not None:
        if inside.kind in HOMES:
            yield inside
        inside = container(inside)
