"""Our own resource classes: what they send is what the provider takes, and their secrets stay secret."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator, Callable
from typing import Any

import pulumi
import pulumiverse_heroku as heroku
import pytest

from infra.program import heroku_resources as ours
from infra.providers.heroku.package import package

SCHEMA = package({}).schema()["resources"]


class Recorded(pulumi.runtime.Mocks):
    """Remembers what was registered, and answers with made-up outputs."""

    def __init__(self) -> None:
        self.inputs: dict[str, dict[str, Any]] = {}

    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        self.inputs[args.typ] = args.inputs
        result = {"appId": "app-1", "status": "failed"}
        made_up = {"token": "canary", "expiresAt": "2030", "status": "completed", "results": [result]}
        return "id-1", {**args.inputs, **made_up, "releaseId": "release-1"}

    def call(self, args: pulumi.runtime.MockCallArgs) -> tuple[dict[Any, Any], list[tuple[str, str]] | None]:
        raise AssertionError(args.token)


@pytest.fixture
async def recorded() -> AsyncIterator[Recorded]:
    """A program that talks to no engine."""
    mocks, before = Recorded(), _idle_loops()
    pulumi.runtime.set_mocks(mocks, "project", "stack", preview=False)
    yield mocks
    # Pulumi's mocks leave the event loops of their threads open.
    for loop in _idle_loops():
        if loop not in before:
            loop.close()


def _idle_loops() -> list[asyncio.AbstractEventLoop]:
    loops = [one for one in gc.get_objects() if isinstance(one, asyncio.AbstractEventLoop)]
    return [loop for loop in loops if not loop.is_running() and not loop.is_closed()]


MADE: dict[str, Callable[[], pulumi.CustomResource]] = {
    "heroku:pipeline/promotion:Promotion": lambda: ours.Promotion(
        "it", pipeline="p", source_app_id="a", target_app_ids=["b"], release_id="r", triggers={"x": "1"}
    ),
    "heroku:drain/telemetryDrain:TelemetryDrain": lambda: ours.TelemetryDrain(
        "it",
        owner_id="a",
        owner_type="app",
        signals=["logs"],
        endpoint="https://x",
        exporter_type="otlp",
        headers={"X-Key": "canary"},
    ),
    "heroku:account/authorization:Authorization": lambda: ours.Authorization(
        "it", description="d", scopes=["read"], expires_in=60, triggers={"x": "1"}
    ),
    "heroku:addon/config:Config": lambda: ours.AddonConfig("it", addon_id="a", config={"someKey": "canary"}),
    "heroku:app/ociImage:OciImage": lambda: ours.OciImage(
        "it",
        app_id="a",
        image_repo="r",
        digest="sha256:0",
        process_types={"web": "run"},
        commit="c",
        commit_description="d",
        architecture="amd64",
        base_image_name="b",
        base_top_layer="t",
    ),
    "heroku:app/release:Release": lambda: ours.ImageRelease("it", app_id="a", oci_image="i", description="d"),
}


@pytest.mark.parametrize("token", sorted(MADE))
async def test_a_class_sends_what_the_provider_takes(recorded: Recorded, token: str) -> None:
    """Every input has the provider's name for it; of our own types none is missing."""
    await MADE[token]().urn.future()
    sent, served = set(recorded.inputs[token]), set(SCHEMA[token]["inputProperties"])
    assert sent == served - {"slugId"}


async def test_outputs_are_read_by_python_names(recorded: Recorded) -> None:
    """As properties."""
    assert recorded.inputs == {}
    authorization = MADE["heroku:account/authorization:Authorization"]()
    assert isinstance(authorization, ours.Authorization)
    assert await authorization.token.future() == "canary"
    assert await authorization.expires_at.future() == "2030"
    promotion = MADE["heroku:pipeline/promotion:Promotion"]()
    assert isinstance(promotion, ours.Promotion)
    assert await promotion.status.future() == "completed"
    assert await promotion.release_id.future() == "release-1"
    assert await promotion.failed_targets.future() == ["app-1"]


async def test_keys_of_maps_are_left_as_they_are(recorded: Recorded) -> None:
    """They are the user's words."""
    await MADE["heroku:addon/config:Config"]().urn.future()
    assert recorded.inputs["heroku:addon/config:Config"]["config"]["value"] == {"someKey": "canary"}


async def test_published_classes_take_more_inputs(recorded: Recorded) -> None:
    """By wire name."""
    app = heroku.app.App("it", region="eu", opts=ours.more_inputs(maintenance=True, allowDataLoss=True))
    await app.urn.future()
    sent = recorded.inputs["heroku:app/app:App"]
    assert (sent["maintenance"], sent["allowDataLoss"]) == (True, True)
