"""Archives and logs at other hosts: fetched and stored without our credentials."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from infra.apis.blobs import Blobs, checksum_of
from infra.apis.rest import Rest
from infra.errors import Rejected, Unreachable


class Elsewhere(httpx.AsyncBaseTransport):
    """Another host, which remembers what it was asked and sent."""

    def __init__(self, *answers: httpx.Response | Exception) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[httpx.Request, bytes]] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append((request, await request.aread()))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def blobs(host: Elsewhere) -> Blobs:
    """A client that has a token, but not for this host."""
    return Blobs(Rest("https://api.test", vendor="Test", headers={"Authorization": "Bearer canary"}, transport=host))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file of more than one chunk."""
    (tmp_path / "archive").write_bytes(b"x" * 1_500_000)
    return tmp_path / "archive"


async def test_a_file_is_uploaded_as_it_is(file: Path) -> None:
    """In one piece whose length is told, by whatever method, without the token."""
    host = Elsewhere(httpx.Response(200))
    await blobs(host).upload("https://store.test/x?signature=canary", file, method="put")
    request, body = host.asked[0]
    assert (request.method, body) == ("PUT", file.read_bytes())
    assert request.headers["content-length"] == "1500000"
    assert "transfer-encoding" not in request.headers
    assert "authorization" not in request.headers


async def test_a_broken_upload_is_sent_again(file: Path) -> None:
    """From the beginning; at last it says where it could not be sent, without the signed address."""
    host = Elsewhere(httpx.WriteError("broken"), httpx.Response(200))
    await blobs(host).upload("https://store.test/x", file)
    assert host.asked[1][1] == file.read_bytes()
    host = Elsewhere(*[httpx.ConnectError("no")] * 3)
    with pytest.raises(Unreachable, match=r"sent to store\.test") as caught:
        await blobs(host).upload("https://store.test/x?signature=canary", file)
    assert "canary" not in str(caught.value)


async def test_a_refused_upload_is_told(file: Path) -> None:
    """With its status."""
    with pytest.raises(Rejected, match="HTTP 403"):
        await blobs(Elsewhere(httpx.Response(403))).upload("https://store.test/x", file)


async def test_a_file_is_downloaded(tmp_path: Path) -> None:
    """Over redirects; what is not there is told."""
    moved = httpx.Response(302, headers={"location": "https://other.test/y"})
    await blobs(Elsewhere(moved, httpx.Response(200, content=b"abc"))).download("https://store.test/x", tmp_path / "x")
    assert (tmp_path / "x").read_bytes() == b"abc"
    with pytest.raises(Rejected, match=r"from store\.test"):
        await blobs(Elsewhere(httpx.Response(404))).download("https://store.test/x?signature=1", tmp_path / "y")
    with pytest.raises(Unreachable, match=r"fetched from store\.test"):
        await blobs(Elsewhere(httpx.ConnectError("no"))).download("https://store.test/x", tmp_path / "y")


async def test_a_log_is_read_or_empty() -> None:
    """What cannot be read is no reason to hide the error that it belongs to."""
    assert await blobs(Elsewhere(httpx.Response(200, text="done"))).text("https://store.test/x") == "done"
    assert await blobs(Elsewhere(httpx.Response(404, text="no"))).text("https://store.test/x") == ""
    assert await blobs(Elsewhere(httpx.ConnectError("no"))).text("https://store.test/x") == ""


def test_a_checksum_is_written_as_heroku_writes_it(tmp_path: Path) -> None:
    """SHA256: and the digest."""
    (tmp_path / "x").write_bytes(b"")
    assert checksum_of(tmp_path / "x") == "SHA256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
