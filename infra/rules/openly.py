"""What may be said in clear: texts that stand open in the code or the state, and do not look like secrets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from infra.model.estate import Estate, Subject
from infra.rules.suspicious import looks_secret


def open_texts(subjects: Iterable[Subject], *estates: Estate) -> Mapping[Subject, frozenset[str]]:
    """The texts of each config var that its stack file or state holds in clear anyway."""
    wanted = (subject for subject in subjects if subject.kind == "config-var")
    return {subject: frozenset(_texts(subject, estates)) for subject in wanted}


def _texts(subject: Subject, estates: Iterable[Estate]) -> Iterator[str]:
    for estate in estates:
        thing = estate.things.get(subject)
        value = thing.fields.get("value") if thing else None
        if isinstance(value, str) and not looks_secret(subject.name, value):
            yield value
