"""Everything that the state recorded, as one estate."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from infra.model.estate import Estate, Subject
from infra.model.recorded import RecordedResource
from infra.rules.recorded.github import recorded_at_github
from infra.rules.recorded.heroku import recorded_at_heroku
from infra.rules.recorded.reading import Read, State, by_id

Resources = Sequence[RecordedResource]


def recorded_estate(resources: Resources, elsewhere: Resources = ()) -> Estate:
    """What a stack's state says of the vendors; ``elsewhere`` holds what other stacks recorded of shared things."""
    return Estate("recorded", dict(_read(resources, elsewhere)))


def recorded_ids(resources: Resources, elsewhere: Resources = ()) -> Mapping[str, Subject]:
    """Which thing each vendor's id belongs to, so that what is live can bear the names that the stack files give.

    Numbers of GitHub are unique only within one kind of thing: look at the subject's kind, too.
    """
    return by_id(_read(resources, elsewhere))


def _read(resources: Resources, elsewhere: Resources) -> Iterator[Read]:
    state = State(tuple(resources), tuple(elsewhere))
    yield from recorded_at_heroku(state)
    yield from recorded_at_github(state)
