"""Whatever a client sends, the stand-in answers with a verdict of Heroku's, never with a failure of its own."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.localcloud import heroku
from infra.localcloud.app import Cloud
from infra.localcloud.exchange import Call, Settings
from tests.contract.heroku_schema import links_for, validate_exchange
from tests.localcloud.in_process import BASE, HEROKU_ACCEPT, new_cloud

NAMES = {
    "app": "banking", "addon": "ledger", "pipeline": "banking", "user": "~", "team": "practicalli-team",
    "stage": "review", "formation": "web", "feature": "preboot", "collaborator": "deployer@example.com",
    "space": "vault", "member": "pat@example.com", "vpn": "office", "dyno": "web.1",
}  # fmt: skip
SCALARS = st.none() | st.booleans() | st.integers(-3, 300) | st.text(max_size=5) | st.sampled_from(
    ["banking", "ledger", "web", "staging", "eu", "us", "heroku-postgresql:standard-0", "x@example.com", "accepted"]
)  # fmt: skip
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(["id", "name", "app", "type", "url", "quantity"]), inner, max_size=3)
    ),
    max_leaves=4,
)


def _writes() -> list[tuple[str, str]]:
    return [(method, path) for method, path, _, _ in heroku.ROUTES if method != "GET"]


def _keys(method: str, path: str) -> list[str]:
    links = links_for(method, path.replace("{user}", "~"))
    keys = {key for link in links for key in ((link.request or {}).get("properties") or {})}
    return sorted(keys | {"A"})


@pytest.fixture(scope="module")
def world() -> tuple[Cloud, Call]:
    """A cloud with something in it, and a call to vary."""
    local = new_cloud(Settings(provisioning_seconds=0, heroku_rate_limit=10**9))
    cloud: Cloud = local.transport.app.state.cloud  # type: ignore[attr-defined]
    call = Call(
        store=cloud.store,
        now=datetime(2026, 11, 24, 9, 0, tzinfo=UTC),
        account={},
        params={},
        query={},
        body={},
        headers={"accept": HEROKU_ACCEPT},
        base_url=BASE,
        request_id="r",
        settings=cloud.settings,
    )
    steps: list[tuple[str, Any]] = [
        ("/apps", {"name": "banking"}),
        ("/apps/banking/addons", {"plan": "heroku-postgresql:essential-0", "name": "ledger"}),
        ("/pipelines", {"name": "banking"}),
        ("/apps/banking/slugs", {"process_types": {"web": "run"}}),
        ("/spaces", {"name": "vault", "team": "practicalli-team", "generation": "fir"}),
        (
            "/spaces/vault/vpn-connections",
            {"name": "office", "public_ip": "203.0.113.7", "routable_cidrs": ["172.16.0.0/16"]},
        ),
    ]
    for path, body in steps:
        assert _status(cloud, replace(call, method="POST", path=path, body=body)) == 201
    slug = cloud.store.find("heroku.slug")[0]["id"]
    release = {"slug": slug}
    assert _status(cloud, replace(call, method="POST", path="/apps/banking/releases", body=release)) == 201
    return cloud, call


def _status(cloud: Cloud, call: Call) -> int:
    """Perform a call as the deployer; its answer must be as Heroku describes it."""
    answer = cloud.perform_by_hand(call, cloud.mounts[-1], "deployer@example.com")
    assert isinstance(answer.body, bytes)
    validate_exchange(call.method, call.path, None, answer.status, json.loads(answer.body or b"null"))
    return answer.status


@pytest.mark.parametrize(("method", "template"), _writes())
@settings(max_examples=15)
@given(data=st.data())
def test_any_body_gets_a_verdict(world: tuple[Cloud, Call], method: str, template: str, data: Any) -> None:
    """Right keys with wrong values, wrong keys, no object at all."""
    cloud, call = world
    bodies = st.dictionaries(st.sampled_from(_keys(method, template)), VALUES, max_size=6) | VALUES
    path = template
    for name, value in NAMES.items():
        path = path.replace(f"{{{name}}}", value)
    body = data.draw(bodies)
    try:
        with cloud.store.transaction():
            status = _status(cloud, replace(call, method=method, path=path, body=body, raw=json.dumps(body).encode()))
            raise _UndoneError
    except _UndoneError:
        assert status in (200, 201, 202, 204, 400, 403, 404, 422, 423), status


class _UndoneError(Exception):
    """Rolls one example back, so that the next one finds the same world."""


@pytest.mark.parametrize("content", [b"{", b"\xff\xfe", b'{"name": "\\ud800"}', b"[" * 100_000, b"NaN", b"1e999"])
async def test_bytes_that_are_no_sensible_json_get_a_verdict(heroku: httpx.AsyncClient, content: bytes) -> None:
    """Broken text, broken encodings, nesting without end, numbers that are none."""
    answer = await heroku.post("/apps", content=content)
    assert answer.status_code in (400, 422)
