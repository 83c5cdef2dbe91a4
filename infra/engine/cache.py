"""The user's cache of engine parts: entries appear whole or not at all."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from infra.engine.children import SECONDS_BETWEEN_TICKS
from infra.engine.manifest import read_made, write_manifest
from infra.engine.progress import Progress

SECONDS_BETWEEN_TRIES = 0.1
MACHINES = {"x86_64": "amd64", "aarch64": "arm64"}


@dataclass(frozen=True)
class Key:
    """What an entry is: a part, its version, and a digest of what it is made from."""

    part: str
    version: str
    digest: str

    @property
    def folder(self) -> str:
        """The name of the entry's folder, which also names the platform."""
        return f"{self.part}-{self.version}-{self.digest}-{platform()}"


@dataclass(frozen=True)
class Entry:
    """A finished entry; ``fresh`` if this call made it."""

    path: Path
    made: str
    fresh: bool


class Cache:
    """A folder of entries that several processes may fill at once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def find(self, key: Key, *, thorough: bool = False) -> Entry | None:
        """The entry, if it is there and sound."""
        path = self.folder / key.folder
        made = read_made(path, thorough=thorough)
        return Entry(path, made, fresh=False) if made else None

    def obtain(
        self, key: Key, made: str, fill: Callable[[Path], None], progress: Progress, *, thorough: bool = False
    ) -> Entry:
        """The entry, made by ``fill`` (which gets an empty folder) unless it is there or another process makes it."""
        found = self.find(key, thorough=thorough)
        if found:
            return found
        self.folder.mkdir(parents=True, exist_ok=True)
        with self._locked(key, progress):
            self._sweep(key)
            return self.find(key, thorough=thorough) or self._make(key, made, fill)

    def _make(self, key: Key, made: str, fill: Callable[[Path], None]) -> Entry:
        path = self.folder / key.folder
        partial = Path(tempfile.mkdtemp(prefix=f".{key.folder}.partial-", dir=self.folder))
        try:
            fill(partial)
            write_manifest(partial, made)
            partial.chmod(0o755)
            self._discard(path)
            partial.rename(path)
        except BaseException:
            shutil.rmtree(partial, ignore_errors=True)
            raise
        return Entry(path, made, fresh=True)

    def _discard(self, path: Path) -> None:
        # Renamed first: removing takes a while, and a half-removed folder must not carry the entry's name.
        if path.exists():
            doomed = path.with_name(f".{path.name}.partial-discarded-{os.getpid()}")
            path.rename(doomed)
            shutil.rmtree(doomed, ignore_errors=True)

    def _sweep(self, held: Key) -> None:
        """Removes what dead processes left: partial folders whose entry nobody is making."""
        for partial in self.folder.glob(".*.partial-*"):
            name = partial.name[1:].rpartition(".partial-")[0]
            if name == held.folder:
                shutil.rmtree(partial, ignore_errors=True)
                continue
            with self._opened(name) as lock:
                if _try_lock(lock):
                    shutil.rmtree(partial, ignore_errors=True)

    @contextlib.contextmanager
    def _locked(self, key: Key, progress: Progress) -> Iterator[None]:
        # The kernel drops the lock when its holder dies, however it dies.
        with self._opened(key.folder) as lock:
            if not _try_lock(lock):
                progress.stage(f"another process is making {key.part} {key.version}; waiting for it")
                _wait_for_lock(lock, progress)
                progress.done()
            yield

    def _opened(self, name: str) -> IO[str]:
        return (self.folder / f"{name}.lock").open("a")


def engine_cache(environ: Mapping[str, str]) -> Cache:
    """The cache of this user: below ``TWELVEFOLD_CACHE``, ``XDG_CACHE_HOME`` or ``~/.cache``."""
    folder = environ.get("TWELVEFOLD_CACHE") or environ.get("XDG_CACHE_HOME")
    root = Path(folder).absolute() if folder else Path(environ.get("HOME") or Path.home(), ".cache")
    return Cache(root / "twelvefold" / "engine")


def platform() -> str:
    """``linux-amd64``, ``darwin-arm64``…: Go's words for this machine."""
    machine = os.uname()
    return f"{machine.sysname.lower()}-{MACHINES.get(machine.machine, machine.machine)}"


def _try_lock(lock: IO[str]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _wait_for_lock(lock: IO[str], progress: Progress) -> None:
    began = spoke = time.monotonic()
    while not _try_lock(lock):
        time.sleep(SECONDS_BETWEEN_TRIES)
        now = time.monotonic()
        if now - spoke >= SECONDS_BETWEEN_TICKS:
            spoke = now
            progress.tick(now - began)
