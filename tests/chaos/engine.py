"""A small model of the Pulumi engine: its state, what it asks a plugin for, and what it knows when one is killed.

It does what the real engine was seen to do: independent operations at once; a create is pending in the state until it
is answered; a killed engine leaves it pending, a killed plugin leaves nothing; deletes come last, if all went well.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from infra.apis.heroku import Heroku
from infra.providers.heroku.package import CONFIG, package
from infra.providers.kit.diff import replacing
from infra.providers.kit.naming import Naming
from infra.providers.kit.plugin import HalfMade, Plugin
from infra.providers.kit.values import UNKNOWN, Values, from_struct, to_struct
from tests.chaos.declared import Declared, Program
from tests.chaos.world import TOKEN, URL, Kill, Wire, World

Result = TypeVar("Result")
URN = "urn:pulumi:chaos::chaos::{token}::{name}"


@dataclass
class Entry:
    """A resource in the state; ``half`` when its create or update failed after it took effect."""

    name: str
    token: str
    id: str
    inputs: Values
    outputs: Values
    needs: tuple[str, ...]
    half: bool = False

    @property
    def urn(self) -> str:
        """Its name for the plugin."""
        return URN.format(token=self.token, name=self.name)


class PluginDied(Exception):
    """The plugin was killed while the engine waited for its answer."""


class Failed(Exception):
    """Something that a resource needs failed, so that it was not tried."""


@dataclass
class Outcome:
    """How a run ended: what was done, what failed, and whether a process was killed."""

    done: list[tuple[str, str]] = field(default_factory=list)
    errors: list[Exception] = field(default_factory=list)
    killed: bool = False
    requests: list[tuple[str, str]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        """Whether everything went well."""
        return not self.errors and not self.killed


@dataclass
class State:
    """What the engine remembers between runs."""

    entries: dict[str, Entry] = field(default_factory=dict)
    doomed: list[Entry] = field(default_factory=list)
    creating: set[str] = field(default_factory=set)


class Engine:
    """The engine with its state; each run starts a plugin of its own, as in real life."""

    def __init__(self, world: World, state: State | None = None) -> None:
        self.world = world
        self.state = state or State()
        self.resumes: datetime | None = None
        self._finished = world.now()

    def copy(self, world: World) -> Engine:
        """An engine that remembers the same, at work in a copy of the world."""
        return Engine(world, deepcopy(self.state))

    def up(self, program: Program, *, refresh: bool = True, kill: Kill | None = None) -> Outcome:
        """Make what is live what the program says; after a run that did not end well, resume it."""
        outcome = self.world.run(Run(self, kill).up(program, refresh=refresh))
        if outcome.clean:
            self._finished, self.resumes = self.world.now(), None
        elif self.resumes is None:
            self.resumes = self._finished
        return outcome

    def preview(self, program: Program) -> list[str]:
        """What an update would do; it writes nothing."""
        return self.world.run(Run(self, None).preview(program))


class Run:
    """One run of the engine, with one plugin."""

    def __init__(self, engine: Engine, kill: Kill | None) -> None:
        self.state = engine.state
        self.kill = kill
        self.wire = Wire(engine.world, kill)
        self.outcome = Outcome(requests=self.wire.requests)
        self.plugin: Plugin[Heroku] = Plugin(
            package({"HEROKU_API_KEY": TOKEN, "HEROKU_API_URL": URL}, self.wire), resumes=engine.resumes
        )
        self.plugin.tell = self._told
        # Add-ons of data services come and go in these programs, and nobody mourns them.
        self.plugin.configure({"allowDataLoss": True} if "allow_data_loss" in CONFIG else {})
        self._gone: set[str] = set()

    def _told(self, _urn: str, severity: str, text: str) -> None:
        if severity == "warning":
            self.outcome.warnings.append(text)

    async def up(self, program: Program, *, refresh: bool) -> Outcome:
        """The run as a whole."""
        if self.plugin.resumes is not None:
            self.state.creating.clear()
        work = asyncio.ensure_future(self._work(program, refresh))
        death = asyncio.ensure_future(self.wire.cut.wait())
        await asyncio.wait({work, death}, return_when=asyncio.FIRST_COMPLETED)
        if self.kill and self.kill.victim == "engine" and self.wire.cut.is_set():
            work.cancel()
        await asyncio.gather(work, return_exceptions=True)
        death.cancel()
        self.outcome.killed = self.wire.cut.is_set()
        if not self.wire.cut.is_set():
            await self.plugin.client.aclose()
            work.result()
        return self.outcome

    async def _work(self, program: Program, refresh: bool) -> None:
        if refresh:
            await self._refresh()
        if not self.outcome.errors:
            await self._bring(program)
        if not self.outcome.errors:
            await self._take_away(program)

    async def _call(self, call: Coroutine[Any, Any, Result]) -> Result:
        """A call to the plugin, which may die before it answers."""
        task, death = asyncio.ensure_future(call), asyncio.ensure_future(self.wire.cut.wait())
        try:
            await asyncio.wait({task, death}, return_when=asyncio.FIRST_COMPLETED)
            if not task.done():
                raise PluginDied("the plugin was killed")
            return task.result()
        finally:
            task.cancel()
            death.cancel()

    async def _refresh(self) -> None:
        found = await asyncio.gather(*(self._reread(entry) for entry in self._all()), return_exceptions=True)
        self.outcome.errors += [one for one in found if isinstance(one, Exception)]

    def _all(self) -> list[Entry]:
        return [*self.state.entries.values(), *self.state.doomed]

    async def _reread(self, entry: Entry) -> None:
        live = await self._call(
            self.plugin.read(entry.token, entry.urn, entry.id, _over_wire(entry.inputs), _over_wire(entry.outputs))
        )
        if live is None:
            self._forget(entry)
        else:
            entry.id, entry.inputs, entry.outputs = live[0], _over_wire(live[1]), _over_wire(live[2])
            # A read that says nothing of being unfinished makes the engine forget that it was.
            entry.half = bool(self.plugin.unfinished(entry.token, entry.outputs))

    def _forget(self, entry: Entry) -> None:
        if self.state.entries.get(entry.name) is entry:
            del self.state.entries[entry.name]
        else:
            self.state.doomed.remove(entry)

    async def _bring(self, program: Program) -> None:
        tasks: dict[str, asyncio.Task[None]] = {}
        for name in program:
            tasks[name] = asyncio.ensure_future(self._after(name, program, tasks))
        try:
            found = await asyncio.gather(*tasks.values(), return_exceptions=True)
        finally:
            for task in tasks.values():
                task.cancel()
        self.outcome.errors += [one for one in found if isinstance(one, Exception) and not isinstance(one, Failed)]

    async def _after(self, name: str, program: Program, tasks: Mapping[str, asyncio.Task[None]]) -> None:
        needed = [tasks[one] for one in program[name].needs]
        if needed:
            await asyncio.wait(needed)
        if any(task.exception() for task in needed):
            raise Failed(name)
        await self._step(name, program[name])

    def _inputs(self, declared: Declared) -> Values:
        """What the program passes; the id of what is not there yet is unknown, as it is in a preview."""
        there = self.state.entries
        return _over_wire(
            declared.inputs_with({name: there[name].id if name in there else UNKNOWN for name in declared.needs})
        )

    def _check(self, name: str, declared: Declared, inputs: Values) -> Values:
        old = self.state.entries.get(name)
        checked, failures = self.plugin.check(
            declared.token, inputs, old.inputs if old else {}, Naming(name, b"seed seed")
        )
        assert failures == [], failures
        return checked

    async def _step(self, name: str, declared: Declared) -> None:
        checked = self._check(name, declared, self._inputs(declared))
        old = self.state.entries.get(name)
        if old is None:
            await self._create(name, declared, checked)
            return
        difference = await self._call(self.plugin.diff(old.token, old.id, old.inputs, old.outputs, checked, []))
        if replacing(difference.changes):
            await self._replace(old, declared, checked, delete_first=difference.delete_first)
        elif difference.changes or old.half:
            await self._update(old, checked)
        else:
            old.inputs = checked

    async def _replace(self, old: Entry, declared: Declared, checked: Values, *, delete_first: bool) -> None:
        if delete_first:
            for entry in reversed(self._dependents(old)):
                await self._delete(entry)
            await self._delete(old)
            await self._create(old.name, declared, checked)
            return
        await self._create(old.name, declared, checked)
        self.state.doomed.append(old)

    def _dependents(self, old: Entry) -> list[Entry]:
        names, found = {old.name}, []
        for entry in self.state.entries.values():
            if names & {*entry.needs}:
                names.add(entry.name)
                found.append(entry)
        return found

    async def _create(self, name: str, declared: Declared, checked: Values) -> None:
        urn = URN.format(token=declared.token, name=name)
        self.state.creating.add(name)
        try:
            id, outputs = await self._call(self.plugin.create(declared.token, urn, checked, 0))
        except HalfMade as half:
            self._keep(name, declared, half.id, checked, half.outputs, half=True)
            raise half.cause from None
        except Exception:
            self.state.creating.discard(name)
            raise
        self._keep(name, declared, id, checked, outputs)
        self.outcome.done.append(("create", name))

    def _keep(
        self, name: str, declared: Declared, id: str, inputs: Values, outputs: Values, *, half: bool = False
    ) -> None:
        self.state.creating.discard(name)
        # A resource comes after what it needs, also when it was made anew.
        self.state.entries.pop(name, None)
        self.state.entries[name] = Entry(name, declared.token, id, inputs, _over_wire(outputs), declared.needs, half)

    async def _update(self, old: Entry, checked: Values) -> None:
        update = self.plugin.update(old.token, old.urn, old.id, old.inputs, old.outputs, checked, 0)
        try:
            outputs = await self._call(update)
        except HalfMade as half:
            old.inputs, old.outputs, old.half = checked, _over_wire(half.outputs), True
            raise half.cause from None
        old.inputs, old.outputs, old.half = checked, _over_wire(outputs), False
        self.outcome.done.append(("update", old.name))

    async def _take_away(self, program: Program) -> None:
        unwanted = [entry for entry in self.state.entries.values() if entry.name not in program]
        for entry in [*reversed(self.state.doomed), *reversed(unwanted)]:
            try:
                await self._delete(entry)
            except Exception as error:
                self.outcome.errors.append(error)
                return

    async def _delete(self, entry: Entry) -> None:
        await self._call(self.plugin.delete(entry.token, entry.urn, entry.id, entry.inputs, entry.outputs, 0))
        self._forget(entry)
        self.outcome.done.append(("delete", entry.name))

    async def preview(self, program: Program) -> list[str]:
        """What would be done, in words."""
        found = [f"delete {entry.name}" for entry in self._all() if entry.name not in program]
        found += [f"delete the old {entry.name}" for entry in self.state.doomed if entry.name in program]
        for name, declared in program.items():
            found += await self._preview(name, declared)
        await self.plugin.client.aclose()
        return found

    async def _preview(self, name: str, declared: Declared) -> list[str]:
        old = self.state.entries.get(name)
        if old is None:
            return [f"create {name}"]
        checked = self._check(name, declared, self._inputs(declared))
        difference = await self.plugin.diff(old.token, old.id, old.inputs, old.outputs, checked, [])
        changes = [f"update {name}: {path}" for path in difference.changes]
        return changes or ([f"finish {name}"] if old.half else [])


def _over_wire(values: Mapping[str, Any]) -> Values:
    """The values as they arrive after a journey through the engine."""
    return from_struct(to_struct(values))
