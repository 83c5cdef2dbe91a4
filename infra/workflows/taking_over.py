"""Take over what an audit found into the stack files, stack by stack."""

from __future__ import annotations

import os
from collections.abc import Iterator

from infra.engine.recorded import Records
from infra.engine.unsealing import passphrase_of
from infra.errors import WrongPassphrase
from infra.model.project import Project
from infra.workflows.adopt import Adopted, adopt
from infra.workflows.drift import Audit

TAKEN = ("changed", "missing", "unmanaged")


def take_over(project: Project, found: Audit, records: Records) -> Iterator[Adopted]:
    """What taking over would make of each stack's file; nothing is written."""
    try:
        passphrase: str | None = passphrase_of(project.folder, os.environ)
    except WrongPassphrase:
        passphrase = None
    for stack in found.report.stacks:
        wanted = [one for one in stack.findings if one.kind in TAKEN and one.subject and not one.acknowledged]
        if stack.error or not wanted:
            continue
        yield adopt(
            project,
            stack.stack,
            wanted,
            found.known[stack.stack].environment,
            found.live[stack.stack],
            passphrase=passphrase,
            secret=records.declared_secrets(stack.stack),
        )
