"""Run the Pulumi program without an engine: in this process, with whoever stands in for engine and vendors.

Nothing is asked of a vendor, nothing is written, and no secret is needed.
"""

from __future__ import annotations

import asyncio
import contextvars
import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from google.protobuf import empty_pb2, struct_pb2
from pulumi.runtime import mocks, run_in_stack, set_all_config
from pulumi.runtime.proto import engine_pb2, resource_pb2
from pulumi.runtime.settings import Settings, configure

from infra.model.plan import Diagnostic

STACK = "pulumi:pulumi:Stack"
_SEVERITIES: dict[int, Literal["error", "warning", "info"]] = {
    engine_pb2.INFO: "info",
    engine_pb2.WARNING: "warning",
    engine_pb2.ERROR: "error",
}


@dataclass(frozen=True)
class Registration:
    """One resource as the program asks for it; ``inputs`` in the engine's wire format."""

    urn: str
    type: str
    name: str
    custom: bool
    protect: bool
    inputs: struct_pb2.Struct = field(repr=False)
    parent: str = ""
    """The URN of the component that it stands in."""
    ignored: tuple[str, ...] = ()
    """The properties whose changes the program ignores."""
    replacing: tuple[str, ...] = ()
    """The properties whose change makes a new resource because the program says so."""
    aliases: tuple[str, ...] = ()
    """The URNs that it had before."""


class StandIn(Protocol):
    """Whoever answers the program in the place of engine and vendors."""

    def register(self, wanted: Registration) -> tuple[str, struct_pb2.Struct]:
        """The id ("" while it is not known) and the outputs of a resource; those that are left out are not known."""

    def look_up(self, token: str, arguments: struct_pb2.Struct) -> struct_pb2.Struct | None:
        """The answer of a provider's function, or None where nobody here can know it."""


def run_offline(
    program: Callable[[], None], *, project: str, stack: str, config: Mapping[str, str], stand_in: StandIn
) -> tuple[Diagnostic, ...]:
    """Run ``program`` to its end as a preview; returns what it said, and raises what it raises.

    It gets a thread, a context and an event loop of its own, so that it meets no other run of this process.
    """
    said: list[Diagnostic] = []
    failures: list[BaseException] = []

    def run() -> None:
        try:
            _prepare(project, stack, config, stand_in, said)
            _to_its_end(program)
        except BaseException as failure:
            failures.append(failure)

    thread = threading.Thread(target=contextvars.Context().run, args=(run,))
    thread.start()
    thread.join()
    if failures:
        raise failures[0]
    return tuple(said)


def _prepare(project: str, stack: str, config: Mapping[str, str], stand_in: StandIn, said: list[Diagnostic]) -> None:
    monitor, engine = _Monitor(stand_in, project, stack), _Engine(said)
    configure(Settings(project, stack, monitor, engine, dry_run=True, organization="organization"))
    set_all_config(dict(config), list(config))


def _to_its_end(program: Callable[[], None]) -> None:
    loop = asyncio.new_event_loop()
    # The SDK shows a task that fails as a traceback, and then raises it anyway.
    loop.set_exception_handler(lambda _loop, _context: None)
    asyncio.set_event_loop(loop)
    try:
        loop.run_until_complete(run_in_stack(program))
    finally:
        _drain(loop)
        loop.run_until_complete(loop.shutdown_default_executor())
        asyncio.set_event_loop(None)
        loop.close()


def _drain(loop: asyncio.AbstractEventLoop) -> None:
    pending = asyncio.all_tasks(loop)
    for task in pending:
        task.cancel()
    if pending:
        loop.run_until_complete(asyncio.gather(*pending, return_exceptions=True))


class _Engine:
    """Hears what the program says."""

    def __init__(self, said: list[Diagnostic]) -> None:
        self.said = said

    def Log(self, request: Any) -> None:
        """Keep one message."""
        severity = _SEVERITIES.get(request.severity)
        if severity is not None and not request.ephemeral:
            self.said.append(Diagnostic(severity, request.message, request.urn))


class _Monitor(mocks.MockMonitor):
    """Answers as the engine's resource monitor, with URNs as the engine makes them."""

    def __init__(self, stand_in: StandIn, project: str, stack: str) -> None:
        super().__init__(_NoMocks())
        self.stand_in = stand_in
        self.prefix = f"urn:pulumi:{stack}::{project}::"
        self.lock = threading.Lock()

    def make_urn(self, parent: str, type_: str, name: str) -> str:
        """The URN of a resource inside ``parent``, whose own type it bears in front."""
        above = parent.split("::")[2] if parent else STACK
        qualified = type_ if above == STACK else f"{above}${type_}"
        return f"{self.prefix}{qualified}::{name}"

    def RegisterResource(self, request: Any) -> Any:
        """Answer for one resource."""
        urn = self.make_urn(request.parent, request.type, request.name)
        if request.type == STACK:
            return resource_pb2.RegisterResourceResponse(urn=urn)
        wanted = Registration(
            urn,
            request.type,
            request.name,
            request.custom,
            request.protect,
            request.object,
            request.parent,
            tuple(request.ignoreChanges),
            tuple(request.replaceOnChanges),
            tuple(self._alias(request, alias) for alias in request.aliases),
        )
        # Registrations come from several threads, and whoever stands in need not care.
        with self.lock:
            id_, outputs = self.stand_in.register(wanted)
        return resource_pb2.RegisterResourceResponse(urn=urn, id=id_, object=outputs)

    def _alias(self, request: Any, alias: Any) -> str:
        if alias.urn:
            return str(alias.urn)
        spec = alias.spec
        parent = "" if spec.noParent else spec.parentUrn or request.parent
        return self.make_urn(parent, spec.type or request.type, spec.name or request.name)

    def Invoke(self, request: Any) -> Any:
        """Answer for one function of a provider."""
        with self.lock:
            found = self.stand_in.look_up(request.tok, request.args)
        if found is None:
            return resource_pb2.ResourceInvokeResponse(unknown=True)
        return resource_pb2.ResourceInvokeResponse(**{"return": found})

    def ReadResource(self, request: Any) -> Any:
        """A resource that the program only reads: nothing but what it said of it is known."""
        urn = self.make_urn(request.parent, request.type, request.name)
        return resource_pb2.ReadResourceResponse(urn=urn, properties=request.properties)

    def RegisterResourceOutputs(self, request: Any) -> Any:  # noqa: ARG002 - the engine's own name
        """Outputs of components change nothing."""
        return empty_pb2.Empty()


class _NoMocks(mocks.Mocks):
    """Never asked: the monitor answers by itself."""

    def call(self, args: mocks.MockCallArgs) -> tuple[dict[Any, Any], list[tuple[str, str]] | None]:
        raise NotImplementedError(args.token)

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str | None, dict[Any, Any]]:
        raise NotImplementedError(args.typ)


# A program that fails leaves tasks behind, and asyncio would tell of each on standard error.
logging.getLogger("asyncio").addFilter(lambda record: "exception was never retrieved" not in record.getMessage())
