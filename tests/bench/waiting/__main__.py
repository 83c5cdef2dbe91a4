"""The plugin's process: ``python -m tests.bench.waiting ENGINE_ADDRESS``, started as lightly as the real one."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from infra.providers.kit.startup import leave_out_unused


def run(arguments: Sequence[str]) -> int:
    """Serve until the engine goes away."""
    leave_out_unused()
    from infra.providers.kit.serving import main
    from tests.bench.waiting.plugin import waiting_package

    return main(waiting_package(float(os.environ["BENCH_WAIT_SECONDS"])), arguments)


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
