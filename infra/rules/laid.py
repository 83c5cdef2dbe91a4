"""Lay the three estates over each other: every thing once, with what each source says of it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

from infra.model.estate import Estate, Hidden, Subject, Thing, Unknown
from infra.model.finding import FieldDifference
from infra.model.fingerprint import Fingerprints
from infra.rules.places import in_order, key
from infra.rules.sameness import ABSENT, UNASKED, differing_parameters, differing_rules, known, parameters, same

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True)
class Laid:
    """One thing as it is declared, recorded and live; ``None`` where a source does not have it."""

    subject: Subject
    declared: Thing | None
    recorded: Thing | None
    live: Thing | None

    @property
    def kept_in(self) -> str:
        """Where its value is kept, if not here."""
        return str(self.declared.fields.get("kept_in", "")) if self.declared else ""

    @property
    def shown(self) -> Thing:
        """The thing as the source nearest to what is live has it."""
        found = self.live or self.recorded or self.declared
        assert found is not None  # noqa: S101 - a subject comes from one of the three
        return found

    def value(self, source: str, field: str) -> Any:
        """What ``source`` says of a field, or ``ABSENT``."""
        thing: Thing | None = getattr(self, source)
        return ABSENT if thing is None else thing.fields.get(field, ABSENT)

    def fields(self) -> list[str]:
        """The fields that any source tells, in the order of telling."""
        things = [thing for thing in (self.declared, self.recorded, self.live) if thing]
        return [
            name for name in dict.fromkeys(name for thing in things for name in thing.fields) if name not in UNASKED
        ]


def lay(declared: Estate, recorded: Estate, live: Estate) -> list[Laid]:
    """Every thing of the three, in order of subject; a live one that bears a recorded id is that thing."""
    found = [dict(_placed(*item) for item in estate.things.items()) for estate in (declared, recorded, live)]
    found[2] = _renamed(found[2], found[1])
    keys = sorted({subject for things in found for subject in things}, key=in_order)
    return [_laid([things.get(subject) for things in found]) for subject in keys]


def _placed(subject: Subject, thing: Thing) -> tuple[Subject, tuple[Subject, Thing]]:
    """A thing by its key. An app has one place in one pipeline at most, so that the pipeline is a field of it."""
    if subject.kind != "coupling":
        return key(subject), (subject, thing)
    pipeline = Unknown("recorded by id") if _ID.fullmatch(subject.name) else subject.name
    return replace(subject, name=""), (subject, replace(thing, fields={"pipeline": pipeline, **thing.fields}))


Things = dict[Subject, tuple[Subject, Thing]]


def _laid(found: list[tuple[Subject, Thing] | None]) -> Laid:
    subject = next(one[0] for one in found if one)
    return Laid(subject, *(one[1] if one else None for one in found))


def _renamed(live: Things, recorded: Things) -> Things:
    """Live things under the recorded names, where only the vendor's id shows that they are the same."""
    names = {
        (subject.vendor, subject.kind, thing.id): place for place, (subject, thing) in recorded.items() if thing.id
    }
    result = {}
    for place, (subject, thing) in live.items():
        place_there = names.get((subject.vendor, subject.kind, thing.id), place) if place not in recorded else place
        result[place if place_there in live else place_there] = (subject, thing)
    return result


@dataclass(frozen=True)
class Moved:
    """The fields in which a thing differs: those changed by hand, and those that wait to be applied."""

    changed: tuple[FieldDifference, ...]
    pending: tuple[FieldDifference, ...]


def moved(laid: Laid, fingerprints: Fingerprints) -> Moved:
    """How the three sources of a thing differ, field by field."""
    changed: list[FieldDifference] = []
    pending: list[FieldDifference] = []
    for field in laid.fields():
        by_hand, waiting = _verdict(laid, field)
        if by_hand or waiting:
            told = _told(laid, field, fingerprints)
            (changed if by_hand else pending).extend(told)
    return Moved(tuple(changed), tuple(pending))


def _verdict(laid: Laid, field: str) -> tuple[bool, bool]:
    """Whether a field was changed by hand, and whether it waits for an update."""
    declared, recorded, live = (laid.value(source, field) for source in ("declared", "recorded", "live"))
    kind = laid.subject.kind
    if (laid.subject.vendor, kind, field) == ("github", "webhook", "secret"):
        return _secret_of_webhook(laid), _differ(kind, field, declared, recorded)
    if _is_left_to_heroku(kind, field, declared, recorded):
        return False, False
    waiting = _differ(kind, field, declared, recorded)
    expected = recorded if known(recorded) else declared
    if laid.recorded and laid.recorded.fields.get("pending"):
        return False, waiting or _differ(kind, field, expected, live)
    by_hand = _differ(kind, field, expected, live)
    if by_hand and waiting and not _differ(kind, field, declared, live):
        return False, True
    return by_hand, waiting


def _differ(kind: str, field: str, one: Any, other: Any) -> bool:
    return known(one) and known(other) and not same(kind, field, one, other)


def _is_left_to_heroku(kind: str, field: str, *wanted: Any) -> bool:
    """Heroku finds out the buildpacks of an app by itself where none were asked for."""
    return (kind, field) == ("app", "buildpacks") and not any(value for value in wanted if known(value))


def _secret_of_webhook(laid: Laid) -> bool:
    """Whether a secret that signs deliveries came or went: GitHub tells that there is one, never which."""
    if laid.live is None or "url" not in laid.live.fields:
        return False
    expected = laid.recorded or laid.declared
    return expected is not None and ("secret" in expected.fields) != ("secret" in laid.live.fields)


def _told(laid: Laid, field: str, fingerprints: Fingerprints) -> list[FieldDifference]:
    declared, recorded, live = values = [laid.value(source, field) for source in ("declared", "recorded", "live")]
    if field == "rules" and laid.subject.kind == "ruleset":
        return [one for name in _differing_rules(values) for one in _rule(name, values, fingerprints)]
    open_texts = [value for value in values if isinstance(value, str)]

    def show(value: Any) -> str:
        # What is live at Heroku may be a secret, unless its text stands open elsewhere.
        if isinstance(value, Hidden) and value.reveal() in open_texts:
            return fingerprints.tell(value.reveal())
        return "" if value is ABSENT else fingerprints.tell(value)

    secret = any(isinstance(value, Hidden) for value in values) and not (open_texts and _is_open(values, open_texts))
    return [FieldDifference(field, show(declared), show(recorded), show(live), secret)]


def _is_open(values: list[Any], open_texts: list[str]) -> bool:
    return all(value.reveal() in open_texts for value in values if isinstance(value, Hidden))


def _differing_rules(values: list[Any]) -> list[str]:
    rules = [value for value in values if known(value)]
    return sorted({name for one in rules for other in rules for name in differing_rules(one, other)})


def _rule(name: str, values: list[Any], fingerprints: Fingerprints) -> list[FieldDifference]:
    """How a rule differs: parameter by parameter, or as a whole where a source does not have it."""
    sides = [value[name] if known(value) and name in value else None for value in values]
    having = [side for side, value in zip(sides, values, strict=True) if known(value)]
    differing = sorted({key for one in having for other in having for key in differing_parameters(one, other)})
    if None in having or not differing:
        return [_difference(f"rules.{name}", sides, fingerprints)]
    told = [None if side is None else parameters(side) for side in sides]
    return [
        _difference(f"rules.{name}.{key}", [side.get(key) if side else None for side in told], fingerprints)
        for key in differing
    ]


def _difference(name: str, sides: list[Any], fingerprints: Fingerprints) -> FieldDifference:
    declared, recorded, live = ("" if side is None else fingerprints.tell(side) for side in sides)
    return FieldDifference(name, declared, recorded, live)
