"""A state as ``up`` would leave it, made from the program alone: for what compares with a state and needs no engine."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from infra.engine.passphrase import EXAMPLE_PASSPHRASE, derive_key, opens, salt_of, unseal
from infra.engine.state import passphrase_file
from infra.model.estate import Hidden, Unknown
from infra.model.fingerprint import Fingerprints
from infra.model.project import Project, find_project
from infra.model.published import PublishedResource, PublishedStack, Veiled
from infra.model.recorded import RecordedResource
from infra.model.values import Path as Place
from infra.workflows.dry import dry_run
from infra.workflows.publishing import publish_stack
from infra.workflows.read import read_environment
from infra.workflows.sealed import SealedConfig, sealed_config
from tests.workflows.cases import CASES

ROOT = CASES.parents[1]
FINGERPRINTS = Fingerprints(b"a key of the tests, 32 bytes long")
OUTPUTS = {
    "heroku:app/app:App": {"webUrl": "https://an-app.example/", "gitUrl": "https://git.example/an-app.git"},
    "heroku:addon/addon:Addon": {"name": "postgresql-round-1234"},
}


def shipped_passphrase() -> str:
    """What the shipped stack files are sealed with: after `make setup` or `make demo`, this checkout's own."""
    if opens(EXAMPLE_PASSPHRASE, salt_of(ROOT / "Pulumi.staging.yaml")):
        return EXAMPLE_PASSPHRASE
    return passphrase_file(ROOT).read_text().strip()


def example_project(folder: Path) -> Project:
    """A copy of the shipped project, as it is sealed here."""
    for path in ROOT.glob("Pulumi*.yaml"):
        shutil.copy(path, folder / path.name)
    return find_project(folder)


def edit(project: Project, name: str, old: str, new: str) -> None:
    """Replace a text that stands once in a file."""
    path = project.folder / name
    text = path.read_text()
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}"
    path.write_text(text.replace(old, new))


class Secrets:
    """Opens the secrets of a stack file, as main's job can."""

    def __init__(self, project: Project, stack: str) -> None:
        path = project.stack_file(stack)
        self.document = _texts(path)
        self.key = _key(salt_of(path))

    def __call__(self, place: Place) -> Hidden | Unknown:
        found = self.document
        for step in place:
            found = found[step]
        return Hidden(unseal(self.key, found["secure"]).decode())


@cache
def _key(salt: str) -> bytes:
    return derive_key(shipped_passphrase(), salt)


def _texts(path: Path) -> Any:
    return yaml.load(path.read_text(), Loader=yaml.BaseLoader)  # noqa: S506 - texts only


def record(project: Project, stack: str) -> list[RecordedResource]:
    """What a state holds after everything that the stack declares was made."""
    environment, config, secrets = (
        read_environment(project, stack),
        sealed_config(project, stack),
        Secrets(project, stack),
    )
    made = dry_run(project, environment, PublishedStack()).after
    known = {
        urn: PublishedResource(
            urn, f"id-of-{one.name}", one.parent, outputs={"name": one.name, **OUTPUTS.get(one.type, {})}
        )
        for urn, one in made.items()
    }
    run = dry_run(project, environment, PublishedStack(known), compare=False)

    def opened(value: Any) -> Any:
        if isinstance(value, Veiled):
            return config_opened(config, run.symbols.texts[value.removeprefix("sealed ")], secrets)
        if run.symbols.is_looked_up(value):
            return [7] if isinstance(value, list) else "looked-up-id"
        if isinstance(value, Mapping):
            return {key: opened(item) for key, item in value.items()}
        return [opened(item) for item in value] if isinstance(value, list) else value

    return [
        RecordedResource(
            urn, one.type, one.name, one.id, opened(run.declared.get(urn, {})), one.outputs, made[urn].parent
        )
        for urn, one in ((urn, _typed(one)) for urn, one in known.items())
    ]


def config_opened(config: SealedConfig, text: str, secrets: Secrets) -> Hidden:
    """The value behind a text with symbols."""
    found = config.open(text, secrets)
    assert found is not None
    return found


def _typed(one: PublishedResource) -> Any:
    return RecordedResource(one.urn, one.type, one.urn.split("::", 3)[3], one.id, {}, one.outputs)


def publish(project: Project, stack: str) -> PublishedStack:
    """What main publishes right after ``up``."""
    return publish_stack(
        project, read_environment(project, stack), record(project, stack), Secrets(project, stack), FINGERPRINTS
    )
