"""A small machine of its own for each test: a PATH, a home and a cache, with real shell scripts as programs."""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from infra.engine.cache import Cache, engine_cache
from infra.engine.parts import GITHUB_VERSION, PULUMI_VERSION

# Answers what the engine's installer asks of it; `plugin install` lays a plugin into $PULUMI_HOME.
PULUMI = f"""
case "$1" in
    version) echo v{PULUMI_VERSION} ;;
    plugin)
        folder=$PULUMI_HOME/plugins/resource-github-v{GITHUB_VERSION}
        mkdir -p "$folder"
        printf '#!/bin/sh\\necho {GITHUB_VERSION}\\n' > "$folder/pulumi-resource-github"
        chmod +x "$folder/pulumi-resource-github" ;;
esac
"""

# Says its version, "compiles" to a script that says what it was compiled from, and notes each compilation.
GO = """
case "$1" in
    version) echo "go version go1.26.8 linux/amd64" ;;
    build)
        while [ "$1" != -o ]; do shift; done
        printf '#!/bin/sh\\necho "built %s"\\n' "$3" > "$2"
        chmod +x "$2"
        echo "$3" >> "$HOME/compilations" ;;
    list) echo "$HOME/module" ;;
esac
"""


@dataclass(frozen=True)
class Machine:
    """Where a test's programs, home and cache are."""

    folder: Path

    @property
    def bin(self) -> Path:
        """The folder that comes first on PATH."""
        return self.folder / "bin"

    @property
    def home(self) -> Path:
        """The user's home."""
        return self.folder / "home"

    @property
    def environ(self) -> dict[str, str]:
        """The environment of its processes: the system's own tools, but no Go and no Pulumi."""
        return {
            "PATH": f"{self.bin}:{self.folder / 'system'}",
            "HOME": str(self.home),
            "TWELVEFOLD_CACHE": str(self.folder / "cache"),
            "PYTHONPATH": str(self.folder / "python"),
        }

    @property
    def cache(self) -> Cache:
        """The cache that the environment names."""
        return engine_cache(self.environ)

    @property
    def compilations(self) -> list[str]:
        """The packages that the script in place of Go was asked to compile, in order."""
        notes = self.home / "compilations"
        return notes.read_text().split() if notes.exists() else []

    def program(self, name: str, script: str, folder: Path | None = None) -> Path:
        """Writes an executable shell script."""
        path = (folder or self.bin) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        return path

    def python(self, name: str, source: str) -> None:
        """Puts a module first on the import path of the machine's Python processes."""
        path = self.folder / "python" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source)

    def scripts_of_language_host(self) -> None:
        """Gives the module that the script in place of Go lists the files which are copied from it."""
        for name in (
            "cmd/pulumi-language-python-exec",
            "dist/pulumi-analyzer-policy-python",
            "dist/pulumi-resource-pulumi-python",
        ):
            self.program(Path(name).name, "", self.home / "module" / "python" / Path(name).parent)


def new_machine(folder: Path) -> Machine:
    """A machine with the system's tools and nothing else."""
    machine = Machine(folder)
    for place in (machine.bin, machine.home, folder / "system"):
        place.mkdir(parents=True, exist_ok=True)
    for tool in (
        "sh",
        "cat",
        "chmod",
        "date",
        "dirname",
        "env",
        "grep",
        "mkdir",
        "mv",
        "printf",
        "readlink",
        "sed",
        "sleep",
    ):
        found = shutil.which(tool, path="/usr/bin:/bin")
        if found:
            (folder / "system" / tool).symlink_to(found)
    (folder / "system" / "python3").symlink_to(sys.executable)
    return machine


class Listener:
    """Remembers what an installation tells."""

    def __init__(self) -> None:
        self.stages: list[str] = []
        self.lines: list[str] = []
        self.ticks: list[float] = []
        self.finished = 0

    def stage(self, name: str) -> None:
        """Remembers the stage."""
        self.stages.append(name)

    def tick(self, seconds: float) -> None:
        """Remembers the time."""
        self.ticks.append(seconds)

    def line(self, text: str) -> None:
        """Remembers the line."""
        self.lines.append(text)

    def done(self) -> None:
        """Counts the end."""
        self.finished += 1
