"""The first rung: what the machine already has."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from infra.engine.children import ask
from infra.engine.parts import GITHUB_VERSION, PULUMI_VERSION, QUIET, user_home

SHIM_MARKER = "# twelvefold engine shim"
HEAD = 200


def find_pulumi(environ: Mapping[str, str], cache: Path) -> tuple[Path, Path] | None:
    """A ``pulumi`` of the pinned version on PATH and its Python language host; never our own shim or cache."""
    for pulumi in _candidates(environ, cache):
        host = _language_host(pulumi, environ)
        if host and VersionNotes(cache, environ).version([pulumi, "version"]) == PULUMI_VERSION:
            return pulumi, host
    return None


def find_github(environ: Mapping[str, str], cache: Path) -> Path | None:
    """The pinned GitHub plugin in the user's own Pulumi home."""
    home = user_home(environ)
    folder = home / "plugins" / f"resource-github-v{GITHUB_VERSION}"
    plugin = folder / "pulumi-resource-github"
    # Pulumi marks a plugin that is still being installed by a file beside the folder.
    half_done = folder.with_name(f"{folder.name}.partial").exists()
    if half_done or not _is_program(plugin) or plugin.is_relative_to(cache):
        return None
    return plugin if VersionNotes(cache, environ).version([plugin, "-version"]) == GITHUB_VERSION else None


class VersionNotes:
    """Remembers which version a program said it is, so that it need not be started each time."""

    def __init__(self, cache: Path, environ: Mapping[str, str]) -> None:
        self._file = cache / "versions.json"
        self._environ = {**environ, **QUIET}

    def version(self, argv: Sequence[str | Path]) -> str:
        """The version that ``argv`` prints, without a leading ``v``; empty if it prints none."""
        program = Path(argv[0])
        seen = program.stat()
        look = [seen.st_size, seen.st_mtime_ns]
        notes = self._read()
        noted = notes.get(str(program))
        if isinstance(noted, list) and noted[:-1] == look:
            return str(noted[-1])
        said = ask(argv, environ=self._environ).removeprefix("v")
        if said:
            self._write({**notes, str(program): [*look, said]})
        return said

    def _read(self) -> dict[str, object]:
        try:
            notes = json.loads(self._file.read_text())
        except (OSError, ValueError):
            return {}
        return notes if isinstance(notes, dict) else {}

    def _write(self, notes: Mapping[str, object]) -> None:
        temporary = self._file.with_name(f".{self._file.name}.{os.getpid()}")
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            temporary.write_text(json.dumps(notes, indent=1))
            os.replace(temporary, self._file)
        except OSError:
            # Only a memory: the next call asks again.
            return


def is_shim(program: Path) -> bool:
    """Whether a program is the script that ``write_shim`` wrote."""
    with program.open("rb") as stream:
        return SHIM_MARKER.encode() in stream.read(HEAD)


def _candidates(environ: Mapping[str, str], cache: Path) -> Iterator[Path]:
    for folder in environ.get("PATH", "").split(os.pathsep):
        program = Path(folder, "pulumi").absolute()
        if folder and _is_program(program) and not program.is_relative_to(cache) and not is_shim(program):
            yield program


def _language_host(pulumi: Path, environ: Mapping[str, str]) -> Path | None:
    name = "pulumi-language-python"
    # The engine looks beside the real file, not beside a link to it.
    for beside in (pulumi.parent / name, pulumi.resolve().parent / name):
        if _is_program(beside):
            return beside
    found = shutil.which(name, path=environ.get("PATH"))
    return Path(found) if found else None


def _is_program(path: Path) -> bool:
    return path.is_file() and os.access(path, os.X_OK)
