"""What makes a process that speaks to vendors start sooner: a plugin's, and the command line's."""

from __future__ import annotations

import sys

# httpx imports its command line, and httpcore a second event loop, wherever these happen to be installed: a third of
# the time that a plugin takes to start, several times in each run of the engine, and a tenth of a small audit.
NEVER_USED = ("httpx._main", "trio")


def leave_out_unused() -> None:
    """Keep these modules from being imported; call it before anything imports httpx, in a process of ours only."""
    for name in NEVER_USED:
        # An entry that is None makes the import fail, which both libraries are prepared for.
        sys.modules.setdefault(name, None)  # type: ignore[arg-type]
