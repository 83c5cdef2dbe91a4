"""Preview a stack without engine, vendor or secret: what the code declares, against what main has published.

It is what a pull request from anybody may run. It says what it cannot know instead of guessing.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from functools import partial

from google.protobuf import struct_pb2

from infra.engine.checkpoint import settings_of
from infra.engine.offline import Registration, run_offline
from infra.errors import EngineError, TwelvefoldError
from infra.model.environment import Environment
from infra.model.kept import held
from infra.model.plan import Diagnostic, Operation, Plan, Preview, PropertyChange, Resource, Step
from infra.model.project import Project
from infra.model.published import PublishedResource, PublishedStack, Veiled
from infra.program.service import declare_environment
from infra.providers.heroku.package import package
from infra.providers.kit.diff import Changes, changes_between
from infra.providers.kit.naming import Naming
from infra.providers.kit.outputs import marked, planned_create, planned_update, secret_names
from infra.providers.kit.plugin import Plugin
from infra.providers.kit.values import Values, from_struct, has_secret, plain, to_struct
from infra.rules.letting_go import told_as_let_go
from infra.workflows.published_github import github_changes
from infra.workflows.sealed import sealed_config
from infra.workflows.veiling import Symbols, at, presented

SEALED_ANEW = "sealed anew: whether the value changes can only be told with the passphrase"
# What the program looks up, and whether the answer's id is a number.
LOOKUPS = {
    "heroku:pipeline/getPipeline:getPipeline": False,
    "heroku:team/getTeam:getTeam": False,
    "github:index/getTeam:getTeam": True,
    "github:index/getUser:getUser": True,
}
EMPTY = PublishedResource("")


@dataclass(frozen=True)
class Compared:
    """A resource's inputs on both sides, what differs, and the outputs that the program may go on with."""

    before: Values
    after: Values
    changes: Changes
    outputs: Values


def dry_preview(project: Project, environment: Environment, known: PublishedStack) -> Preview:
    """What ``up`` would change in a stack, as far as its code and what is published of it tell."""
    run = dry_run(project, environment, known)
    before = {one.urn: Resource(one.urn, one.parent, one.id, presented(one.inputs)) for one in known.resources.values()}
    kept = {one.urn for one in held(environment.service.github, known.resources)}
    return told_as_let_go(Preview(run.plan(environment.stack), before, run.after), kept)


def dry_run(project: Project, environment: Environment, known: PublishedStack, *, compare: bool = True) -> DryRun:
    """Run the program of one stack without engine, vendors and secrets."""
    run = DryRun(known, compare=compare)
    began = time.monotonic()
    try:
        run.said += run_offline(
            partial(declare_environment, environment),
            project=str(settings_of(project.folder).get("name", project.folder.name)),
            stack=environment.stack,
            config=sealed_config(project, environment.stack).values,
            stand_in=run,
        )
    except TwelvefoldError:
        raise
    except Exception as fault:
        what = f"the program does not run without an engine ({type(fault).__name__}: {fault})"
        raise EngineError(what, where=environment.stack) from None
    run.seconds = time.monotonic() - began
    return run


class DryRun:
    """Stands in for engine and vendors, and remembers what the program wants changed."""

    def __init__(self, known: PublishedStack, *, compare: bool = True) -> None:
        self.comparing = compare
        self.symbols = Symbols(known.symbols)
        self.plugin = Plugin(package({}))
        self.declared: dict[str, Values] = {}
        """The inputs that each resource asks for, veiled, with symbols."""
        self.protected: set[str] = set()
        self.after: dict[str, Resource] = {}
        self.steps: list[Step] = []
        self.unchanged = 0
        self.said: list[Diagnostic] = []
        self.seconds = 0.0
        self._gone = dict(known.resources)

    def plan(self, stack: str) -> Plan:
        """All steps, with the deletion of what the program no longer asks for last."""
        deleted = [self._deletion(one) for one in reversed(self._gone.values())]
        return Plan(stack, "preview", (*self.steps, *deleted), self.unchanged, tuple(self.said), self.seconds)

    def look_up(self, token: str, arguments: struct_pb2.Struct) -> struct_pb2.Struct | None:
        """A symbol in the place of the id that is looked up; of other functions nothing is known."""
        if token not in LOOKUPS:
            self.said.append(
                Diagnostic("warning", f"{token} is answered by the vendor only: what depends on it is open")
            )
            return None
        asked = {name: value for name, value in plain(from_struct(arguments)).items() if name != "summaryOnly"}
        symbol = self.symbols.look_up(token, asked, number=LOOKUPS[token])
        return to_struct({**asked, "id": str(symbol)})

    def register(self, wanted: Registration) -> tuple[str, struct_pb2.Struct]:
        """Note what happens to the resource, and answer as the engine would in a preview."""
        old = self._recorded(wanted)
        if wanted.protect:
            self.protected.add(wanted.urn)
        if not wanted.custom or wanted.type.startswith("pulumi:providers:"):
            self._note(Step("create" if old is None else "same", wanted.urn))
            self.after[wanted.urn] = Resource(wanted.urn, wanted.parent, old.id if old else "")
            return (old.id if old else ""), struct_pb2.Struct()
        compared = self._compare(wanted, old)
        step = self._step(wanted, old, compared)
        self._note(step)
        id = old.id if old is not None and step.operation != "replace" else ""
        self.after[wanted.urn] = Resource(wanted.urn, wanted.parent, id, presented(compared.after))
        return id, to_struct(compared.outputs)

    def _recorded(self, wanted: Registration) -> PublishedResource | None:
        """What was recorded of the resource, under the name that it has or had."""
        for urn in (wanted.urn, *wanted.aliases):
            if found := self._gone.pop(urn, None):
                return found
        return None

    def _note(self, step: Step) -> None:
        if step.operation == "same":
            self.unchanged += 1
        else:
            self.steps.append(replace(step, origin="code"))

    def _compare(self, wanted: Registration, old: PublishedResource | None) -> Compared:
        given = from_struct(wanted.inputs)
        ours = wanted.type in self.plugin.package.resources
        checked = self._checked(wanted, given, old) if ours else given
        declared = self.declared[wanted.urn] = self.symbols.veil(checked)
        after, before = self.symbols.settle(declared), dict((old or EMPTY).inputs)
        fields = self.plugin.package.resources[wanted.type].fields if ours else {}
        changes = changes_between(fields, before, after) if ours else github_changes(wanted.type, before, after)
        changes = _as_wished(changes, wanted) if self.comparing else {}
        if not ours:
            outputs = checked if old is None else {**old.outputs, **checked}
        elif old is None or any(change.replace for change in changes.values()):
            outputs = marked(fields, planned_create(fields, checked), secret_names(checked))
        else:
            planned = planned_update(fields, old.outputs, plain(checked), changes)
            outputs = marked(fields, planned, secret_names(checked))
        return Compared(before, after, changes, outputs)

    def _checked(self, wanted: Registration, given: Values, old: PublishedResource | None) -> Values:
        """The inputs as our provider would keep them; what it refuses is told, unless it is only a sealed text."""
        naming = Naming(wanted.name, b"\0" * 16)
        checked, failures = self.plugin.check(wanted.type, given, dict((old or EMPTY).inputs), naming)
        for failure in failures:
            value = given.get(failure.property)
            if has_secret(value):
                checked[failure.property] = value
            else:
                self.said.append(Diagnostic("error", failure.reason, wanted.urn))
        return checked

    def _step(self, wanted: Registration, old: PublishedResource | None, compared: Compared) -> Step:
        told = [self._told(path, compared) for path in compared.changes]
        if any(change.fingerprints[0] and change.after and not change.fingerprints[1] for change in told):
            names = ", ".join(change.path for change in told if change.fingerprints[0] and not change.fingerprints[1])
            self.said.append(Diagnostic("info", f"{names}: {SEALED_ANEW}", wanted.urn))
        operation: Operation = "update" if told else "same"
        if any(change.forces_replacement for change in told):
            operation = "replace"
        return Step("create" if old is None else operation, wanted.urn, () if old is None else tuple(told))

    def _told(self, path: str, compared: Compared) -> PropertyChange:
        change = compared.changes[path]
        before, after = at(compared.before, path), at(compared.after, path)
        seen = {
            side: value.fingerprint for side, value in (("old", before), ("new", after)) if isinstance(value, Veiled)
        }
        return PropertyChange(
            path,
            change.kind,
            self.symbols.shown(before),
            self.symbols.shown(after),
            change.replace,
            origin="code",
            fingerprints=(seen.get("old", ""), seen.get("new", "")),
        )

    def _deletion(self, old: PublishedResource) -> Step:
        if old.protect:
            self.said.append(Diagnostic("error", "it is protected: up will refuse to delete it", old.urn))
        return Step("delete", old.urn, origin="code")


def _as_wished(changes: Changes, wanted: Registration) -> Changes:
    """The changes without those that the program ignores, and with the replacements that it asks for."""
    return {
        path: replace(change, replace=change.replace or _is_in(path, wanted.replacing))
        for path, change in changes.items()
        if not _is_in(path, wanted.ignored)
    }


def _is_in(path: str, places: tuple[str, ...]) -> bool:
    return any(place == "*" or path == place or path.startswith((f"{place}.", f"{place}[")) for place in places)
