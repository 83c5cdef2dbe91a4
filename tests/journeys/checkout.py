"""A copy of the project in a folder of its own, with a local cloud, driven as its users drive it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from infra.engine.install import ensure_engine
from infra.engine.progress import Silent
from infra.engine.shim import write_shim
from infra.engine.state import folder_at, passphrase_file
from infra.model.project import find_project
from infra.workflows.cloud import LocalCloud
from infra.workflows.setup import prepare_secrets

ROOT = Path(__file__).parents[2]
LONGEST_SECONDS = 180


@dataclass(frozen=True)
class Outcome:
    """How a command ended, and all it printed."""

    code: int
    stdout: str
    stderr: str

    @property
    def text(self) -> str:
        """Both streams, for messages of failed tests."""
        return f"exit {self.code}\n{self.stdout}\n{self.stderr}"

    def json(self) -> Any:
        """Standard output as JSON."""
        return json.loads(self.stdout)


@dataclass
class Checkout:
    """The folder, and the environment variables that its commands get."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)

    @cached_property
    def cloud(self) -> LocalCloud:
        """Its local cloud."""
        return LocalCloud(find_project(self.folder))

    @property
    def state(self) -> Path:
        """The folder that the engine keeps its state in."""
        folder = folder_at(self.environment["PULUMI_BACKEND_URL"])
        assert folder is not None
        return folder

    def start_cloud(self) -> None:
        """Run the local cloud and point every later command at it."""
        self.cloud.start()
        self.environment.update(self.cloud.environment())

    def run(self, *command: str, **variables: str) -> Outcome:
        """Run a command in the folder to its end."""
        environment = {**self.environment, **variables}
        done = subprocess.run(
            command,
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=LONGEST_SECONDS,
            stdin=subprocess.DEVNULL,
            check=False,
        )
        return Outcome(done.returncode, done.stdout, done.stderr)

    def pulumi(self, *arguments: str, **variables: str) -> Outcome:
        """Plain ``pulumi``."""
        return self.run("pulumi", *arguments, "--non-interactive", "--color", "never", **variables)

    def twelvefold(self, *arguments: str, **variables: str) -> Outcome:
        """Our own command."""
        return self.run("python", "-m", "infra.cli", *arguments, **variables)

    def edit(self, name: str, old: str, new: str) -> None:
        """Replace a text that stands once in a file."""
        path = self.folder / name
        text = path.read_text()
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}"
        path.write_text(text.replace(old, new))

    def requests(self) -> list[dict[str, Any]]:
        """What the vendors were asked, oldest first."""
        found: list[dict[str, Any]] = self.cloud.control("GET", "requests?after=0&limit=100000")
        return found


def make_checkout(folder: Path, stack_files: Path = ROOT) -> Checkout:
    """Copy what makes a project and set it up as ``make setup`` does; nothing runs yet."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("__main__.py", "requirements.txt"):
        shutil.copy(ROOT / name, folder / name)
    for name, content in _set_up(stack_files).items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(content)
    passphrase_file(folder).chmod(0o600)
    (folder / "infra").symlink_to(ROOT / "infra")
    venv = _borrow_packages(folder / ".venv")
    write_shim(venv, ensure_engine(Silent()), folder)
    names = ("HOME", "PATH", "LANG", "TMPDIR", "XDG_CACHE_HOME", "TWELVEFOLD_CACHE")
    kept = {name: os.environ[name] for name in names if name in os.environ}
    return Checkout(folder, {**kept, "PATH": f"{venv / 'bin'}:{kept['PATH']}", "PYTHONPATH": str(ROOT)})


@cache
def _set_up(stack_files: Path) -> dict[str, bytes]:
    """The stack files, sealed, and the passphrase: sealing takes longer than all else, so copies share it."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        for path in stack_files.glob("Pulumi*.yaml"):
            shutil.copy(path, folder)
        ours = passphrase_file(folder)
        # After `make setup` or `make demo` the stack files here are sealed with this checkout's own passphrase.
        if stack_files == ROOT and passphrase_file(ROOT).exists():
            ours.parent.mkdir()
            shutil.copy(passphrase_file(ROOT), ours)
        for _ in prepare_secrets(find_project(folder)):
            pass
        return {str(path.relative_to(folder)): path.read_bytes() for path in (ours, *folder.glob("Pulumi*.yaml"))}


def _borrow_packages(venv: Path) -> Path:
    """A virtual environment of its own that shares our packages: making a real one takes half a minute."""
    (venv / "bin").mkdir(parents=True)
    ours = Path(sys.prefix)
    shutil.copy(ours / "pyvenv.cfg", venv / "pyvenv.cfg")
    (venv / "lib").symlink_to(ours / "lib")
    for name in ("python", "python3"):
        (venv / "bin" / name).symlink_to(Path(sys.executable).resolve())
    return venv
