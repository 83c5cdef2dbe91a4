"""Entries appear whole or not at all, and damage is noticed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from infra.engine.cache import Cache, Key, engine_cache, platform
from tests.engine.places import Listener, Machine

ROOT = Path(__file__).parents[2]
KEY = Key("part", "1.0", "abc")


class Fill:
    """Makes a small entry and counts how often."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self, folder: Path) -> None:
        self.times += 1
        (folder / "program").write_text("x" * 1000)
        (folder / "program").chmod(0o755)
        (folder / "deep").mkdir()
        (folder / "deep" / "file").write_text("y")


def obtain(cache: Cache, fill: Callable[[Path], None], *, thorough: bool = False) -> bool:
    """Whether the entry had to be made."""
    return cache.obtain(KEY, "build", fill, Listener(), thorough=thorough).fresh


def test_an_entry_is_made_once(machine: Machine) -> None:
    """The second call finds what the first made, and how."""
    fill = Fill()
    assert machine.cache.find(KEY) is None
    assert obtain(machine.cache, fill)
    assert not obtain(machine.cache, fill)
    found = machine.cache.find(KEY, thorough=True)
    assert found is not None
    assert (found.made, found.path.name, fill.times) == ("build", f"part-1.0-abc-{platform()}", 1)


def truncated(entry: Path) -> None:
    """As a full disk leaves it."""
    (entry / "program").write_text("x")


def not_executable(entry: Path) -> None:
    """As a copy by a careless tool leaves it."""
    (entry / "program").chmod(0o644)


def removed(entry: Path) -> None:
    """As a cleaner leaves it."""
    (entry / "deep" / "file").unlink()


def other_contents(entry: Path) -> None:
    """Same size, other bytes, other time."""
    (entry / "program").write_text("z" * 1000)


def no_manifest(entry: Path) -> None:
    """As a copy that was cut short leaves it."""
    (entry / "manifest.json").unlink()


def broken_manifest(entry: Path) -> None:
    """Half a manifest."""
    text = (entry / "manifest.json").read_text()
    (entry / "manifest.json").write_text(text[: len(text) // 2])


def foreign_manifest(entry: Path) -> None:
    """JSON, but not ours."""
    (entry / "manifest.json").write_text('{"made": "build", "files": {"program": {"size": 1}}}')


def empty_manifest(entry: Path) -> None:
    """A manifest of nothing proves nothing."""
    (entry / "manifest.json").write_text('{"made": "build", "files": {}}')


DAMAGES = [
    truncated,
    not_executable,
    removed,
    other_contents,
    no_manifest,
    broken_manifest,
    foreign_manifest,
    empty_manifest,
]


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_damage_is_noticed_and_made_good(machine: Machine, damage: Callable[[Path], None]) -> None:
    """A broken entry counts as absent, and the next call replaces it whole."""
    fill = Fill()
    obtain(machine.cache, fill)
    damage(machine.cache.folder / KEY.folder)
    assert machine.cache.find(KEY) is None
    assert obtain(machine.cache, fill)
    assert machine.cache.find(KEY, thorough=True) is not None
    assert list(machine.cache.folder.glob(".*partial*")) == []


def test_damage_that_keeps_size_and_time_is_noticed_by_a_thorough_look(machine: Machine) -> None:
    """Bit rot does not touch the clock: only reading everything finds it."""
    fill = Fill()
    obtain(machine.cache, fill)
    program = machine.cache.folder / KEY.folder / "program"
    before = program.stat()
    program.write_text("z" * 1000)
    os.utime(program, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert machine.cache.find(KEY) is not None
    assert machine.cache.find(KEY, thorough=True) is None
    assert obtain(machine.cache, fill, thorough=True)
    assert machine.cache.find(KEY, thorough=True) is not None


def test_new_times_with_the_same_contents_are_no_damage(machine: Machine) -> None:
    """A cache that was restored from an archive is read once and believed from then on."""
    obtain(machine.cache, Fill())
    entry = machine.cache.folder / KEY.folder
    os.utime(entry / "program", ns=(1, 1))
    assert machine.cache.find(KEY) is not None
    noted = (entry / "manifest.json").read_text()
    assert '"mtime_ns": 1' in noted
    assert machine.cache.find(KEY) is not None
    assert (entry / "manifest.json").read_text() == noted


def test_a_failed_fill_leaves_nothing(machine: Machine) -> None:
    """Neither an entry nor half of one."""

    def fail(folder: Path) -> None:
        (folder / "half").write_text("half")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        obtain(machine.cache, fail)
    assert machine.cache.find(KEY) is None
    assert [path.suffix for path in machine.cache.folder.iterdir()] == [".lock"]


KILLED = """
import sys, time, pathlib
from infra.engine.cache import Cache, Key
from infra.engine.progress import Silent
def fill(folder):
    (folder / "program").write_text("half")
    pathlib.Path(sys.argv[2]).write_text("written")
    time.sleep(300)
Cache(pathlib.Path(sys.argv[1])).obtain(Key("part", "1.0", sys.argv[3]), "build", fill, Silent())
"""


@pytest.mark.parametrize("digest", ["abc", "of-another-version"])
def test_a_killed_build_leaves_no_entry_and_is_swept(machine: Machine, digest: str) -> None:
    """SIGKILL in the middle: nothing counts as made, and the next build clears the remains, of any version."""
    fifo = machine.home / "written"
    os.mkfifo(fifo)
    argv = [sys.executable, "-c", KILLED, str(machine.cache.folder), str(fifo), digest]
    with subprocess.Popen(argv, cwd=ROOT) as building:
        assert fifo.read_text() == "written"
        # Somebody else's build in progress is left alone.
        other = machine.cache.obtain(Key("other", "1", "1"), "build", Fill(), Listener())
        assert other.fresh
        assert len(list(machine.cache.folder.glob(".*.partial-*"))) == 1
        building.send_signal(signal.SIGKILL)
    assert machine.cache.find(KEY) is None
    assert len(list(machine.cache.folder.glob(".*.partial-*"))) == 1
    assert obtain(machine.cache, Fill())
    assert list(machine.cache.folder.glob(".*.partial-*")) == []


@pytest.mark.parametrize(
    ("environ", "folder"),
    [
        ({"HOME": "/h"}, "/h/.cache/twelvefold/engine"),
        ({"HOME": "/h", "XDG_CACHE_HOME": "/x"}, "/x/twelvefold/engine"),
        ({"HOME": "/h", "XDG_CACHE_HOME": "/x", "TWELVEFOLD_CACHE": "/t"}, "/t/twelvefold/engine"),
        ({"HOME": "/h", "XDG_CACHE_HOME": "", "TWELVEFOLD_CACHE": ""}, "/h/.cache/twelvefold/engine"),
    ],
)
def test_where_the_cache_is(environ: dict[str, str], folder: str) -> None:
    """Our variable wins over the desktop's, and an empty one counts as none."""
    assert engine_cache(environ).folder == Path(folder)
