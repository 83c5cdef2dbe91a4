"""Putting parts that lie in several cache entries where the engine looks for them."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from infra.engine.parts import GITHUB_VERSION

DIGEST_LENGTH = 12


def lay_out_programs(cache: Path, programs: Iterable[Path]) -> Path:
    """A folder that holds all ``programs`` side by side.

    The engine takes a language host for its own only beside its own executable; elsewhere it warns.
    """
    return _lay_out(cache, "bin", {path.name: path for path in programs})


def lay_out_home(cache: Path, plugin: Path) -> Path:
    """A Pulumi home in which ``plugin`` is the installed GitHub plugin."""
    name = f"plugins/resource-github-v{GITHUB_VERSION}/{plugin.name}"
    return _lay_out(cache, "home", {name: plugin})


def _lay_out(cache: Path, kind: str, files: Mapping[str, Path]) -> Path:
    digest = hashlib.sha256(repr(sorted((name, str(path)) for name, path in files.items())).encode())
    folder = cache / f"{kind}-{digest.hexdigest()[:DIGEST_LENGTH]}"
    for name, source in files.items():
        if not _same(folder / name, source):
            _link(source, folder / name)
    return folder


def _same(placed: Path, source: Path) -> bool:
    try:
        there, wanted = placed.stat(), source.stat()
    except FileNotFoundError:
        return False
    copied = (there.st_size, there.st_mtime_ns, there.st_mode) == (wanted.st_size, wanted.st_mtime_ns, wanted.st_mode)
    return os.path.samestat(there, wanted) or copied


def _link(source: Path, target: Path) -> None:
    """Places one file at once, so that two processes may do it at the same time."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".placing-", dir=target.parent) as folder:
        temporary = Path(folder, target.name)
        try:
            os.link(source, temporary)
        except OSError:
            shutil.copy2(source, temporary)
        os.replace(temporary, target)
