"""What the machine already has is used if it is exactly what is pinned."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.engine.onpath import find_github, find_pulumi
from infra.engine.parts import GITHUB_VERSION, PULUMI_VERSION, Engine
from infra.engine.shim import write_shim
from tests.engine.places import PULUMI, Machine


def find(machine: Machine) -> tuple[Path, Path] | None:
    """What is found on the machine's PATH."""
    return find_pulumi(machine.environ, machine.cache.folder)


def test_the_pinned_version_with_its_host_beside_it(machine: Machine) -> None:
    """The normal installation."""
    pulumi = machine.program("pulumi", PULUMI)
    assert find(machine) is None
    host = machine.program("pulumi-language-python", "")
    assert find(machine) == (pulumi, host)


def test_a_link_to_an_installation_elsewhere(machine: Machine) -> None:
    """Package managers link only the main program: the host lies beside the real one."""
    real = machine.program("pulumi", PULUMI, machine.folder / "opt")
    host = machine.program("pulumi-language-python", "", machine.folder / "opt")
    (machine.bin / "pulumi").symlink_to(real)
    assert find(machine) == (machine.bin / "pulumi", host)


def test_a_host_elsewhere_on_path(machine: Machine) -> None:
    """Also good."""
    pulumi = machine.program("pulumi", PULUMI)
    host = machine.program("pulumi-language-python", "", machine.folder / "system")
    assert find(machine) == (pulumi, host)


@pytest.mark.parametrize("script", ["echo v3.255.9", "echo 3.256.00", "exit 1", "echo 'v3.256.0-alpha'"])
def test_another_version_is_passed_over_for_a_later_one(machine: Machine, script: str) -> None:
    """Only the exact version counts, wherever on PATH it is."""
    machine.program("pulumi", script)
    machine.program("pulumi-language-python", "")
    assert find(machine) is None
    right = machine.program("pulumi", PULUMI, machine.folder / "system")
    assert find(machine) == (right, machine.bin / "pulumi-language-python")


def test_our_own_shim_is_passed_over(machine: Machine) -> None:
    """It only leads to an engine that was found or made before."""
    real = machine.program("pulumi", PULUMI, machine.folder / "opt")
    machine.program("pulumi-language-python", "")
    engine = Engine(real.parent, PULUMI_VERSION, (), None)
    write_shim(machine.folder, engine, machine.folder)
    assert find(machine) is None


def test_our_own_cache_is_passed_over(machine: Machine) -> None:
    """It is on PATH when the engine itself runs us."""
    folder = machine.cache.folder / "bin-1"
    machine.program("pulumi", PULUMI, folder)
    machine.program("pulumi-language-python", "", folder)
    environ = {**machine.environ, "PATH": f"{folder}:{machine.environ['PATH']}"}
    assert find_pulumi(environ, machine.cache.folder) is None


def test_a_version_is_asked_once_until_the_program_changes(machine: Machine) -> None:
    """Starting a Go program of 100 MB costs more than everything else together."""
    asked = machine.home / "asked"
    machine.program("pulumi", f"echo asked >> {asked}; echo {PULUMI_VERSION}")
    machine.program("pulumi-language-python", "")
    assert find(machine)
    assert find(machine)
    assert asked.read_text() == "asked\n"
    machine.program("pulumi", "echo 3.300.0")
    assert find(machine) is None


def test_broken_notes_are_written_anew(machine: Machine) -> None:
    """They are only a memory."""
    machine.program("pulumi", PULUMI)
    machine.program("pulumi-language-python", "")
    notes = machine.cache.folder / "versions.json"
    notes.parent.mkdir(parents=True)
    for text in ("{", "[]", '{"x": 1}', "null"):
        notes.write_text(text)
        assert find(machine)


def test_a_cache_that_cannot_be_written_does_not_hinder(machine: Machine) -> None:
    """A file is where the folder should be."""
    machine.program("pulumi", PULUMI)
    machine.program("pulumi-language-python", "")
    machine.cache.folder.parent.parent.write_text("not a folder")
    assert find(machine)


def plugin(machine: Machine, home: str = "home/.pulumi", version: str = GITHUB_VERSION) -> Path:
    """Installs a GitHub plugin into a Pulumi home."""
    folder = machine.folder / home / "plugins" / f"resource-github-v{GITHUB_VERSION}"
    return machine.program("pulumi-resource-github", f"echo {version}", folder)


def test_the_plugin_in_the_users_own_home(machine: Machine) -> None:
    """Found where Pulumi itself installs it."""
    assert find_github(machine.environ, machine.cache.folder) is None
    own = plugin(machine)
    assert find_github(machine.environ, machine.cache.folder) == own


def test_the_plugin_in_another_pulumi_home(machine: Machine) -> None:
    """PULUMI_HOME says where."""
    own = plugin(machine, "elsewhere")
    environ = {**machine.environ, "PULUMI_HOME": str(machine.folder / "elsewhere")}
    assert find_github(environ, machine.cache.folder) == own


def test_a_plugin_that_is_being_installed_or_is_another_does_not_count(machine: Machine) -> None:
    """Pulumi marks the first; the second says so itself."""
    own = plugin(machine)
    mark = own.parent.with_name(f"{own.parent.name}.partial")
    mark.write_text("")
    assert find_github(machine.environ, machine.cache.folder) is None
    mark.unlink()
    plugin(machine, version="6.15.0-dev")
    assert find_github(machine.environ, machine.cache.folder) is None


def test_our_own_home_does_not_count(machine: Machine) -> None:
    """Run by the engine, PULUMI_HOME is ours: that is the cache, not the user's own."""
    home = machine.cache.folder / "home-1"
    plugin(machine, str(home.relative_to(machine.folder)))
    assert find_github({**machine.environ, "PULUMI_HOME": str(home)}, machine.cache.folder) is None
