"""What the tests of the engine room share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engine.places import Listener, Machine, new_machine


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A machine of the test's own."""
    return new_machine(tmp_path)


@pytest.fixture
def listener() -> Listener:
    """An audience that remembers."""
    return Listener()
