"""The whole ladder, rung by rung, on a machine of the test's own."""

from __future__ import annotations

import dataclasses
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from infra.engine.install import climb, ensure_engine, status
from infra.engine.ladder import Ladder
from infra.engine.parts import GITHUB_VERSION, LANGUAGE_PYTHON_VERSION, PULUMI_VERSION, Engine
from infra.engine.progress import PlainLines
from infra.errors import EngineUnavailable
from tests.engine.places import GO, PULUMI, Listener, Machine
from tests.engine.test_download import answering_host, closed_host, offer_release

ROOT = Path(__file__).parents[2]


def go_up(
    machine: Machine, listener: Listener, address: str = "http://127.0.0.1:1/", *, thorough: bool = False
) -> Engine:
    """Climbs the machine's ladder."""
    return climb(Ladder(machine.environ, machine.cache, listener, thorough=thorough, release_host=address))


def origins(engine: Engine) -> list[str]:
    """Where each part came from."""
    return [part.origin for part in engine.parts]


def with_go(machine: Machine) -> Machine:
    """Puts the script in place of Go on PATH; what it compiles says `6.15.0` or whatever is asked."""
    machine.program("go", GO)
    machine.scripts_of_language_host()
    return machine


def test_everything_is_on_the_machine(machine: Machine, listener: Listener) -> None:
    """Nothing is told, nothing is written but a note, and the user's own home stays in use."""
    machine.program("pulumi", PULUMI)
    machine.program("pulumi-language-python", "")
    own = machine.home / ".pulumi" / "plugins" / f"resource-github-v{GITHUB_VERSION}"
    machine.program("pulumi-resource-github", f"echo {GITHUB_VERSION}", own)
    engine = go_up(machine, listener)
    assert origins(engine) == ["path", "path", "path"]
    assert (engine.root, engine.home) == (machine.bin, None)
    assert "PULUMI_HOME" not in engine.environment(machine.environ)
    assert (listener.stages, listener.lines) == ([], [])
    assert [path.name for path in machine.cache.folder.iterdir()] == ["versions.json"]


def test_the_release_is_downloaded_where_it_can_be(machine: Machine, listener: Listener) -> None:
    """Both parts of it and the plugin; the second time all three are in the cache."""
    offer_release(machine)
    with answering_host() as address:
        engine = go_up(machine, listener, address)
    assert origins(engine) == ["download", "download", "download"]
    assert [part.version for part in engine.parts] == [PULUMI_VERSION, PULUMI_VERSION, GITHUB_VERSION]
    assert listener.stages == [
        f"downloading Pulumi {PULUMI_VERSION}",
        f"downloading the GitHub plugin {GITHUB_VERSION}",
    ]
    again = go_up(machine, Listener())
    assert origins(again) == ["cache", "cache", "cache"]
    assert [part.provenance for part in again.parts] == ["official release, cached"] * 3
    assert (engine.root, engine.home) == (again.root, again.home)
    assert (engine.root / "pulumi-language-go").is_file()


def test_offline_everything_is_built(machine: Machine, listener: Listener) -> None:
    """One line says why, each part is a numbered stage, and the second time nothing is built."""
    with_go(machine)
    with closed_host() as address:
        engine = go_up(machine, listener, address)
    assert origins(engine) == ["build", "build", "build"]
    assert [part.version for part in engine.parts] == [PULUMI_VERSION, LANGUAGE_PYTHON_VERSION, GITHUB_VERSION]
    assert len(listener.lines) == 1
    assert listener.stages == [
        "compiling the Pulumi engine, 1 of 3",
        "compiling the Python language host, 2 of 3",
        "compiling the GitHub plugin, 3 of 3",
    ]
    assert listener.finished == 3
    quiet = Listener()
    again = go_up(machine, quiet)
    assert origins(again) == ["cache", "cache", "cache"]
    assert (quiet.stages, quiet.lines) == ([], [])
    assert len(machine.compilations) == 4
    assert [part.provenance for part in again.parts] == ["built from Go modules, cached"] * 3


def test_what_was_built_is_laid_out_for_the_engine(machine: Machine, listener: Listener) -> None:
    """The language host beside the engine, the plugin in a home of its own."""
    engine = go_up(with_go(machine), listener)
    assert {path.name for path in engine.root.iterdir()} == {
        "pulumi",
        "pulumi-language-python",
        "pulumi-language-python-exec",
        "pulumi-analyzer-policy-python",
        "pulumi-resource-pulumi-python",
    }
    assert engine.home is not None
    assert os.access(engine.home / "plugins" / f"resource-github-v{GITHUB_VERSION}" / "pulumi-resource-github", os.X_OK)


def test_a_broken_download_falls_through_to_building(machine: Machine, listener: Listener) -> None:
    """What came was not what was asked for; that is told and not kept."""
    with_go(machine)
    offer_release(machine, "echo v3.1.0")
    with answering_host() as address:
        engine = go_up(machine, listener, address)
    assert origins(engine) == ["build", "build", "build"]
    assert any("should be 3.256.0 but says 3.1.0" in line for line in listener.lines)
    assert not list(machine.cache.folder.glob("*-release-*/"))


def test_only_the_broken_part_is_made_again(machine: Machine, listener: Listener) -> None:
    """A truncated language host costs one build, and the engine's folder gets the new one."""
    engine = go_up(with_go(machine), Listener())
    host = engine.parts[1].path
    whole = host.read_text()
    host.write_text("half")
    assert (engine.root / host.name).read_text() == "half"
    again = go_up(machine, listener)
    assert origins(again) == ["cache", "build", "cache"]
    assert listener.stages == ["compiling the Python language host, 1 of 1"]
    assert (again.root / host.name).read_text() == whole
    assert len(machine.compilations) == 5


def test_what_is_removed_from_the_layout_comes_back(machine: Machine, listener: Listener) -> None:
    """The folders of links are checked each time too."""
    engine = go_up(with_go(machine), Listener())
    assert engine.home is not None
    shutil.rmtree(engine.home)
    (engine.root / "pulumi").unlink()
    (engine.root / "pulumi-language-python-exec").unlink()
    (engine.root / "pulumi-language-python-exec").write_text("else")
    again = go_up(machine, listener)
    assert origins(again) == ["cache", "cache", "cache"]
    assert again == dataclasses.replace(engine, parts=again.parts)
    assert (again.root / "pulumi").is_file()
    assert (again.root / "pulumi-language-python-exec").read_text() != "else"
    assert (again.home or Path()).is_dir()


def test_silent_damage_is_found_by_a_thorough_climb(machine: Machine, listener: Listener) -> None:
    """Same size, same time, other bytes: `engine install` looks closer than every run does."""
    plugin = go_up(with_go(machine), Listener()).parts[2].path
    before = plugin.stat()
    plugin.write_text("x" * before.st_size)
    os.utime(plugin, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert origins(go_up(machine, listener)) == ["cache", "cache", "cache"]
    assert origins(go_up(machine, listener, thorough=True)) == ["cache", "cache", "build"]


def test_no_rung_holds(machine: Machine, listener: Listener) -> None:
    """Neither release nor Go nor its wheel: the error names the part, the reason and what to do."""
    machine.python("pip/__init__.py", "")
    machine.python("pip/__main__.py", "raise SystemExit('no index can be reached')")
    with pytest.raises(EngineUnavailable) as caught:
        go_up(machine, listener)
    text = caught.value.text()
    assert "the Pulumi engine 3.256.0 is not there and could not be built" in text
    assert "no index can be reached" in text
    assert "twelvefold engine install" in text
    assert not list(machine.cache.folder.glob(".*partial*"))


def test_a_failing_compiler_is_quoted(machine: Machine, listener: Listener) -> None:
    """Its last lines, and no entry."""
    machine.program("go", 'case $1 in version) echo go1.26.8;; *) echo "main.go:1: not Go" >&2; exit 2;; esac')
    with pytest.raises(EngineUnavailable, match=r"main\.go:1: not Go"):
        go_up(machine, listener)
    assert not list(machine.cache.folder.glob("pulumi-*/"))


def test_a_cache_that_cannot_be_written(machine: Machine, listener: Listener) -> None:
    """A file where the folder should be: the error names it and the variable to set."""
    with_go(machine)
    (machine.folder / "cache").write_text("not a folder")
    with pytest.raises(EngineUnavailable) as caught:
        go_up(machine, listener)
    assert "TWELVEFOLD_CACHE" in caught.value.todo
    assert str(machine.folder / "cache") in caught.value.where


def test_nested_in_a_run_of_the_engine_nothing_changes(machine: Machine, listener: Listener) -> None:
    """A program that the engine runs finds the same engine, not its folder of links as somebody else's."""
    engine = go_up(with_go(machine), listener)
    inner = {**machine.environ, **engine.environment(machine.environ)}
    again = climb(Ladder(inner, machine.cache, listener))
    assert origins(again) == ["cache", "cache", "cache"]
    assert (again.root, again.home) == (engine.root, engine.home)
    assert again.environment(inner).get("PULUMI_CREDENTIALS_PATH", inner["PULUMI_CREDENTIALS_PATH"]) == str(
        machine.home / ".pulumi"
    )


def test_status_installs_nothing(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing on a bare machine, all after an installation, less after damage."""
    for name, value in machine.environ.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("PULUMI_HOME", raising=False)
    assert status() == ()
    assert not machine.cache.folder.exists()
    engine = go_up(with_go(machine), Listener())
    assert [part.title for part in status()] == ["the Pulumi engine", "the Python language host", "the GitHub plugin"]
    engine.parts[2].path.write_text("broken")
    assert [part.name for part in status()] == ["pulumi", "language_python"]


QUICK = """
import sys
from infra.engine.install import ensure_engine
from infra.engine.progress import Silent
ensure_engine(Silent())
heavy = {"pulumi", "httpx", "pydantic", "urllib.request", "asyncio", "rich"} & set(sys.modules)
print(*heavy)
"""


def test_an_installed_engine_is_found_without_anything_heavy(machine: Machine, listener: Listener) -> None:
    """Every command finds it first: nothing that takes long to import is needed for that."""
    go_up(with_go(machine), listener)
    environ = {**machine.environ, "PYTHONPATH": str(ROOT)}
    found = subprocess.run([sys.executable, "-c", QUICK], env=environ, capture_output=True, text=True, check=True)
    assert found.stdout.split() == []


@pytest.mark.journey
def test_the_real_engine_answers(capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever rung it came by: the pinned version, and the GitHub plugin is installed for it."""
    with capsys.disabled():
        engine = ensure_engine(PlainLines(sys.stderr))
    environ = {**os.environ, **engine.environment()}
    said = subprocess.run([engine.pulumi, "version"], env=environ, capture_output=True, text=True, check=True)
    assert said.stdout.strip().removeprefix("v") == PULUMI_VERSION
    listed = subprocess.run(
        ["pulumi", "plugin", "ls", "--json"], env=environ, capture_output=True, text=True, check=True
    )
    assert f'"version": "{GITHUB_VERSION}"' in listed.stdout
    assert '"name": "github"' in listed.stdout
    assert said.stderr == listed.stderr == ""
