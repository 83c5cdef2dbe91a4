"""What a finished cache entry holds, file by file, so that damage to it is noticed."""

from __future__ import annotations

import hashlib
import json
import os
import stat
from dataclasses import asdict, dataclass
from pathlib import Path

FILE = "manifest.json"
CHUNK = 1 << 20


@dataclass(frozen=True)
class Mark:
    """One file as it was when the entry was finished."""

    size: int
    mode: int
    mtime_ns: int
    sha256: str


def write_manifest(folder: Path, made: str) -> None:
    """Marks every file below ``folder`` as it is now; ``made`` tells how they came to be."""
    marks = {str(path.relative_to(folder)): asdict(_mark(path)) for path in _files(folder)}
    text = json.dumps({"made": made, "files": marks}, indent=1)
    temporary = folder / f".{FILE}.{os.getpid()}"
    temporary.write_text(text)
    os.replace(temporary, folder / FILE)


def read_made(folder: Path, *, thorough: bool = False) -> str:
    """How a sound entry came to be; empty if the entry is absent, half written or damaged.

    Sizes, modes and times are compared; contents only if ``thorough``, or where just the times differ.
    """
    try:
        written = json.loads((folder / FILE).read_text())
        made, files = str(written["made"]), {name: Mark(**mark) for name, mark in written["files"].items()}
        touched = [name for name, mark in files.items() if not _looks_alike(folder / name, mark)]
        for name in files if thorough else touched:
            _check_contents(folder / name, files[name])
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return ""
    if touched:
        _note_new_times(folder, made)
    return made if files else ""


class _Damaged(ValueError):
    """The file is not what was marked."""


def _files(folder: Path) -> list[Path]:
    own = folder / FILE
    return sorted(
        path for path in folder.rglob("*") if path.is_file() and path != own and not path.name.startswith(f".{FILE}")
    )


def _mark(path: Path) -> Mark:
    seen = path.stat()
    return Mark(seen.st_size, stat.S_IMODE(seen.st_mode), seen.st_mtime_ns, _sha256(path))


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _looks_alike(path: Path, mark: Mark) -> bool:
    seen = path.stat()
    if seen.st_size != mark.size or stat.S_IMODE(seen.st_mode) != mark.mode:
        raise _Damaged(path)
    return seen.st_mtime_ns == mark.mtime_ns


def _check_contents(path: Path, mark: Mark) -> None:
    if _sha256(path) != mark.sha256:
        raise _Damaged(path)


def _note_new_times(folder: Path, made: str) -> None:
    # A restored backup has new times but the same contents: hashing once is enough.
    try:
        write_manifest(folder, made)
    except OSError:
        return
