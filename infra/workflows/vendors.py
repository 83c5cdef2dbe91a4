"""Who a stack is at the vendors: tokens and addresses from its file or the environment, as the engine takes them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from infra.apis.connection import heroku_defaults
from infra.model.estate import Hidden, Unknown
from infra.model.project import Project
from infra.model.stackfile import read_stack_file
from infra.model.values import Path, Secret

SecretAt = Callable[[Path], Hidden | Unknown]
_HEROKU = {"heroku:apiKey": "api_key", "heroku:url": "url", "heroku:headers": "headers"}


@dataclass(frozen=True)
class Credentials:
    """What to say at the vendors' doors; two stacks with equal ones share what is read."""

    heroku: Mapping[str, str] = field(repr=False)
    github_token: str = field(repr=False)
    github_address: str


def credentials(project: Project, stack: str, secret: SecretAt, environ: Mapping[str, str]) -> Credentials:
    """The credentials of ``stack``: its own file first, then ``Pulumi.yaml``, then the environment."""
    config = {**_config(project, "Pulumi.yaml", secret), **_config(project, project.stack_file(stack).name, secret)}
    heroku = {name: config[key] for key, name in _HEROKU.items() if config.get(key)}
    return Credentials(
        heroku={**heroku_defaults(environ), **heroku},
        github_token=config.get("github:token") or environ.get("GITHUB_TOKEN", ""),
        github_address=config.get("github:baseUrl") or environ.get("GITHUB_BASE_URL", ""),
    )


def _config(project: Project, name: str, secret: SecretAt) -> dict[str, str]:
    document = read_stack_file(project.folder / name).document
    config = document.get("config") if isinstance(document, dict) else None
    found = config if isinstance(config, dict) else {}
    wanted = {key: _told(found[key], secret) for key in (*_HEROKU, "github:token", "github:baseUrl") if key in found}
    return {key: text for key, text in wanted.items() if text}


def _told(value: Any, secret: SecretAt) -> str:
    if isinstance(value, Secret):
        known = secret(value.path)
        return known.reveal() if isinstance(known, Hidden) else ""
    return value if isinstance(value, str) else ""
