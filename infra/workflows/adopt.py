"""Take over into the stack file what is live: a text edit for review, sealed where secret, verified by reading it."""

from __future__ import annotations

import difflib
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path as FilePath
from tempfile import TemporaryDirectory
from typing import Any

from infra.engine.passphrase import salt_of, seal_values, sealer
from infra.model.editing import Sealed, Uneditable, edited, put_in_place
from infra.model.environment import Environment
from infra.model.estate import Estate, Hidden, Unknown
from infra.model.finding import Finding
from infra.model.project import ENVIRONMENT_ROOT, Project
from infra.model.values import Path, is_open
from infra.rules.adoption import Adoption, Unadoptable, adoption
from infra.rules.declared.estate import declared_estate
from infra.rules.importing import import_command
from infra.rules.sameness import UNASKED, known, same
from infra.workflows.fingerprinting import project_name
from infra.workflows.read import examine

SecretAt = Callable[[Path], Hidden | Unknown]


@dataclass(frozen=True)
class Refusal:
    """Something that cannot be taken over, and why."""

    finding: Finding
    why: str


@dataclass(frozen=True)
class Adopted:
    """What taking over would make of a stack file; nothing is written until ``write``."""

    file: FilePath
    before: str
    text: str
    taken: tuple[Finding, ...]
    refused: tuple[Refusal, ...]
    imports: tuple[str, ...]
    """Commands to run after it is written, so that the next update makes no second of what was made by hand."""

    @property
    def diff(self) -> str:
        """The change for review; secrets are sealed in it, as in the file."""
        old, new = self.before.splitlines(keepends=True), self.text.splitlines(keepends=True)
        return "".join(difflib.unified_diff(old, new, self.file.name, self.file.name))

    def write(self) -> None:
        """Put the new text in the place of the old."""
        put_in_place(self.file, self.text)


def adopt(
    project: Project,
    stack: str,
    findings: Iterable[Finding],
    environment: Environment,
    live: Estate,
    *,
    passphrase: str | None,
    secret: SecretAt,
) -> Adopted:
    """Declare what is live instead of what was: each finding by itself, kept only if the file then says just that.

    ``passphrase`` seals secrets; without it (another secrets provider) they are refused. ``secret`` opens those that
    stand in the file already.
    """
    file = project.stack_file(stack)
    desk = _Desk(project, stack, live, _Seal(file, passphrase), secret, file.read_text())
    before, refused, taken, imports = desk.text, list[Refusal](), list[Finding](), list[str]()
    for finding in findings:
        try:
            wanted = adoption(finding, environment, live)
            environment = desk.take(wanted)
        except (Unadoptable, Uneditable) as reason:
            refused.append(Refusal(finding, str(reason)))
            continue
        taken.append(finding)
        imports += [desk.import_of(wanted)] if finding.kind == "unmanaged" else []
    return Adopted(file, before, desk.text, tuple(taken), tuple(refused), tuple(filter(None, imports)))


class _Seal:
    """Seals values under the stack's own key, and makes a salt where the file has none yet."""

    def __init__(self, file: FilePath, passphrase: str | None) -> None:
        self.passphrase = passphrase
        self.salt = salt_of(file)
        self.seal: Callable[[str], str] | None = None

    def __call__(self, text: str, value: Hidden) -> tuple[str, Sealed]:
        """The file's text, with a salt in it, and the sealed value."""
        if self.passphrase is None or "secretsprovider:" in text:
            raise Unadoptable("it may be a secret, and only the engine can seal it: pulumi config set --secret --path")
        if not self.salt:
            self.salt, _ = seal_values(self.passphrase, [])
        if "encryptionsalt:" not in text:
            text = f"encryptionsalt: {self.salt}\n{text}"
        if self.seal is None:
            self.seal = sealer(self.passphrase, self.salt)
        return text, Sealed(self.seal(value.reveal()))


class _Desk:
    def __init__(self, project: Project, stack: str, live: Estate, seal: _Seal, secret: SecretAt, text: str) -> None:
        self.project, self.stack, self.live, self.seal, self.text = project, stack, live, seal, text
        self.secret = secret
        self.sealed: dict[Path, Hidden] = {}

    def take(self, wanted: Adoption) -> Environment:
        """Write the settings, and read them again; the environment that they make."""
        text, sealed = self.text, dict(self.sealed)
        for path, value in wanted.settings:
            text, written = self._sealed(text, (*ENVIRONMENT_ROOT, *path), value, sealed)
            text = edited(text, (*ENVIRONMENT_ROOT, *path), written)
        environment = self._verify(text, wanted, sealed)
        self.text, self.sealed = text, sealed
        return environment

    def _sealed(self, text: str, path: Path, value: Any, sealed: dict[Path, Hidden]) -> tuple[str, Any]:
        if isinstance(value, Hidden):
            sealed[path] = value
            return self.seal(text, value)
        if isinstance(value, dict):
            found = {}
            for key, item in value.items():
                text, found[key] = self._sealed(text, (*path, key), item, sealed)
            return text, found
        if isinstance(value, str) and ("${" in value or is_open(value)):
            return text, value.replace("${", "$${")
        return text, value

    def _verify(self, text: str, wanted: Adoption, sealed: dict[Path, Hidden]) -> Environment:
        with TemporaryDirectory() as folder:
            copy = replace(self.project, folder=FilePath(folder))
            for name in ("Pulumi.yaml", *(self.project.stack_file(one).name for one in self.project.stacks)):
                shutil.copy(self.project.folder / name, copy.folder / name)
            copy.stack_file(self.stack).write_text(text)
            _, environment, problems = examine(copy, self.stack)
        if problems or environment is None:
            raise Unadoptable(f"the stack file does not take it: {problems[0].message if problems else 'unsound'}")
        declared = declared_estate(environment, lambda path: sealed.get(path) or self.secret(path))
        self._compare(declared, wanted)
        return environment

    def _compare(self, declared: Estate, wanted: Adoption) -> None:
        subject = replace(wanted.subject, name=wanted.label) if wanted.label else wanted.subject
        said, there = declared.things.get(subject), self.live.things.get(wanted.subject)
        if there is None or said is None:
            if there is not None or said is not None:
                raise Unadoptable("the stack file would still say otherwise: edit it by hand")
            return
        for name, value in said.fields.items():
            actual = there.fields.get(name)
            comparable = actual is not None and name not in UNASKED and known(value) and known(actual)
            if comparable and not same(subject.kind, name, value, actual):
                raise Unadoptable(f"the stack file would still say another {name}: edit it by hand")

    def import_of(self, wanted: Adoption) -> str:
        """The command that takes into the state what was made by hand."""
        thing = self.live.things[wanted.subject]
        return import_command(project_name(self.project), self.stack, wanted.subject, thing, wanted.label)
