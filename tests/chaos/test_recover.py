"""What recovery must not do: take what others made, or a lock that is held; and what it mends."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
from pathlib import Path
from typing import Literal

import pytest

from infra.errors import Conflict
from infra.workflows.recover import is_gone, mend_backend
from tests.chaos.apps import App
from tests.chaos.engine import Engine
from tests.chaos.oracle import Oracle, assert_converged
from tests.chaos.programs import Service
from tests.chaos.world import Kill, World


def test_what_stood_before_is_never_taken() -> None:
    """An app that somebody else made before the run that was cut off is not the program's: it says how to import it."""
    with World() as world:
        theirs = world.by_hand("POST", "/apps", {"name": "acme-shop", "region": "us"})
        world.run(asyncio.sleep(100))
        engine = Engine(world)
        assert engine.up(Service().program(), kill=Kill(2, "before", "engine")).killed

        resumed = engine.up(Service().program())

        assert [type(error) for error in resumed.errors] == [Conflict]
        assert "pulumi import" in str(resumed.errors[0])
        assert world.by_hand("GET", "/apps/acme-shop")["id"] == theirs["id"]


def test_what_was_found_is_told() -> None:
    """The person reads what the interrupted run had made."""
    with World() as world:
        engine = Engine(world)
        engine.up(Service().program(), kill=Kill(2, "after", "plugin"))

        assert "the run that was interrupted had made app acme-shop already, which is used now" in (
            engine.up(Service().program()).warnings
        )


def test_the_lock_of_a_process_that_is_gone() -> None:
    """Only a lock of this machine whose process has ended may be taken off."""
    gone = subprocess.Popen(["true"])
    gone.wait()
    here = socket.gethostname()

    assert is_gone(f"the stack is locked by root@{here} (process {gone.pid}) since 2026-11-24T06:00:00Z")
    assert not is_gone(f"the stack is locked by root@{here} (process {os.getpid()}) since 2026-11-24T06:00:00Z")
    assert not is_gone(f"the stack is locked by root@elsewhere (process {gone.pid}) since 2026-11-24T06:00:00Z")
    assert not is_gone("the stack is locked by another update")


@pytest.mark.parametrize("where", ["stacks/shop/staging.json.attrs", "locks/organization/shop/staging/1.json.attrs"])
def test_half_written_attributes_are_taken_away(tmp_path: Path, where: str) -> None:
    """A file of attributes that a killed engine left empty would stop every later command; whole ones stay."""
    broken = tmp_path / ".pulumi" / where
    whole = broken.with_name("production.json.attrs")
    broken.parent.mkdir(parents=True)
    broken.write_text("")
    whole.write_text("{}")

    mend_backend(f"{tmp_path.as_uri()}?metadata=skip")

    assert not broken.exists()
    assert whole.exists()


def test_other_backends_are_left_alone() -> None:
    """A state that is no folder has no such files."""
    mend_backend("s3://state")
    mend_backend("")


@pytest.mark.parametrize("victim", ["plugin", "engine"])
def test_what_the_program_wants_elsewhere_by_now(victim: Literal["plugin", "engine"]) -> None:
    """An app that the interrupted run made in a region that was changed since is made anew, in the same run."""
    with World() as world:
        engine = Engine(world)
        assert engine.up(Service(App("acme-shop")).program(), kill=Kill(2, "after", victim)).killed
        moved = Service(App("acme-shop", region="us"))

        assert engine.up(moved.program()).clean

        assert_converged(engine, Oracle(world), moved)


def test_what_others_put_into_it_is_not_lost() -> None:
    """With an add-on in it by now, it is not deleted: a person decides."""
    with World() as world:
        engine = Engine(world)
        engine.up(Service(App("acme-shop")).program(), kill=Kill(2, "after", "plugin"))
        world.by_hand("POST", "/apps/acme-shop/addons", {"plan": "heroku-postgresql:essential-0"})

        resumed = engine.up(Service(App("acme-shop", region="us")).program())

        assert [type(error) for error in resumed.errors] == [Conflict]
        assert world.by_hand("GET", "/apps/acme-shop")["region"]["name"] == "eu"
