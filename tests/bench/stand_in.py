"""A local cloud for the benchmark, in a process of its own: ``python -m tests.bench.stand_in FOLDER``."""

from __future__ import annotations

import sys
from pathlib import Path

from infra.localcloud.exchange import Settings
from infra.localcloud.server import serve

# One account's hourly budget is no part of what is measured.
SETTINGS = Settings(heroku_rate_limit=10_000_000)


def main(folder: Path) -> None:
    """Serve until told to stop; the folder then holds the way to it."""
    serve(folder, 0, owner="bench", repository="service", settings=SETTINGS, ready=lambda _connection: None)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
