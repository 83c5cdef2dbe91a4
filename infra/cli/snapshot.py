"""The two ends of a preview without secrets: main publishes what may be told, a pull request compares with it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from infra.cli.show import tell
from infra.cli.stacks import Names, checked_stacks, here, open_records
from infra.errors import TwelvefoldError

if TYPE_CHECKING:
    from infra.model.prices import Prices
    from infra.model.project import Project
    from infra.model.published import PublishedStack, PublishedState
    from infra.model.report import Report


def snapshot(names: Names = None) -> None:
    """Print what of the stacks' state may be published, for previews without secrets: no secret is in it.

    Example: twelvefold snapshot > snapshot.json
    """
    import os
    from datetime import UTC, datetime

    from infra.model.published import PublishedState, write_published
    from infra.workflows.fingerprinting import project_fingerprints, project_name
    from infra.workflows.publishing import publish_stack
    from infra.workflows.surroundings import surroundings

    project = here()
    environments = checked_stacks(project, names)[0].environments
    records = open_records(project)
    fingerprints, _ = project_fingerprints(project, {**os.environ, **records.environment})
    recorded = records.read_all([one.stack for one in environments])
    stacks = {
        one.stack: publish_stack(
            project, one, recorded[one.stack].resources, records.declared_secrets(one.stack), fingerprints
        )
        for one in environments
    }
    commit = surroundings(os.environ).origin.commit
    state = PublishedState(project_name(project), datetime.now(UTC), commit, stacks, _prices(stacks))
    sys.stdout.write(write_published(state))


def _prices(stacks: dict[str, PublishedStack]) -> Prices | None:
    """Heroku's prices where they can be read: previews go without them otherwise."""
    import os

    from infra.workflows.previewing import read_prices

    plans = (str(one.inputs.get("plan", "")) for stack in stacks.values() for one in stack.resources.values())
    try:
        return read_prices({plan.split(":")[0] for plan in plans if plan}, os.environ)
    except TwelvefoldError as error:
        tell(f"No prices are published: {error.what}", style="yellow")
        return None


def preview_without_secrets(project: Project, names: list[str], file: Path) -> Report:
    """The report of ``preview --snapshot FILE``; a file that is not there is a snapshot not published yet."""
    import os
    from datetime import UTC, datetime

    from infra.workflows.secretless import secretless_report
    from infra.workflows.surroundings import surroundings

    origin = surroundings(os.environ).origin
    return secretless_report(project, names, _published(file), made_at=datetime.now(UTC), origin=origin)


Snapshot = Annotated[
    Path | None,
    typer.Option(
        "--snapshot",
        metavar="FILE",
        help="Without engine, vendors and secrets: compare with what twelvefold snapshot wrote there.",
    ),
]


def _published(file: Path) -> PublishedState | None:
    from infra.model.published import LARGEST, read_published

    if not file.exists():
        return None
    try:
        if file.stat().st_size > LARGEST * 4:
            raise TwelvefoldError("the snapshot is too large", where=str(file))
        return read_published(file.read_text(encoding="utf-8"), str(file))
    except (OSError, UnicodeDecodeError) as fault:
        raise TwelvefoldError(f"the snapshot cannot be read ({type(fault).__name__})", where=str(file)) from None
