"""Files from several entries lie side by side, whatever the file system can do."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from infra.engine.layout import lay_out_programs
from tests.engine.places import Machine


def programs(machine: Machine) -> list[Path]:
    """Two programs in two folders."""
    return [
        machine.program("pulumi", "echo engine", machine.folder / "one"),
        machine.program("pulumi-language-python", "echo host", machine.folder / "two"),
    ]


def test_links_share_the_file(machine: Machine) -> None:
    """No second 100 MB, and laying out again changes nothing."""
    sources = programs(machine)
    folder = lay_out_programs(machine.folder / "cache", sources)
    assert all(os.path.samefile(folder / source.name, source) for source in sources)
    assert lay_out_programs(machine.folder / "cache", sources) == folder
    assert sorted(path.name for path in folder.iterdir()) == ["pulumi", "pulumi-language-python"]


def test_copies_where_links_cannot_be(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    """A copy with the same size, mode and time is taken for the same, and replaced when the source changes."""

    def refuse(*_: object) -> None:
        raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))

    monkeypatch.setattr(os, "link", refuse)
    sources = programs(machine)
    folder = lay_out_programs(machine.folder / "cache", sources)
    placed = (folder / "pulumi").stat()
    assert not os.path.samefile(folder / "pulumi", sources[0])
    lay_out_programs(machine.folder / "cache", sources)
    assert (folder / "pulumi").stat().st_ino == placed.st_ino
    machine.program("pulumi", "echo another engine", machine.folder / "one")
    lay_out_programs(machine.folder / "cache", sources)
    assert "another" in (folder / "pulumi").read_text()
