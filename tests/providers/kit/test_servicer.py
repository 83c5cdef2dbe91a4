"""The plugin on the wire: a real gRPC server on loopback, called as the engine calls it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import grpc
import pytest
from pulumi.runtime.proto import engine_pb2_grpc, provider_pb2, provider_pb2_grpc, status_pb2

from infra.errors import Rejected
from infra.providers.kit.engine import EngineLog
from infra.providers.kit.plugin import Plugin
from infra.providers.kit.servicer import Servicer
from infra.providers.kit.values import UNKNOWN, Secret, from_struct, to_struct
from tests.providers.kit.shelf import PARCEL_TOKEN, TOKEN, Shelf, new_package

URN = f"urn:pulumi:s::p::{TOKEN}::it"
PARCEL_URN = f"urn:pulumi:s::p::{PARCEL_TOKEN}::it"
KINDS = provider_pb2.PropertyDiff


@dataclass
class Wire:
    """The engine's end."""

    stub: Any
    plugin: Plugin[Shelf]


@pytest.fixture
async def wire() -> AsyncIterator[Wire]:
    """A server, and a client that is connected and configured."""
    server = grpc.aio.server()
    plugin = Plugin(new_package())
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(Servicer(plugin), server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    # The engine's own client, in Go, takes 16 MB of details; Python's needs to be told.
    roomy = [("grpc.absolute_max_metadata_size", 1 << 24), ("grpc.max_metadata_size", 1 << 24)]
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}", options=roomy) as channel:
        stub = provider_pb2_grpc.ResourceProviderStub(channel)
        await stub.Configure(provider_pb2.ConfigureRequest(args=to_struct({"apiKey": "k"})))
        yield Wire(stub, plugin)
    await server.stop(None)


async def test_the_handshake_offers_secrets_and_names(wire: Wire) -> None:
    """What the engine may send."""
    answer = await wire.stub.Handshake(provider_pb2.ProviderHandshakeRequest(engine_address="127.0.0.1:1"))
    assert answer.accept_secrets
    assert answer.supports_autonaming_configuration


async def test_check_tells_failures_by_property(wire: Wire) -> None:
    """The engine shows them beside the resource."""
    request = provider_pb2.CheckRequest(urn=URN, type=TOKEN, name="it", news=to_struct({"labls": []}))
    answer = await wire.stub.Check(request)
    assert {failure.property for failure in answer.failures} == {"labls", "region"}


async def test_diff_is_detailed(wire: Wire) -> None:
    """By path, with the kind, and whether it replaces."""
    old = {"name": "a", "region": "eu", "contents": {"x": "1"}}
    new = {"name": "a", "region": "us", "contents": {"y": "1"}}
    answer = await wire.stub.Diff(
        provider_pb2.DiffRequest(
            id="box-1", urn=URN, type=TOKEN, olds=to_struct(old), old_inputs=to_struct(old), news=to_struct(new)
        )
    )
    assert answer.changes == provider_pb2.DiffResponse.DIFF_SOME
    assert {path: change.kind for path, change in answer.detailedDiff.items()} == {
        "region": KINDS.UPDATE_REPLACE,
        "contents.x": KINDS.DELETE,
        "contents.y": KINDS.ADD,
    }
    assert list(answer.replaces) == ["region"]
    assert answer.deleteBeforeReplace


async def test_no_difference_is_said_clearly(wire: Wire) -> None:
    """Not unknown: none."""
    same = to_struct({"name": "a", "region": "eu"})
    answer = await wire.stub.Diff(
        provider_pb2.DiffRequest(id="box-1", urn=URN, type=TOKEN, olds=same, old_inputs=same, news=same)
    )
    assert answer.changes == provider_pb2.DiffResponse.DIFF_NONE


async def test_a_preview_writes_nothing(wire: Wire) -> None:
    """Neither id nor box."""
    news = to_struct({"name": UNKNOWN, "region": "eu"})
    answer = await wire.stub.Create(provider_pb2.CreateRequest(urn=URN, type=TOKEN, properties=news, preview=True))
    assert answer.id == ""
    assert from_struct(answer.properties) == {"name": UNKNOWN, "region": "eu"}
    assert wire.plugin.client.boxes == {}


async def test_a_life_over_the_wire(wire: Wire) -> None:
    """Create, read, update, delete, gone."""
    inputs = to_struct({"name": "a", "region": "eu", "key": Secret("k")})
    made = await wire.stub.Create(provider_pb2.CreateRequest(urn=URN, type=TOKEN, properties=inputs))
    assert from_struct(made.properties)["key"] == Secret("k")
    read = await wire.stub.Read(
        provider_pb2.ReadRequest(id=made.id, urn=URN, type=TOKEN, inputs=inputs, properties=made.properties)
    )
    assert (read.id, read.inputs, read.properties) == (made.id, inputs, made.properties)
    news = to_struct({"name": "b", "region": "eu"})
    updated = await wire.stub.Update(
        provider_pb2.UpdateRequest(id=made.id, urn=URN, type=TOKEN, olds=made.properties, old_inputs=inputs, news=news)
    )
    assert from_struct(updated.properties)["url"] == "https://b.test"
    await wire.stub.Delete(
        provider_pb2.DeleteRequest(id=made.id, urn=URN, type=TOKEN, properties=updated.properties, old_inputs=news)
    )
    gone = await wire.stub.Read(provider_pb2.ReadRequest(id=made.id, urn=URN, type=TOKEN))
    assert gone.id == ""


def _detail(error: grpc.aio.AioRpcError) -> Any:
    metadata = {key: value for key, value in error.trailing_metadata()}
    status = status_pb2.Status.FromString(metadata["grpc-status-details-bin"])
    detail = provider_pb2.ErrorResourceInitFailed()
    assert status.details[0].Unpack(detail)
    return detail


@pytest.mark.parametrize("verb", ["Create", "Update"])
async def test_a_half_made_resource_is_in_the_details(wire: Wire, verb: str) -> None:
    """Id, properties and the reason, so that the engine keeps them in the state."""
    wire.plugin.client.breaks = True
    inputs = to_struct({"name": "a", "region": "eu"})
    requests = {
        "Create": provider_pb2.CreateRequest(urn=URN, type=TOKEN, properties=inputs),
        "Update": provider_pb2.UpdateRequest(id="box-1", urn=URN, type=TOKEN, olds=inputs, news=inputs),
    }
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await getattr(wire.stub, verb)(requests[verb])
    detail = _detail(caught.value)
    assert detail.id == "box-1"
    assert from_struct(detail.properties)["url"] == "https://a.test"
    assert list(detail.reasons) == ["the lid fell off [HTTP 422, id lid]\n  Put it back."]


async def test_large_details_arrive_whole(wire: Wire) -> None:
    """64 KB of config vars that are half made are not lost on the way."""
    wire.plugin.client.breaks = True
    inputs = to_struct({"name": "a", "region": "eu", "contents": {"BIG": "x" * 65536}})
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await wire.stub.Create(provider_pb2.CreateRequest(urn=URN, type=TOKEN, properties=inputs))
    assert len(from_struct(_detail(caught.value).properties)["contents"]["BIG"]) == 65536


async def test_an_error_is_one_message(wire: Wire) -> None:
    """What, the vendor's id, and what to do."""
    wire.plugin.client.raises = Rejected("no boxes today", todo="Come back.", status=422, id="closed")
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await wire.stub.Create(provider_pb2.CreateRequest(urn=URN, type=TOKEN, properties=to_struct({"region": "eu"})))
    assert caught.value.details() == "no boxes today [HTTP 422, id closed]\n  Come back."


async def test_a_bug_is_told_by_type_and_place_and_never_by_value(wire: Wire) -> None:
    """No traceback, no secret."""
    wire.plugin.client.raises = ValueError("canary")
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await wire.stub.Create(provider_pb2.CreateRequest(urn=URN, type=TOKEN, properties=to_struct({"region": "eu"})))
    assert "bug in the Shelf provider: ValueError at shelf.py:" in str(caught.value.details())
    assert "canary" not in str(caught.value.details())


async def test_functions_are_invoked(wire: Wire) -> None:
    """With results or failures."""
    answer = await wire.stub.Invoke(
        provider_pb2.InvokeRequest(tok="shelf:index/find:find", args=to_struct({"name": "x"}))
    )
    assert from_struct(getattr(answer, "return"))["id"] == "x"


async def test_the_schema_and_version_are_served(wire: Wire) -> None:
    """Valid JSON, and the version that the SDK asks for."""
    schema = await wire.stub.GetSchema(provider_pb2.GetSchemaRequest())
    assert json.loads(schema.schema)["name"] == "shelf"
    from google.protobuf import empty_pb2

    assert (await wire.stub.GetPluginInfo(empty_pb2.Empty())).version == "1.2.3"


async def test_configuration_changes_never_replace_anything(wire: Wire) -> None:
    """Another key or address is an update of the provider at most."""
    request = provider_pb2.DiffRequest(olds=to_struct({"url": "a"}), news=to_struct({"url": "b"}))
    answer = await wire.stub.DiffConfig(request)
    assert list(answer.diffs) == ["url"]
    assert not answer.replaces


async def test_what_is_not_served_is_said_in_one_sentence(wire: Wire) -> None:
    """No traceback, neither for calls nor for streams."""
    with pytest.raises(grpc.aio.AioRpcError, match="has no components"):
        await wire.stub.Construct(provider_pb2.ConstructRequest())
    listing = wire.stub.List(provider_pb2.ListRequest(token=TOKEN))
    with pytest.raises(grpc.aio.AioRpcError, match="cannot list"):
        await anext(aiter(listing))


async def send(wire: Wire, *receivers: str) -> None:
    """Put parcels on their way, past the plugin."""
    for number, receiver in enumerate(receivers):
        wire.plugin.client.boxes[f"parcel-{number}"] = {"to": receiver, "state": "on its way"}


async def listed(wire: Wire, **request: Any) -> list[tuple[str, str]]:
    """What a listing of parcels answers."""
    answers = [one async for one in wire.stub.List(provider_pb2.ListRequest(token=PARCEL_TOKEN, **request))]
    return [(one.result.id, one.result.name) if one.HasField("result") else ("computed", "") for one in answers]


async def test_what_there_is_can_be_listed(wire: Wire) -> None:
    """By id and name, up to a limit, narrowed by a query; an unknown query has no answer yet."""
    await send(wire, "ann", "bob")
    assert await listed(wire) == [("parcel-0", "ann"), ("parcel-1", "bob")]
    assert await listed(wire, limit=1) == [("parcel-0", "ann")]
    assert await listed(wire, query=to_struct({"to": "bob"})) == [("parcel-1", "bob")]
    assert await listed(wire, query=to_struct({"to": UNKNOWN})) == [("computed", "")]


async def test_a_refresh_does_not_forget_what_is_still_waited_for(wire: Wire) -> None:
    """The engine keeps the resource as not yet whole, with what was read of it."""
    await send(wire, "ann")
    request = provider_pb2.ReadRequest(
        id="parcel-0", urn=PARCEL_URN, type=PARCEL_TOKEN, inputs=to_struct({"to": "ann"})
    )
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await wire.stub.Read(request)
    detail = _detail(caught.value)
    assert (detail.id, list(detail.reasons)) == ("parcel-0", ["it is still on its way"])
    assert from_struct(detail.inputs) == {"to": "ann"}
    assert from_struct(detail.properties)["state"] == "on its way"
    wire.plugin.client.boxes["parcel-0"]["state"] = "there"
    assert (await wire.stub.Read(request)).id == "parcel-0"


async def test_what_the_vendor_changed_for_good_makes_a_new_one(wire: Wire) -> None:
    """An output can force a replacement, and is named as the reason."""
    inputs, lost = to_struct({"to": "ann"}), to_struct({"to": "ann", "state": "lost"})
    answer = await wire.stub.Diff(
        provider_pb2.DiffRequest(id="p", urn=PARCEL_URN, type=PARCEL_TOKEN, old_inputs=inputs, olds=lost, news=inputs)
    )
    assert list(answer.replaces) == ["state"]
    assert answer.detailedDiff["state"].kind == provider_pb2.PropertyDiff.UPDATE_REPLACE
    assert not answer.detailedDiff["state"].inputDiff


class Engine(engine_pb2_grpc.EngineServicer):
    """The engine's log."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, str, bool]] = []

    async def Log(self, request: Any, _context: Any) -> Any:
        from google.protobuf import empty_pb2

        self.heard.append((request.urn, request.message, request.ephemeral))
        return empty_pb2.Empty()


async def test_messages_reach_the_engine_beside_their_resource() -> None:
    """In order, with the URN; a status is ephemeral."""
    server, engine = grpc.aio.server(), Engine()
    engine_pb2_grpc.add_EngineServicer_to_server(engine, server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    log = EngineLog(f"127.0.0.1:{port}")
    log.tell(URN, "warning", "waiting 12 s")
    log.tell(URN, "status", "5 s")
    await log.aclose()
    assert sorted(engine.heard) == [(URN, "5 s", True), (URN, "waiting 12 s", False)]
    await server.stop(None)


async def test_an_engine_that_went_away_is_no_error() -> None:
    """Nobody is left to be told."""
    log = EngineLog("127.0.0.1:1")
    log.tell(URN, "warning", "x")
    await log.aclose()
