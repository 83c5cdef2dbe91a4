"""The estate on a real socket, so that a browser can look at it while it changes."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import httpx
import uvicorn

from tests.localcloud.in_process import new_cloud
from tests.localcloud.page.estate import Builder


class Site:
    """A served cloud: its address, and changes made by hand."""

    def __init__(self, url: str, client: httpx.Client) -> None:
        self.url = url
        self._client = client

    def by_hand(self, vendor: str, method: str, path: str, body: Any = None) -> None:
        """One call as the deployer would make it in the vendor's dashboard."""
        person = {"heroku": "deployer@example.com", "github": "deployer"}[vendor]
        self.control("POST", "by-hand", {"vendor": vendor, "method": method, "path": path, "body": body, "as": person})

    def control(self, method: str, path: str, body: Any = None) -> None:
        """One call of the cloud's own control routes."""
        answer = self._client.request(method, f"/_cloud/{path}", json=body)
        assert answer.is_success, answer.text


@contextmanager
def serving(*, empty: bool = False) -> Iterator[Site]:
    """A cloud with the estate (or with only its seed) on a free port of loopback."""
    built, servers = threading.Event(), list[uvicorn.Server]()
    with socket.create_server(("127.0.0.1", 0)) as listener, ThreadPoolExecutor(1) as thread:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        running = thread.submit(asyncio.run, _serve(listener, servers, built, empty=empty))
        running.add_done_callback(lambda _: built.set())
        assert built.wait(30)
        try:
            with httpx.Client(base_url=url, trust_env=False, timeout=10) as client:
                yield Site(url, client)
        finally:
            for server in servers:
                server.should_exit = True
            running.result(timeout=10)


async def _serve(
    listener: socket.socket, servers: list[uvicorn.Server], built: threading.Event, *, empty: bool
) -> None:
    builder = Builder(new_cloud())
    if not empty:
        await builder.bring_up()
    await builder.close()
    app = builder.cloud.transport.app
    config = uvicorn.Config(app, ws="none", lifespan="off", log_config=None, timeout_graceful_shutdown=1)
    servers.append(uvicorn.Server(config))
    built.set()
    await servers[0].serve(sockets=[listener])
    builder.cloud.store.close()
