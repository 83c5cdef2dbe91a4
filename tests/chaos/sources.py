"""What programs deploy and certify: source folders, an archive, and certificates, the same all through a test run."""

from __future__ import annotations

import atexit
from functools import cache
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

from infra.providers.heroku.archive import pack
from tests.certificates import new_certificate

PROCFILE = "web: run\n"


@cache
def _folder() -> Path:
    folder = Path(mkdtemp(prefix="chaos-"))
    atexit.register(rmtree, folder, ignore_errors=True)
    return folder


@cache
def source_folder(version: str) -> str:
    """A folder to build: one process type, and a file that tells versions apart."""
    folder = _folder() / version
    folder.mkdir()
    (folder / "Procfile").write_text(PROCFILE)
    (folder / "VERSION").write_text(version)
    return str(folder)


@cache
def source_archive(version: str) -> str:
    """The same as an archive."""
    archive = _folder() / f"{version}.tar.gz"
    with archive.open("wb") as file:
        pack(Path(source_folder(version)), file)
    return str(archive)


@cache
def certificate(host: str) -> tuple[str, str]:
    """A certificate and its key."""
    return new_certificate(host)
