"""The parts that make up the engine, their pinned versions, and the engine once they are there."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

# Moved together, and with requirements.txt: the SDKs there speak to exactly these.
PULUMI_VERSION = "3.256.0"
LANGUAGE_PYTHON_VERSION = "3.78.1"
GITHUB_VERSION = "6.15.0"

PULUMI = "pulumi"
LANGUAGE_PYTHON = "language_python"
GITHUB = "github"
TITLES = {PULUMI: "the Pulumi engine", LANGUAGE_PYTHON: "the Python language host", GITHUB: "the GitHub plugin"}

Made = Literal["path", "download", "build"]
Origin = Literal["path", "download", "build", "cache"]

# What every run of the engine needs so that it neither asks the network about itself nor advertises.
QUIET = {
    "PULUMI_SKIP_UPDATE_CHECK": "true",
    "PULUMI_AUTOMATION_API_SKIP_VERSION_CHECK": "true",
    "PULUMI_SUPPRESS_NEO_LINK": "true",
}


@dataclass(frozen=True)
class Part:
    """One part: ``origin`` says how this call came by it, ``made`` how it first came to be."""

    name: str
    version: str
    origin: Origin
    path: Path
    made: Made

    @property
    def title(self) -> str:
        """What a person calls it."""
        return TITLES[self.name]

    @property
    def provenance(self) -> str:
        """Where it came from, in words."""
        words = {"path": "found on this machine", "download": "official release", "build": "built from Go modules"}
        return f"{words[self.made]}, cached" if self.origin == "cache" else words[self.made]


@dataclass(frozen=True)
class Engine:
    """The engine, ready to run: ``root`` holds its binaries, ``home`` the plugin (None: the user's own Pulumi home)."""

    root: Path
    version: str
    parts: tuple[Part, ...]
    home: Path | None

    @property
    def pulumi(self) -> Path:
        """The command-line program."""
        return self.root / "pulumi"

    def environment(self, environ: Mapping[str, str] | None = None) -> dict[str, str]:
        """The variables to add to ``environ`` (default: this process's) when the engine is run."""
        now = os.environ if environ is None else environ
        # The built language host knows no `virtualenv` option: it takes the first Python on PATH.
        folders = [str(self.root), os.path.dirname(sys.executable), now.get("PATH", os.defpath)]
        added = {"PATH": os.pathsep.join(folders), **QUIET}
        if self.home is not None:
            added["PULUMI_HOME"] = str(self.home)
            added.update(_credentials(now))
        return added


def user_home(environ: Mapping[str, str]) -> Path:
    """The folder that Pulumi would use if nobody interfered: credentials, plugins, selected stacks."""
    return Path(environ.get("PULUMI_HOME") or Path(environ.get("HOME") or Path.home(), ".pulumi"))


def _credentials(environ: Mapping[str, str]) -> dict[str, str]:
    if environ.get("PULUMI_CREDENTIALS_PATH"):
        return {}
    home = user_home(environ)
    # Pulumi makes the folder when it is not there; where it cannot (a read-only home), ours has to do.
    usable = home.is_dir() or os.access(home.parent, os.W_OK)
    return {"PULUMI_CREDENTIALS_PATH": str(home)} if usable else {}
