"""The plugin's process: ``python -m infra.providers.heroku ENGINE_ADDRESS``."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from infra.providers.kit.startup import leave_out_unused


def run(arguments: Sequence[str]) -> int:
    """Serve until the engine goes away."""
    leave_out_unused()
    from infra.providers.heroku.lost import resumed_since
    from infra.providers.heroku.package import package
    from infra.providers.kit.serving import main

    return main(package(os.environ), arguments, resumes=resumed_since(os.environ))


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
