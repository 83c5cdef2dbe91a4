"""Checkouts with a running local cloud, for tests that drive the real engine and plugins over sockets."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.engine.state import address_of
from infra.errors import CloudError
from tests.journeys.checkout import Checkout, make_checkout


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder is a journey."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.journey)


@pytest.fixture(scope="session")
def empty_stacks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the state of both stacks before their first update, made once by the engine."""
    folder = tmp_path_factory.mktemp("stacks")
    checkout = make_checkout(folder / "service")
    checkout.environment["PULUMI_BACKEND_URL"] = address_of(folder / "state")
    (folder / "state").mkdir()
    for stack in ("staging", "production"):
        outcome = checkout.pulumi("stack", "init", stack)
        assert outcome.code == 0, outcome.text
    return folder / "state"


@pytest.fixture
def checkout(tmp_path: Path, empty_stacks: Path) -> Iterator[Checkout]:
    """A fresh checkout with a running, seeded cloud."""
    yield from _with_cloud(tmp_path / "service", empty_stacks)


@pytest.fixture(scope="module")
def estate(tmp_path_factory: pytest.TempPathFactory, empty_stacks: Path) -> Iterator[Checkout]:
    """A checkout whose two environments stand; shared by a module's tests, which leave it as it was."""
    for checkout in _with_cloud(tmp_path_factory.mktemp("estate") / "service", empty_stacks):
        for stack in ("staging", "production"):
            outcome = checkout.pulumi("up", "--yes", "--skip-preview", "--stack", stack)
            assert outcome.code == 0, outcome.text
        yield checkout


def _with_cloud(folder: Path, stacks: Path) -> Iterator[Checkout]:
    checkout = make_checkout(folder)
    checkout.start_cloud()
    shutil.copytree(stacks, checkout.state, dirs_exist_ok=True)
    try:
        yield checkout
    finally:
        # The test may have stopped it itself.
        with contextlib.suppress(CloudError):
            checkout.cloud.stop()
