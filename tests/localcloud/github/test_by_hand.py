"""What a person does at the site, without a token."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from infra.localcloud import github
from infra.localcloud.exchange import Answer, Call, Refusal
from infra.localcloud.routing import Router
from tests.localcloud.github.hub import REPO, Hub


def by_hand(hub: Hub, method: str, path: str, body: object) -> Answer:
    """The call as pat, allowed everything."""
    caller = github.caller_named(hub.store, "pat")
    match = Router(github.ROUTES).match(method, path)
    assert match
    now = datetime(2026, 3, 1, tzinfo=UTC)
    call = Call(hub.store, now, caller.account, match.params, {}, body, {}, "http://127.0.0.1:1", method, path)
    return match.route[2](replace(call, scopes=caller.scopes))


def test_a_person_types_a_secret_in_the_clear(hub: Hub) -> None:
    """The site's form takes the value itself."""
    assert by_hand(hub, "PUT", f"{REPO}/actions/secrets/KEY", {"value": "x"}).status == 201
    assert github.estate(hub.store)["repositories"]["practicalli/banking"]["secrets"] == {
        "KEY": hub.store.fingerprint("x")
    }


def test_a_person_is_known_by_login(hub: Hub) -> None:
    """404 for somebody else, so that a mistyped name says so."""
    with pytest.raises(Refusal) as caught:
        github.caller_named(hub.store, "nobody")
    assert caught.value.status == 404
