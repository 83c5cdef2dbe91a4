"""Seeds."""

from __future__ import annotations

import hashlib

import pytest

from infra.localcloud import github
from infra.localcloud.store import Store
from tests.localcloud.github.hub import SEED, Clock


def test_seeding_again_changes_nothing() -> None:
    """What is there keeps its id."""
    store, now = Store(None), Clock().now
    github.seed(store, SEED, now)
    before = [store.find(kind) for kind in store.kinds()]
    github.seed(store, SEED, now)
    assert [store.find(kind) for kind in store.kinds()] == before


def test_a_token_may_come_as_its_hash() -> None:
    """So that a seed on disk need not hold tokens."""
    store = Store(None)
    hashed = hashlib.sha256(b"token-x").hexdigest()
    github.seed(store, {"users": [{"login": "x", "token_sha256": hashed}]}, Clock().now)
    caller = github.authenticate(store, {"authorization": "Bearer token-x"})
    assert (caller.name, set(caller.scopes)) == ("x", {"repo", "admin:repo_hook", "read:org"})


def test_a_repository_needs_its_owner() -> None:
    """The seed says which one is missing."""
    with pytest.raises(ValueError, match="nobody"):
        github.seed(Store(None), {"repositories": [{"owner": "nobody", "name": "x"}]}, Clock().now)
