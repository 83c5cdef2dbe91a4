"""The Pulumi program: reads this stack's environment from the stack files and declares it."""

import signal
from pathlib import Path

from infra.workflows.declare import declare_stack

# The engine interrupts the program when something else has failed: end without a traceback of it.
signal.signal(signal.SIGINT, signal.SIG_DFL)

declare_stack(Path(__file__).resolve().parent)
