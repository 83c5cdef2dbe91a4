"""Source folders as archives: the same folder always makes the same archive."""

from __future__ import annotations

import gzip
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO

from infra.apis.blobs import checksum_of
from infra.errors import Rejected

# Neither belongs to the source, and both change without it.
LEFT_OUT = frozenset({".git", ".pulumi"})


@contextmanager
def archive_of(path: str) -> Iterator[Path]:
    """The archive to send for ``path``: the file itself, or one made of the folder, which is gone afterwards."""
    source = Path(path)
    if source.is_file():
        yield source
        return
    if not source.is_dir():
        raise Rejected(
            f"there is no file or folder `{path}`",
            where="source.path",
            todo=f"It is looked for from {Path.cwd().name}/, the project's folder.",
        )
    with NamedTemporaryFile(suffix=".tar.gz") as file:
        pack(source, file)
        yield Path(file.name)


def checksum_at(path: str) -> str:
    """The checksum of the archive for ``path``; the same as long as the content stays the same."""
    with archive_of(path) as archive:
        return checksum_of(archive)


def pack(folder: Path, file: IO[bytes]) -> None:
    """Write the folder's content as a compressed archive without times and owners."""
    with gzip.GzipFile(fileobj=file, mode="wb", mtime=0, filename="") as compressed, _tar(compressed) as tar:
        for member in sorted(folder.rglob("*")):
            if not LEFT_OUT & set(member.relative_to(folder).parts):
                tar.add(member, member.relative_to(folder).as_posix(), recursive=False, filter=_plain)
    file.flush()


def _tar(compressed: gzip.GzipFile) -> tarfile.TarFile:
    return tarfile.open(fileobj=compressed, mode="w", format=tarfile.PAX_FORMAT)


def _plain(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.mtime = 0
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    member.mode = 0o755 if member.mode & 0o100 or member.isdir() else 0o644
    return member
