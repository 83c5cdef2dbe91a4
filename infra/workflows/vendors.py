"""Who a stack is at the vendors: tokens and addresses from its file or the environment, as the engine takes them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any

from infra.apis.connection import heroku_defaults
from infra.model.estate import Hidden, Unknown
from infra.model.project import Declared, Project
from infra.model.stackfile import StackFile, read_stack_file
from infra.model.values import Path, Secret

SecretAt = Callable[[Path], Hidden | Unknown]
_HEROKU = {"heroku:apiKey": "api_key", "heroku:url": "url", "heroku:headers": "headers"}


@dataclass(frozen=True)
class Credentials:
    """What to say at the vendors' doors; two stacks with equal ones share what is read."""

    heroku: Mapping[str, str] = field(repr=False)
    github_token: str = field(repr=False)
    github_address: str


def credentials(
    project: Project, stack: str, secret: SecretAt, environ: Mapping[str, str], read: Declared | None = None
) -> Credentials:
    """The credentials of ``stack``: its own file first, then ``Pulumi.yaml``, then the environment.

    What was ``read`` of both files already is not read again.
    """
    files = (read.service, read.environment) if read else map(read_stack_file, _files(project, stack))
    config = {key: text for file in files for key, text in _config(file, secret).items()}
    heroku = {name: config[key] for key, name in _HEROKU.items() if config.get(key)}
    return Credentials(
        heroku={**heroku_defaults(environ), **heroku},
        github_token=config.get("github:token") or environ.get("GITHUB_TOKEN", ""),
        github_address=config.get("github:baseUrl") or environ.get("GITHUB_BASE_URL", ""),
    )


def _files(project: Project, stack: str) -> tuple[FilePath, FilePath]:
    return project.folder / "Pulumi.yaml", project.stack_file(stack)


def _config(file: StackFile, secret: SecretAt) -> dict[str, str]:
    document = file.document
    config = document.get("config") if isinstance(document, dict) else None
    found = config if isinstance(config, dict) else {}
    wanted = {key: _told(found[key], secret) for key in (*_HEROKU, "github:token", "github:baseUrl") if key in found}
    return {key: text for key, text in wanted.items() if text}


def _told(value: Any, secret: SecretAt) -> str:
    if isinstance(value, Secret):
        known = secret(value.path)
        return known.reveal() if isinstance(known, Hidden) else ""
    return value if isinstance(value, str) else ""
