"""The plugin on the wire: Pulumi's ResourceProvider protocol, straight on its published gRPC contract."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

from infra.providers.kit.answers import Status, failed, half_made, unfinished
from infra.providers.kit.check import Failure
from infra.providers.kit.diff import Change, replacing
from infra.providers.kit.naming import Naming
from infra.providers.kit.plugin import Difference, HalfMade, Plugin
from infra.providers.kit.values import from_struct, to_struct

MODES = {0: "propose", 1: "enforce", 2: "disable"}
DIFFERENCES = provider_pb2.DiffResponse
KINDS = {
    ("add", False): provider_pb2.PropertyDiff.ADD,
    ("add", True): provider_pb2.PropertyDiff.ADD_REPLACE,
    ("update", False): provider_pb2.PropertyDiff.UPDATE,
    ("update", True): provider_pb2.PropertyDiff.UPDATE_REPLACE,
    ("delete", False): provider_pb2.PropertyDiff.DELETE,
    ("delete", True): provider_pb2.PropertyDiff.DELETE_REPLACE,
}


class Servicer(provider_pb2_grpc.ResourceProviderServicer):
    """Answers the engine's calls from a Plugin; every error leaves as one message, none as a traceback."""

    def __init__(self, plugin: Plugin[Any]) -> None:
        self._plugin = plugin

    async def Handshake(self, _request: Any, _context: Any) -> Any:
        return provider_pb2.ProviderHandshakeResponse(
            accept_secrets=True,
            accept_resources=True,
            accept_outputs=True,
            supports_autonaming_configuration=True,
        )

    async def Attach(self, _request: Any, _context: Any) -> Any:
        return empty_pb2.Empty()

    async def GetPluginInfo(self, _request: Any, _context: Any) -> Any:
        return plugin_pb2.PluginInfo(version=self._plugin.package.version)

    async def GetSchema(self, _request: Any, _context: Any) -> Any:
        return provider_pb2.GetSchemaResponse(schema=json.dumps(self._plugin.package.schema()))

    async def GetMapping(self, _request: Any, _context: Any) -> Any:
        return provider_pb2.GetMappingResponse()

    async def GetMappings(self, _request: Any, _context: Any) -> Any:
        return provider_pb2.GetMappingsResponse()

    async def Cancel(self, _request: Any, _context: Any) -> Any:
        self._plugin.stop()
        return empty_pb2.Empty()

    async def CheckConfig(self, request: Any, context: Any) -> Any:
        async def answer() -> Any:
            inputs, failures = self._plugin.check_config(from_struct(request.news))
            return provider_pb2.CheckResponse(inputs=to_struct(inputs), failures=_failures(failures))

        return await self._answered(answer, context)

    async def DiffConfig(self, request: Any, _context: Any) -> Any:
        # Another key or address reaches the same account for all we know: never a reason to replace everything.
        changed = [key for key in request.news.fields if request.news.fields[key] != request.olds.fields.get(key)]
        changes = DIFFERENCES.DIFF_SOME if changed else DIFFERENCES.DIFF_NONE
        return provider_pb2.DiffResponse(changes=changes, diffs=changed)

    async def Configure(self, request: Any, context: Any) -> Any:
        async def answer() -> Any:
            self._plugin.configure(from_struct(request.args))
            return provider_pb2.ConfigureResponse(
                acceptSecrets=True,
                supportsPreview=True,
                acceptResources=True,
                acceptOutputs=True,
                supports_autonaming_configuration=True,
            )

        return await self._answered(answer, context)

    async def Check(self, request: Any, context: Any) -> Any:
        async def answer() -> Any:
            inputs, failures = self._plugin.check(
                _type(request), from_struct(request.news), from_struct(request.olds), _naming(request)
            )
            return provider_pb2.CheckResponse(inputs=to_struct(inputs), failures=_failures(failures))

        return await self._answered(answer, context)

    async def Diff(self, request: Any, context: Any) -> Any:
        async def answer() -> Any:
            difference = await self._plugin.diff(
                _type(request),
                request.id,
                from_struct(request.old_inputs),
                from_struct(request.olds),
                from_struct(request.news),
                list(request.ignoreChanges),
            )
            return _difference(difference)

        return await self._answered(answer, context)

    async def Create(self, request: Any, context: Any) -> Any:
        async def answer() -> Any:
            news = from_struct(request.properties)
            if request.preview:
                return provider_pb2.CreateResponse(properties=to_struct(self._plugin.plan_create(_type(request), news)))
            id, outputs = await self._plugin.create(_type(request), request.urn, news, request.timeout)
            return provider_pb2.CreateResponse(id=id, properties=to_struct(outputs))

        return await self._answered(answer, context)

    async def Update(self, request: Any, context: Any) -> Any:
        async def answer() -> Any:
            token, old_inputs = _type(request), from_struct(request.old_inputs)
            olds, news = from_struct(request.olds), from_struct(request.news)
            if request.preview:
                outputs = self._plugin.plan_update(token, old_inputs, olds, news)
            else:
                outputs = await self._plugin.update(
                    token, request.urn, request.id, old_inputs, olds, news, request.timeout
                )
            return provider_pb2.UpdateResponse(properties=to_struct(outputs))

        return await self._answered(answer, context)

    async def Read(self, request: Any, context: Any) -> Any:
        async def answer() -> Any:
            found = await self._plugin.read(
                _type(request),
                request.urn,
                request.id,
                from_struct(request.inputs),
                from_struct(request.properties),
            )
            if found is None:
                return provider_pb2.ReadResponse()
            id, inputs, outputs = found
            if reason := self._plugin.unfinished(_type(request), outputs):
                return await context.abort_with_status(unfinished(reason, id=id, inputs=inputs, outputs=outputs))
            return provider_pb2.ReadResponse(id=id, inputs=to_struct(inputs), properties=to_struct(outputs))

        return await self._answered(answer, context)

    async def Delete(self, request: Any, context: Any) -> Any:
        async def answer() -> Any:
            await self._plugin.delete(
                _type(request),
                request.urn,
                request.id,
                from_struct(request.old_inputs),
                from_struct(request.properties),
                request.timeout,
            )
            return empty_pb2.Empty()

        return await self._answered(answer, context)

    async def Invoke(self, request: Any, context: Any) -> Any:
        async def answer() -> Any:
            results, failures = await self._plugin.invoke(request.tok, from_struct(request.args))
            response = provider_pb2.InvokeResponse(failures=_failures(failures))
            getattr(response, "return").CopyFrom(to_struct(results))  # `return` is a keyword of Python
            return response

        return await self._answered(answer, context)

    async def Construct(self, _request: Any, context: Any) -> Any:
        await self._not_served(context, "components")

    async def Call(self, _request: Any, context: Any) -> Any:
        await self._not_served(context, "methods")

    async def Parameterize(self, _request: Any, context: Any) -> Any:
        await self._not_served(context, "parameters")

    async def List(self, request: Any, context: Any) -> AsyncIterator[Any]:
        async def answer() -> Any:
            return await self._plugin.listing(request.token, from_struct(request.query))

        rows = await self._answered(answer, context)
        if rows is None:
            yield provider_pb2.ListResponse(computed=provider_pb2.ListResponse.Computed())
            return
        # One page holds everything: the vendor's own paging has been followed already.
        for id, name in rows[: request.limit] if request.limit > 0 else rows:
            yield provider_pb2.ListResponse(result=provider_pb2.ListResponse.Result(id=id, name=name))

    async def _not_served(self, context: Any, what: str) -> None:
        vendor = self._plugin.package.vendor
        await context.abort(grpc.StatusCode.UNIMPLEMENTED, f"the {vendor} provider of Twelvefold has no {what}")

    async def _answered(self, answer: Any, context: Any) -> Any:
        try:
            return await answer()
        except Exception as error:
            await context.abort_with_status(self._status(error))
            raise

    def _status(self, error: Exception) -> Status:
        vendor = self._plugin.package.vendor
        if isinstance(error, HalfMade):
            return half_made(error.cause, vendor, id=error.id, outputs=error.outputs)
        return failed(error, vendor)


def _type(request: Any) -> str:
    # Engines before 3.150 only send the URN, whose third part is the type.
    return str(request.type or request.urn.split("::")[2])


def _naming(request: Any) -> Naming:
    name = request.name or request.urn.rsplit("::", 1)[-1]
    wishes = request.autonaming if request.HasField("autonaming") else None
    if wishes is None:
        return Naming(name, request.randomSeed)
    return Naming(name, request.randomSeed, wishes.proposed_name, MODES[wishes.mode])  # type: ignore[arg-type]


def _failures(failures: list[Failure]) -> list[Any]:
    return [provider_pb2.CheckFailure(property=one.property, reason=one.reason) for one in failures]


def _difference(difference: Difference) -> Any:
    changes = difference.changes
    return provider_pb2.DiffResponse(
        changes=DIFFERENCES.DIFF_SOME if changes else DIFFERENCES.DIFF_NONE,
        diffs=sorted({change.property for change in changes.values()}),
        replaces=replacing(changes),
        hasDetailedDiff=bool(changes),
        detailedDiff={path: _property_diff(change) for path, change in changes.items()},
        deleteBeforeReplace=difference.delete_first,
    )


def _property_diff(change: Change) -> Any:
    return provider_pb2.PropertyDiff(kind=KINDS[change.kind, change.replace], inputDiff=not change.output)
