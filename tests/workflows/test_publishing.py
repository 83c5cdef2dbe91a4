"""What is published holds no secret, and tells in clear only what the code tells in clear."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from infra.model.estate import Hidden, Unknown
from infra.model.project import Project
from infra.model.published import PublishedStack, PublishedState, Veiled, write_published
from infra.model.recorded import RecordedResource
from infra.workflows.publishing import publish_stack
from infra.workflows.read import read_environment
from tests.workflows.recording import FINGERPRINTS, Secrets, edit, example_project, publish, record

CONFIG = "heroku:app/configAssociation:ConfigAssociation"
PRODUCTION = "production"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """The shipped project."""
    return example_project(tmp_path)


def published(project: Project, recorded: list[RecordedResource]) -> PublishedStack:
    """What is published of production with that state."""
    environment = read_environment(project, PRODUCTION)
    return publish_stack(project, environment, recorded, Secrets(project, PRODUCTION), FINGERPRINTS)


def changed(recorded: list[RecordedResource], type: str, **inputs: Any) -> list[RecordedResource]:
    """The state with other inputs of the resource of a type."""
    return [replace(one, inputs=_merged(one.inputs, inputs)) if one.type == type else one for one in recorded]


def _merged(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **old,
        **{key: {**old.get(key, {}), **value} if isinstance(value, dict) else value for key, value in new.items()},
    }


def config_of(stack: PublishedStack) -> Mapping[str, Any]:
    """The inputs of the app's config vars."""
    return next(one.inputs for one in stack.resources.values() if one.type == CONFIG)


def secrets_of(value: Any) -> list[str]:
    """Every secret text inside."""
    if isinstance(value, Hidden):
        return [value.reveal()]
    parts = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    return [found for part in parts for found in secrets_of(part)]


@pytest.mark.parametrize("stack", ["staging", "production"])
def test_no_secret_is_in_it(project: Project, stack: str) -> None:
    """Every secret of the state is looked for in the text."""
    secrets = [text for one in record(project, stack) for text in secrets_of([one.inputs, one.outputs])]
    found = publish(project, stack)
    text = write_published(PublishedState("banking", datetime.now(UTC), "", {stack: found}))
    assert secrets
    assert [secret for secret in secrets if secret in text] == []


def test_what_somebody_typed_in_a_dashboard_is_not_told(project: Project) -> None:
    """A refresh records it as plain; the code never said it."""
    recorded = changed(record(project, PRODUCTION), CONFIG, vars={"LOG_LEVEL": "postgres://user:canary@host"})
    found = config_of(published(project, recorded))
    assert found["vars"]["LOG_LEVEL"] == Veiled.of(FINGERPRINTS.of("postgres://user:canary@host"))
    assert found["vars"]["DATABASE_POOL_SIZE"] == "20"


def test_what_the_code_no_longer_declares_is_not_told(project: Project) -> None:
    """Neither a key, nor a resource."""
    recorded = changed(record(project, PRODUCTION), CONFIG, vars={"OLD": "canary"})
    edit(project, "Pulumi.production.yaml", "domains: [banking.practicalli.example]", "domains: []")
    found = published(project, recorded)
    assert config_of(found)["vars"]["OLD"] == Veiled.of(FINGERPRINTS.of("canary"))
    domain = next(one for one in found.resources.values() if one.type == "heroku:domain/domain:Domain")
    assert isinstance(domain.inputs["hostname"], Veiled)


def test_what_the_provider_filled_in_is_left_out(project: Project) -> None:
    """It is no wish of the code, and no difference."""
    recorded = changed(
        record(project, PRODUCTION),
        "github:index/repositoryEnvironment:RepositoryEnvironment",
        __defaults=["canAdminsBypass"],
        canAdminsBypass=True,
    )
    one = next(one for one in published(project, recorded).resources.values() if "repositoryEnvironment:" in one.urn)
    assert not {"__defaults", "canAdminsBypass"} & set(one.inputs)


def test_a_secret_map_as_a_whole_is_opened_leaf_by_leaf(project: Project) -> None:
    """As some providers record it."""
    recorded = record(project, PRODUCTION)
    inputs = next(one.inputs for one in recorded if one.type == CONFIG)
    whole = Hidden('{"SESSION_KEY": "' + inputs["sensitiveVars"]["SESSION_KEY"].reveal() + '"}')
    found = published(project, changed(recorded, CONFIG, sensitiveVars=whole))
    assert config_of(found) == config_of(published(project, recorded))


def test_outputs_are_told_only_where_code_can_refer_to_them(project: Project) -> None:
    """Names and addresses; nothing else, and no secret."""
    recorded = [
        replace(one, outputs={**one.outputs, "allConfigVars": {"A": "canary"}, "name": Hidden("canary")})
        for one in record(project, PRODUCTION)
    ]
    found = published(project, recorded)
    assert {name for one in found.resources.values() for name in one.outputs} <= {"webUrl", "gitUrl"}


def test_without_the_passphrase_a_sealed_value_counts_as_what_is_recorded(project: Project) -> None:
    """Main publishes right after ``up``, so that it is."""
    recorded, environment = record(project, PRODUCTION), read_environment(project, PRODUCTION)
    found = publish_stack(project, environment, recorded, lambda _place: Unknown("not here"), FINGERPRINTS)
    assert found == published(project, recorded)
