"""What ``make bench`` prints: speed as ratios within one run, and how often the vendors are asked.

Nothing here asserts: figures depend on the machine, so they are told beside the goal that they are held against.
``python -m tests.bench shipped``, ``estates`` or ``audit`` runs one part.
BENCH_FULL=1 measures estates of every size and latency.
"""

from __future__ import annotations

import sys

from tests.bench import audit, estates, shipped
from tests.bench.say import say

PARTS = {"shipped": shipped.run, "estates": estates.run, "audit": audit.run}


def main(wanted: list[str]) -> int:
    """Measure the wanted parts, or all of them."""
    strangers = [name for name in wanted if name not in PARTS]
    if strangers:
        say(f"there is no part {strangers[0]}; there are: {', '.join(PARTS)}")
        return 2
    for name in wanted or PARTS:
        PARTS[name]()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
