"""What the engine passed to this program: the configuration, and its secrets as outputs."""

from __future__ import annotations

from typing import Any

import pulumi
from pulumi.runtime.config import get_config, is_config_secret

from infra.model.project import ENVIRONMENT_KEY, SERVICE_KEY, SERVICE_ROOT, EngineConfig
from infra.model.values import Path, Secret

_KEYS = (SERVICE_KEY, ENVIRONMENT_KEY)


def engine_config() -> EngineConfig:
    """The engine's values of our two configuration keys."""
    values = {key: get_config(key) for key in _KEYS}
    present = {key: str(value) for key, value in values.items() if value is not None}
    return EngineConfig(present, frozenset(key for key in _KEYS if is_config_secret(key)))


def secret_output(secret: Secret) -> pulumi.Output[str]:
    """The value that stands at the secret's place, known to the engine as a secret."""
    key, steps = str(secret.path[1]), secret.path[2:]
    if secret.path[: len(SERVICE_ROOT)] == SERVICE_ROOT:
        steps = secret.path[len(SERVICE_ROOT) :]
    document = pulumi.Config("twelvefold").require_secret_object(key.partition(":")[2])
    return document.apply(lambda found: _walk(found, steps))


def _walk(document: Any, steps: Path) -> str:
    for step in steps:
        document = document[step]
    return str(document).lower() if isinstance(document, bool) else str(document)
