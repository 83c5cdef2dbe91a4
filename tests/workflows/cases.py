"""The cases under ``tests/cases``: stack files as a person may write them, and what must be said of them.

A case is a small edit of one sound project: ``service``, ``staging`` and ``production`` are appended to the settings
there; ``files`` replaces whole files (``null`` takes one away). Lines are those of the edited files.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from textwrap import indent
from typing import Any

import yaml

from infra.errors import Problem
from infra.model.section import Section
from infra.model.values import Kept, Secret, Template
from infra.model.wording import dotted

CASES = Path(__file__).parent.parent / "cases"

SERVICE = """\
name: shop
runtime: {name: python, options: {toolchain: pip, virtualenv: .venv}}
config:
  twelvefold:service:
    value:
      repository: acme/shop
      pipeline: {name: shop, stages: [staging, production]}
      formation: {web: {size: basic}}
      addons: {database: {plan: "heroku-postgresql:essential-0", as: DATABASE}}
"""
STAGING = """\
config:
  twelvefold:environment:
    app: shop-staging
"""
PRODUCTION = STAGING.replace("staging", "production")


@dataclass(frozen=True)
class Case:
    """One case: its name, its files, and what is expected."""

    name: str
    files: dict[str, bytes]
    expected: dict[str, Any]

    def lay_out(self, folder: Path) -> Path:
        """Write the case's files into ``folder``."""
        for name, content in self.files.items():
            (folder / name).write_bytes(content)
        return folder

    @property
    def problems(self) -> list[Problem]:
        """The problems that must be told: all of them, and no others."""
        return sorted(_problem(told) for told in self.expected["problems"])


def _problem(told: dict[str, str]) -> Problem:
    file, _, line = told["at"].partition(":")
    return Problem(file, int(line or 0), told.get("path", ""), told["says"], told.get("suggests", ""))


def load_cases(kind: str) -> list[Case]:
    """Every case under ``tests/cases/<kind>``, by name."""
    return [_case(path) for path in sorted((CASES / kind).glob("*.yaml"))]


def _case(path: Path) -> Case:
    written = yaml.safe_load(path.read_text())
    files: dict[str, str | bytes | None] = {
        "Pulumi.yaml": SERVICE + indent(written.get("service", ""), " " * 6),
        "Pulumi.staging.yaml": STAGING + indent(written.get("staging", ""), " " * 4),
        "Pulumi.production.yaml": PRODUCTION + indent(written.get("production", ""), " " * 4),
        **written.get("files", {}),
    }
    content = {
        name: text if isinstance(text, bytes) else text.encode() for name, text in files.items() if text is not None
    }
    return Case(path.stem, content, written)


def sound_project(folder: Path) -> Path:
    """The project that every case edits, as it is."""
    return Case("", {"Pulumi.yaml": SERVICE.encode(), "Pulumi.staging.yaml": STAGING.encode()}, {}).lay_out(folder)


def at(document: object, path: str) -> Any:
    """What an environment says at a dotted path, as plain data: a secret is a map that tells its place."""
    place: Any = document
    for step in path.split("."):
        place = place[step] if isinstance(place, dict) else getattr(place, step)
    return plain(place)


def plain(value: object) -> Any:
    """A part of the model as plain data."""
    if isinstance(value, Secret):
        return {"secret": dotted(value.path)}
    if isinstance(value, Kept):
        return {"kept_in": value.place}
    if isinstance(value, Template):
        return str(value)
    if isinstance(value, Section):
        return {field.alias or name: plain(getattr(value, name)) for name, field in type(value).model_fields.items()}
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list) else value
