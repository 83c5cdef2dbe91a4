"""The verbs on the engine itself, and the set-up of a checkout."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from infra.cli.show import progress, say, tell
from infra.errors import EXIT_CLEAN, EXIT_ERROR

if TYPE_CHECKING:
    from infra.engine.parts import Part

engine = typer.Typer(help="The Pulumi engine that this project pins.", no_args_is_help=True)


@engine.command()
def install() -> None:
    """Make the pinned engine available: from PATH, by download, or built from Go modules.

    Example: twelvefold engine install
    """
    from infra.engine.install import ensure_engine

    _show(ensure_engine(progress(), thorough=True).parts)


@engine.command()
def status() -> int:
    """Show which parts of the engine are there, and where they came from; exit 1 when one is missing.

    Example: twelvefold engine status
    """
    from infra.engine.install import status as parts
    from infra.engine.parts import TITLES

    found = parts()
    if found:
        _show(found)
        for part in found:
            say(f"  {part.path}")
    missing = [title for name, title in TITLES.items() if name not in {part.name for part in found}]
    if missing:
        tell(f"Missing: {', '.join(missing)}. To install: twelvefold engine install")
    return EXIT_ERROR if missing else EXIT_CLEAN


def _show(parts: tuple[Part, ...]) -> None:
    from infra.reports.terminal import table

    say(table([(part.title, part.version, part.provenance) for part in parts]))


def set_up() -> None:
    """Prepare this checkout: engine, passphrase, and a pulumi command in the virtual environment.

    Example: twelvefold setup
    """
    from infra.engine.install import ensure_engine
    from infra.engine.shim import write_shim
    from infra.model.project import find_project
    from infra.workflows.setup import prepare_secrets

    project = find_project(Path.cwd())
    found = ensure_engine(progress())
    write_shim(Path(sys.prefix), found, project.folder)
    for line in prepare_secrets(project):
        tell(line)
    say("Ready.")
