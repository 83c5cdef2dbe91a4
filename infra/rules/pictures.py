"""One environment as it stands, in labels and words, so that several can be shown side by side."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from infra.model.environment import Environment
from infra.model.estate import Estate, Hidden, Subject, Thing
from infra.model.fingerprint import Fingerprints
from infra.model.report import Picture
from infra.rules.catalogue import NOUNS
from infra.rules.declared.estate import declared_estate
from infra.rules.places import by_scope, in_order
from infra.rules.sameness import UNASKED

_APP_FIELDS = ("region", "stack", "buildpacks", "team", "maintenance", "acm", "generation")
_QUIET = ("release", "certificate")
_MAIN_FIELD = {
    **{"config-var": "value", "variable": "value", "addon": "plan", "coupling": "stage", "drain": "url"},
    **{"attachment": "addon", "feature": "enabled", "webhook": "url", "pipeline-config-var": "value"},
}


def picture(stack: str, environment: Environment, estate: Estate, fingerprints: Fingerprints) -> Picture:
    """What ``estate`` (live, recorded or declared) says of an environment; secrets are told by their fingerprints."""
    rows = dict(_rows(environment, _opened(estate, declared_estate(environment)), fingerprints))
    return Picture(stack, environment.stage or "", tuple(app.name for app in environment.apps.values()), rows)


def _opened(estate: Estate, declared: Estate) -> Estate:
    """The estate with those values open that stand open in the stack files: all of a live app's are hidden."""

    def opened(subject: Subject, thing: Thing) -> Thing:
        asked = declared.things.get(subject, thing).fields.get("value")
        value = thing.fields.get("value")
        is_open = isinstance(asked, str) and isinstance(value, Hidden) and value.reveal() == asked
        return replace(thing, fields={**thing.fields, "value": asked}) if is_open else thing

    return replace(estate, things={subject: opened(subject, thing) for subject, thing in estate.things.items()})


def _rows(environment: Environment, estate: Estate, fingerprints: Fingerprints) -> Iterator[tuple[str, str]]:
    within = by_scope(estate.things)
    for key, app in environment.apps.items():
        prefix = "" if environment.single else f"{key}: "
        itself = estate.things.get(Subject("heroku", "app", "", app.name))
        for name in _APP_FIELDS:
            if itself and itself.fields.get(name):
                yield f"{prefix}{name}", _words(itself.fields[name], fingerprints)
        told = [item for item in within.get(app.name, {}).items() if _is_told(*item)]
        for subject, thing in sorted(told, key=lambda item: in_order(item[0])):
            yield f"{prefix}{NOUNS[subject.kind].one} {_name(subject)}".rstrip(), _told(subject, thing, fingerprints)
    yield from _of_github(environment, estate, fingerprints)


def _of_github(environment: Environment, estate: Estate, fingerprints: Fingerprints) -> Iterator[tuple[str, str]]:
    """The stack's own deployment environments, which differ from stack to stack in their name only."""
    for name in environment.own_deployments:
        scope = f"{environment.service.repository}/{name}"
        for subject, thing in sorted(item for item in estate.things.items() if item[0].scope == scope):
            yield f"GitHub {NOUNS[subject.kind].one} {subject.name}", _told(subject, thing, fingerprints)


def _is_told(subject: Subject, thing: Thing) -> bool:
    """Whether people compare it: not what every app has by itself."""
    if subject.kind in _QUIET or (subject.kind == "feature" and not thing.fields.get("enabled")):
        return False
    return not (subject.kind in ("domain", "collaborator", "formation") and thing.owner == "platform")


def _name(subject: Subject) -> str:
    # Hosts and places in the pipeline are called otherwise in each environment.
    return "" if subject.kind == "coupling" else subject.name


def _told(subject: Subject, thing: Thing, fingerprints: Fingerprints) -> str:
    if subject.kind == "formation":
        return f"{thing.fields.get('quantity')} × {thing.fields.get('size')}"
    if "kept_in" in thing.fields:
        return f"(kept in {thing.fields['kept_in']})"
    main = _MAIN_FIELD.get(subject.kind)
    if main and main in thing.fields:
        return _words(thing.fields[main], fingerprints)
    shown = {key: value for key, value in thing.fields.items() if key not in UNASKED and value}
    said = ", ".join(f"{key} {_words(value, fingerprints)}" for key, value in shown.items())
    return said or "there"


def _words(value: Any, fingerprints: Fingerprints) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, str | int):
        return str(value)
    if isinstance(value, list | tuple) and all(isinstance(item, str) for item in value):
        return ", ".join(value)
    return fingerprints.tell(value)
