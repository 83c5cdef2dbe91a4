"""The environment in which the engine runs."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from infra.engine.parts import Engine
from tests.engine.places import Machine

ENGINE = Engine(Path("/engine"), "3.256.0", (), Path("/plugins"))


def test_engine_first_then_this_python(machine: Machine) -> None:
    """The engine before the shim, and this interpreter before any other."""
    path = ENGINE.environment(machine.environ)["PATH"].split(os.pathsep)
    assert path[:2] == ["/engine", os.path.dirname(sys.executable)]
    assert path[2] == str(machine.bin)
    assert ENGINE.pulumi == Path("/engine/pulumi")


def test_credentials_stay_where_the_user_keeps_them(machine: Machine) -> None:
    """Plugins come from our home, Pulumi Cloud's token from the user's."""
    own = str(machine.home / ".pulumi")
    added = ENGINE.environment(machine.environ)
    assert (added["PULUMI_HOME"], added["PULUMI_CREDENTIALS_PATH"]) == ("/plugins", own)
    elsewhere = {**machine.environ, "PULUMI_HOME": str(machine.folder / "elsewhere")}
    assert ENGINE.environment(elsewhere)["PULUMI_CREDENTIALS_PATH"] == elsewhere["PULUMI_HOME"]
    chosen = {**machine.environ, "PULUMI_CREDENTIALS_PATH": "/mine"}
    assert "PULUMI_CREDENTIALS_PATH" not in ENGINE.environment(chosen)


def test_a_home_that_cannot_hold_credentials_is_left_alone() -> None:
    """Pulumi fails where it cannot make the folder, so it is not told to."""
    added = ENGINE.environment({"PATH": "/usr/bin", "HOME": "/nowhere/at/all"})
    assert "PULUMI_CREDENTIALS_PATH" not in added
