"""Everything that the state recorded, as one estate."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from infra.model.estate import Estate, Subject
from infra.model.recorded import RecordedResource
from infra.rules.recorded.github import recorded_at_github
from infra.rules.recorded.heroku import recorded_at_heroku
from infra.rules.recorded.reading import Index, Read, State, by_id, index

Resources = Sequence[RecordedResource]


def recorded_estate(resources: Resources, elsewhere: Resources = ()) -> Estate:
    """What a stack's state says of the vendors; ``elsewhere`` holds what other stacks recorded of shared things."""
    return Estate("recorded", dict(_read(State(tuple(resources), index(elsewhere)))))


def recorded_things(resources: Resources, elsewhere: Index) -> tuple[Estate, Mapping[str, Subject]]:
    """The estate, with ``elsewhere`` made once for many stacks; and which thing each vendor's id belongs to.

    So what is live can bear the names that the stack files give. Numbers of GitHub are unique only within one kind of
    thing: look at the subject's kind, too.
    """
    things = list(_read(State(tuple(resources), elsewhere)))
    return Estate("recorded", dict(things)), by_id(things)


def _read(state: State) -> Iterator[Read]:
    yield from recorded_at_heroku(state)
    yield from recorded_at_github(state)
