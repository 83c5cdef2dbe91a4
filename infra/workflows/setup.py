"""Prepare a checkout's secrets: a passphrase of its own, and the shipped example sealed with it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from infra.engine.passphrase import EXAMPLE_PASSPHRASE, ensure_passphrase, opens, reseal, salt_of
from infra.engine.state import passphrase_file
from infra.errors import WrongPassphrase
from infra.model.project import Project


def prepare_secrets(project: Project) -> Iterator[str]:
    """Make or find the passphrase and try it on every stack; yields what was done, in a person's words."""
    path = passphrase_file(project.folder)
    sealed = {stack: salt for stack in project.stacks if (salt := salt_of(project.stack_file(stack)))}
    shipped = [stack for stack, salt in sealed.items() if opens(EXAMPLE_PASSPHRASE, salt)]
    given = _given()
    if given is None and not path.exists() and len(shipped) < len(sealed):
        raise _not_ours(project, next(stack for stack in sealed if stack not in shipped), str(path))
    made = not path.exists()
    passphrase = ensure_passphrase(path) if given is None else given
    if given is None and made:
        yield f"Made a passphrase for this checkout's secrets: {path.relative_to(project.folder)} (keep it, share it)"
    for stack in shipped:
        count = reseal(project.stack_file(stack), EXAMPLE_PASSPHRASE, passphrase)
        yield f"Sealed the example's {count} secrets in Pulumi.{stack}.yaml with it"
    for stack, salt in sealed.items():
        if stack not in shipped and not opens(passphrase, salt):
            raise _not_ours(project, stack, str(path))


def _given() -> str | None:
    """The passphrase that the person's environment names, which the engine would use too."""
    if (said := os.environ.get("PULUMI_CONFIG_PASSPHRASE")) is not None:
        return said
    if not (file := os.environ.get("PULUMI_CONFIG_PASSPHRASE_FILE")):
        return None
    try:
        return Path(file).read_text().strip()
    except OSError as fault:
        advice = "PULUMI_CONFIG_PASSPHRASE_FILE names it."
        raise WrongPassphrase(f"the passphrase cannot be read ({fault.strerror})", where=file, todo=advice) from None


def _not_ours(project: Project, stack: str, path: str) -> WrongPassphrase:
    return WrongPassphrase(
        "its secrets are sealed with another passphrase",
        where=project.stack_file(stack).name,
        todo=f"Ask your team for it and put it into {path}.",
    )
