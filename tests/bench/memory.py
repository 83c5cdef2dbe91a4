"""The peak memory of a plugin's process, as the kernel counted it."""

from __future__ import annotations

import contextlib
import threading
from pathlib import Path

INTERVAL_SECONDS = 0.1


class PeakMemory:
    """Watches a process and its descendants whose command line holds ``mark``; ``megabytes`` is the highest peak."""

    def __init__(self, process: int, mark: str) -> None:
        self.megabytes = 0.0
        self._process = process
        self._mark = mark.encode()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> PeakMemory:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(INTERVAL_SECONDS):
            # A process may end between being seen and being read.
            with contextlib.suppress(OSError):
                self._look()

    def _look(self) -> None:
        for process in (self._process, *_descendants(self._process)):
            if self._mark in Path(f"/proc/{process}/cmdline").read_bytes():
                self.megabytes = max(self.megabytes, _peak(process))


def _descendants(process: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{process}/task").iterdir():
        for child in (task / "children").read_text().split():
            found += [int(child), *_descendants(int(child))]
    return found


def _peak(process: int) -> float:
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return 0.0
