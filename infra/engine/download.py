"""The second rung: the official release, where its host can be reached."""

from __future__ import annotations

import shutil
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from infra.engine.children import ask, run_child
from infra.engine.parts import GITHUB_VERSION, PULUMI_VERSION, QUIET
from infra.engine.progress import Progress
from infra.errors import EngineError

SECONDS_TO_ANSWER = 3.0
SECONDS_TO_DOWNLOAD = 900.0

# In a process of its own, so that it can be stopped, and because importing pulumi takes a second.
INSTALL = """
import sys
from pulumi.automation import PulumiCommand
from semver import VersionInfo
PulumiCommand.install(root=sys.argv[1], version=VersionInfo.parse(sys.argv[2]), skip_version_check=True)
"""


@dataclass(frozen=True)
class Releases:
    """The vendor's releases, as far as the network lets them through."""

    environ: Mapping[str, str]
    progress: Progress
    address: str
    patience: float = SECONDS_TO_ANSWER

    def reachable(self) -> bool:
        """Whether the release host answers within ``patience`` seconds, whatever it answers."""
        answers: list[bool] = []
        # A name server that never answers blocks for longer than any time-out of ours: leave it behind.
        asking = threading.Thread(target=lambda: answers.append(_answers(self.address, self.patience)), daemon=True)
        asking.start()
        asking.join(self.patience)
        return any(answers)

    def install_pulumi(self, folder: Path) -> None:
        """Downloads the pinned engine with its language hosts into ``folder``; EngineError if that is not what came."""
        self.progress.stage(f"downloading Pulumi {PULUMI_VERSION}")
        unpacked = folder / "release"
        self._run([sys.executable, "-c", INSTALL, str(unpacked), PULUMI_VERSION], folder)
        for program in (unpacked / "bin").iterdir():
            program.rename(folder / program.name)
        shutil.rmtree(unpacked)
        self._expect([folder / "pulumi", "version"], PULUMI_VERSION)
        self._expect_file(folder / "pulumi-language-python")
        self.progress.done()

    def install_github(self, folder: Path, pulumi: Path) -> None:
        """Downloads the pinned GitHub plugin into ``folder`` with the engine's own installer; EngineError as above."""
        self.progress.stage(f"downloading the GitHub plugin {GITHUB_VERSION}")
        home = folder / "home"
        argv = [str(pulumi), "plugin", "install", "resource", "github", GITHUB_VERSION, "--exact", "--non-interactive"]
        self._run(argv, folder, {"PULUMI_HOME": str(home)})
        plugin = home / "plugins" / f"resource-github-v{GITHUB_VERSION}" / "pulumi-resource-github"
        self._expect([plugin, "-version"], GITHUB_VERSION)
        plugin.rename(folder / plugin.name)
        shutil.rmtree(home)
        self.progress.done()

    def _run(self, argv: list[str], cwd: Path, extra: Mapping[str, str] | None = None) -> None:
        environ = {**self.environ, **QUIET, **(extra or {})}
        run_child(argv, cwd=cwd, environ=environ, progress=self.progress, limit=SECONDS_TO_DOWNLOAD)

    def _expect(self, argv: list[str | Path], version: str) -> None:
        said = ask(argv, environ={**self.environ, **QUIET}).removeprefix("v")
        if said != version:
            raise EngineError(f"{Path(argv[0]).name} should be {version} but says {said or 'nothing'}.")

    def _expect_file(self, path: Path) -> None:
        if not path.is_file():
            raise EngineError(f"The release has no {path.name}.")


def _answers(address: str, patience: float) -> bool:
    request = urllib.request.Request(address, method="HEAD")  # noqa: S310 (our own constant address)
    try:
        # urllib rather than a bare socket: it goes through the proxy that the user's environment names.
        with urllib.request.urlopen(request, timeout=patience):  # noqa: S310
            return True
    except urllib.error.HTTPError:
        return True
    except (OSError, ValueError):
        return False
