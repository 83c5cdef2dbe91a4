"""What the Pulumi program does, run by the language host or inline: read this stack's environment and declare it."""

from __future__ import annotations

from pathlib import Path

import pulumi

from infra.errors import TwelvefoldError
from infra.model.project import find_project
from infra.program.service import declare_environment
from infra.program.settings import engine_config
from infra.workflows.read import read_environment


def declare_stack(folder: Path) -> None:
    """Declare the current stack of the project in ``folder``; a user's mistake ends the run without a traceback."""
    try:
        declare_environment(read_environment(find_project(folder), pulumi.get_stack(), engine_config()))
    except TwelvefoldError as error:
        raise pulumi.RunError(error.text()) from None
