"""Whose a live thing is that no stack declares: an add-on's, the platform's, another stack's, or nobody's."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Literal

from infra.model.estate import Estate, Subject, Thing

Owner = Literal["addon", "platform", "unmanaged"]

# What Heroku sets by itself, with runtime-dyno-metadata or while it builds.
_HEROKUS = re.compile(
    r"HEROKU_(APP_ID|APP_NAME|APP_DEFAULT_DOMAIN_NAME|DYNO_ID|RELEASE_\w+|SLUG_\w+|BUILD_\w+|EXEC_URL)"
)
# Made by GitHub when its Pages or its agent are used.
_GITHUBS = ("github-pages", "copilot")


def owner_of(subject: Subject, thing: Thing, live: Estate, claimed: Mapping[Subject, Thing]) -> Owner:
    """Who brought an undeclared thing; ``claimed`` holds what this stack declares or recorded."""
    if thing.owner == "addon":
        return "addon"
    if thing.owner == "platform":
        return "platform"
    default = _DEFAULTS.get((subject.vendor, subject.kind))
    return "platform" if default and default(subject, thing, live, claimed) else "unmanaged"


def _first_attachment(subject: Subject, thing: Thing, live: Estate, claimed: Mapping[Subject, Thing]) -> bool:
    """Whether it is the one attachment that an add-on of ours got from Heroku, because none was declared."""
    addon = thing.fields.get("addon")
    owner = Subject("heroku", "addon", subject.scope, str(addon))
    if owner not in claimed or thing.fields.get("app", subject.scope) != subject.scope:
        return False
    if any(_attaches(other, known.fields, subject.scope, addon) for other, known in claimed.items()):
        return False
    alike = [
        (found.created_at is None, found.created_at, other.name)
        for other, found in live.things.items()
        if _attaches(other, found.fields, subject.scope, addon)
    ]
    return min(alike, key=str)[2] == subject.name


def _attaches(subject: Subject, fields: Mapping[str, object], app: str, addon: object) -> bool:
    return subject.kind == "attachment" and subject.scope == app and fields.get("addon") == addon


def without_automated(live: Estate, claimed: Mapping[Subject, Thing]) -> Estate:
    """What is live, without the certificates that Heroku chose for domains, where it keeps them."""

    def seen(subject: Subject, thing: Thing) -> Thing:
        asked = claimed.get(subject)
        left = subject.kind == "domain" and _has_automated(subject.scope, claimed)
        if not left or (asked and asked.fields.get("certificate")):
            return thing
        return replace(thing, fields={key: value for key, value in thing.fields.items() if key != "certificate"})

    return replace(live, things={subject: seen(subject, thing) for subject, thing in live.things.items()})


def _has_automated(app: str, claimed: Mapping[Subject, Thing]) -> bool:
    """Whether Heroku keeps certificates for the app's domains, which then stand among the others."""
    thing = claimed.get(Subject("heroku", "app", "", app))
    return bool(thing and thing.fields.get("acm"))


def _process(subject: Subject, thing: Thing, _: Estate, __: Mapping[Subject, Thing]) -> bool:
    """Heroku starts with one web dyno and none of the others."""
    return int(thing.fields.get("quantity", 0)) == (1 if subject.name == "web" else 0)


_DEFAULTS: Mapping[tuple[str, str], Callable[[Subject, Thing, Estate, Mapping[Subject, Thing]], bool]] = {
    ("heroku", "config-var"): lambda subject, *_: bool(_HEROKUS.fullmatch(subject.name)),
    ("heroku", "certificate"): lambda subject, _, __, claimed: _has_automated(subject.scope, claimed),
    ("heroku", "domain"): lambda subject, *_: subject.name.endswith(".herokuapp.com"),
    ("heroku", "feature"): lambda _, thing, *__: not thing.fields.get("enabled"),
    ("heroku", "formation"): _process,
    ("heroku", "attachment"): _first_attachment,
    ("github", "environment"): lambda subject, *_: subject.name in _GITHUBS,
    # A repository that is not declared is used as it is.
    ("github", "repository"): lambda *_: True,
}
