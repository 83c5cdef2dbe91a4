"""Estates to compare: one that says all there is to say, as it is declared, recorded and live."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from infra.model.environment import Environment
from infra.model.estate import Estate, Hidden, Subject, Thing, Unknown, Unreadable
from infra.model.finding import Finding
from infra.model.project import find_project
from infra.rules.declared.estate import declared_estate
from infra.rules.drift import Context, compare
from infra.rules.recorded.estate import recorded_estate
from infra.workflows.read import read_environment
from tests.rules.engineless import record, secret_at
from tests.workflows.cases import PRODUCTION, STAGING, Case, load_cases

WRITTEN = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
MORE = """
    config_vars: {LOG_LEVEL: info, SESSION_KEY: {secure: "v1:AAAA:BBBB"}, BASE: "${app.url}"}
    domains: [www.example.com]
    github:
      secrets: {TOKEN: {secure: "v1:AAAA:BBBB"}}
      dependabot_secrets: {TOKEN: {secure: "v1:AAAA:BBBB"}}
      environments:
        staging: {secrets: {API_KEY: {secure: "v1:AAAA:BBBB"}}, variables: {HEROKU_APP: "${app.name}"}}
      webhooks: {ci: {secret: {secure: "v1:AAAA:BBBB"}}}
"""


class Estates(NamedTuple):
    """The three of them."""

    declared: Estate
    recorded: Estate
    live: Estate

    def findings(self, **context: Any) -> tuple[Finding, ...]:
        """What comparing them finds."""
        return compare(*self, Context("staging", **context))


@cache
def environment() -> Environment:
    """The environment that says everything."""
    return _whole()[0]


@cache
def untouched() -> Estates:
    """As they are right after an update that nobody disturbed."""
    return _whole()[1]


def files() -> dict[str, bytes]:
    """The files of a project whose staging says everything."""
    everything = next(case for case in load_cases("good") if case.name == "everything")
    stages = b"stages: [staging, production]"
    pipeline = everything.files["Pulumi.yaml"].replace(stages, stages + b", config_vars: {test: {A: '1'}}")
    staging = (STAGING + MORE.lstrip("\n")).encode()
    production = PRODUCTION.encode()
    return {"Pulumi.yaml": pipeline, "Pulumi.staging.yaml": staging, "Pulumi.production.yaml": production}


@cache
def _whole() -> tuple[Environment, Estates]:
    with TemporaryDirectory() as folder:
        project = find_project(Case("", files(), {}).lay_out(Path(folder)))
        found = read_environment(project, "staging")
        declared, recorded = declared_estate(found, secret_at), recorded_estate(record(project, found))
    recorded = replace(recorded, things={subject: _written(thing) for subject, thing in recorded.things.items()})
    live = Estate("live", {subject: _live(subject, thing) for subject, thing in recorded.things.items()})
    return found, Estates(declared, recorded, live)


def _written(thing: Thing) -> Thing:
    return replace(thing, updated_at=WRITTEN, created_at=WRITTEN) if thing.updated_at else thing


def _live(subject: Subject, thing: Thing) -> Thing:
    """A thing as the vendor tells it: config vars without a word on which is secret, secrets without their value."""
    fields = {name: value for name, value in thing.fields.items() if name not in ("pending", "key_id")}
    if subject.kind in ("config-var", "pipeline-config-var"):
        fields["value"] = Hidden(value.reveal() if isinstance(value := fields["value"], Hidden) else value)
    for name in ("value",) if subject.kind in ("secret", "dependabot-secret") else ("secret",):
        if name in fields:
            fields[name] = Unknown("write-only")
    return replace(thing, fields=fields, owner="")


def without(estate: Estate, *subjects: Subject) -> Estate:
    """The estate without some things."""
    return replace(estate, things={key: thing for key, thing in estate.things.items() if key not in subjects})


def having(estate: Estate, subject: Subject, thing: Thing | None = None, **fields: Any) -> Estate:
    """The estate with a thing, or with other fields of it."""
    there = thing or estate.things.get(subject, Thing({}))
    return replace(estate, things={**estate.things, subject: replace(there, fields={**there.fields, **fields})})


def dark(estate: Estate, kind: str, scope: str, vendor: Any = "heroku") -> Estate:
    """The estate as it is seen when a part of it cannot be read."""
    part = Unreadable(vendor, kind, scope, "HTTP 403", "view on the app")
    return replace(estate, unreadable=(*estate.unreadable, part))
