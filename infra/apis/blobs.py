"""Archives and logs that a vendor keeps at other hosts, behind signed addresses that are never told."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from infra.apis.rest import Rest
from infra.errors import Rejected, Unreachable

CHUNK = 1 << 20
ATTEMPTS = 3


def checksum_of(path: Path) -> str:
    """The checksum of a file as Heroku writes it: ``SHA256:`` and 64 hexadecimal digits."""
    with path.open("rb") as file:
        return f"SHA256:{hashlib.file_digest(file, 'sha256').hexdigest()}"


class Blobs:
    """Fetches and stores what lies at other hosts, without our credentials."""

    def __init__(self, rest: Rest) -> None:
        self._rest = rest

    async def text(self, url: str) -> str:
        """The text behind an address; "" when there is none."""
        async with self._rest.stranger(timeout=5.0) as client:
            try:
                response = await client.get(url)
            except httpx.HTTPError:
                return ""
        return response.text if response.is_success else ""

    async def upload(self, url: str, file: Path, *, method: str = "PUT") -> None:
        """Put a file behind a signed address; Unreachable or Rejected when that fails."""
        response = await self._put(url, file, method.upper())
        if not response.is_success:
            raise Rejected(
                f"the archive was not accepted by {urlsplit(url).hostname}",
                todo="Try again; the address to send it to is only good for a while.",
                status=response.status_code,
            )

    async def _put(self, url: str, file: Path, method: str) -> httpx.Response:
        size = {"Content-Length": str(file.stat().st_size)}
        async with self._rest.stranger(timeout=120.0) as client:
            for _ in range(ATTEMPTS):
                try:
                    return await client.request(method, url, content=_chunks(file), headers=size)
                except httpx.TransportError:
                    continue
        raise _unreachable(url, "sent to")

    async def download(self, url: str, file: Path) -> None:
        """Keep what lies behind an address as ``file``; Unreachable or Rejected when that fails."""
        try:
            async with self._rest.stranger(timeout=120.0) as client, client.stream("GET", url) as response:
                if not response.is_success:
                    raise Rejected(
                        f"there is no archive to be had from {urlsplit(url).hostname}",
                        todo="Check its address, and that nobody must log in to get it.",
                        status=response.status_code,
                    )
                with file.open("wb") as kept:
                    async for chunk in response.aiter_bytes(CHUNK):
                        kept.write(chunk)
        except httpx.TransportError:
            raise _unreachable(url, "fetched from") from None


async def _chunks(file: Path) -> AsyncIterator[bytes]:
    with file.open("rb") as source:
        while chunk := source.read(CHUNK):
            yield chunk


def _unreachable(url: str, how: str) -> Unreachable:
    return Unreachable(
        f"the archive could not be {how} {urlsplit(url).hostname}", todo="Check the network and any proxy."
    )
