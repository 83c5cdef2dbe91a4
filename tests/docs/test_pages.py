"""What the pages tell people to type and to read is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer

from infra.cli import app
from infra.rules.catalogue import CATALOGUE

DOCS = Path(__file__).parents[2] / "docs"
PAGES = sorted(path for path in DOCS.glob("*.md") if path.name != "heroku.md")
COMMAND = re.compile(r"twelvefold ([a-z]+)\b([^`\n]*)")
LINK = re.compile(r"\]\((?!https?:)([^)#]+)")
RULE = re.compile(r"`((?:secret|config-var|parity|release)-[a-z-]+)`")


def options() -> dict[str, set[str]]:
    """The options of every verb."""
    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    return {
        name: {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
        for name, command in commands.items()
    }


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_exist(page: Path) -> None:
    """Every verb, and every option of it."""
    known = options()
    for verb, rest in COMMAND.findall(page.read_text()):
        assert verb in known, verb
        said = rest.split("  ")[0]
        unknown = {word for word in re.findall(r"(?<=\s)--?[a-z][\w-]*", said) if word not in known[verb]}
        assert unknown == set(), (verb, rest)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_and_rules_lead_somewhere(page: Path) -> None:
    """To a file of the project, and to an id of the catalogue."""
    text = page.read_text()
    assert [link for link in LINK.findall(text) if not (DOCS / link).exists()] == []
    assert [rule for rule in RULE.findall(text) if rule not in CATALOGUE] == []
