"""Checkouts with a running local cloud, for tests that drive the real engine and plugins over sockets."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.errors import CloudError
from tests.journeys.checkout import Checkout, make_checkout


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder is a journey."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.journey)


@pytest.fixture
def checkout(tmp_path: Path) -> Iterator[Checkout]:
    """A fresh checkout with a running, seeded cloud."""
    yield from _with_cloud(tmp_path / "service")


@pytest.fixture(scope="module")
def estate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    """A checkout whose two environments stand; shared by a module's tests, which leave it as it was."""
    for checkout in _with_cloud(tmp_path_factory.mktemp("estate") / "service"):
        for stack in ("staging", "production"):
            outcome = checkout.pulumi("up", "--yes", "--stack", stack)
            assert outcome.code == 0, outcome.text
        yield checkout


def _with_cloud(folder: Path) -> Iterator[Checkout]:
    checkout = make_checkout(folder)
    checkout.start_cloud()
    for stack in ("staging", "production"):
        outcome = checkout.pulumi("stack", "init", stack)
        assert outcome.code == 0, outcome.text
    try:
        yield checkout
    finally:
        # The test may have stopped it itself.
        with contextlib.suppress(CloudError):
            checkout.cloud.stop()
