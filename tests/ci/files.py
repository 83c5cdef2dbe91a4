"""The templates that the project ships, as data, and every shell line in them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
ACTION = ROOT / ".github/actions/twelvefold/action.yml"
CIRCLECI = ROOT / "docs/ci/circleci/config.yml"
GITLAB = ROOT / "docs/ci/gitlab/.gitlab-ci.yml"
COMPONENT = ROOT / "templates/twelvefold.yml"
Document = dict[Any, Any]


def load(path: Path) -> Document:
    """The last document of a file (a component's first one is its inputs)."""
    *_, document = yaml.safe_load_all(path.read_text())
    assert isinstance(document, dict)
    return document


def triggers(workflow: Document) -> Document:
    """What sets a workflow off; YAML reads the key ``on`` as true."""
    found = workflow[True]
    assert isinstance(found, dict)
    return found


def jobs(path: Path) -> Iterator[tuple[str, Document]]:
    """The jobs of a GitHub workflow, by name."""
    yield from load(path)["jobs"].items()


def steps(document: Any) -> Iterator[Document]:
    """Every step anywhere in a GitHub workflow or action."""
    if isinstance(document, dict):
        yield from (step for step in document.get("steps") or () if isinstance(step, dict))
        for value in document.values():
            yield from steps(value)
