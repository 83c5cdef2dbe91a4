"""Everything that one environment declares, as one estate."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from infra.model.environment import Environment
from infra.model.estate import Estate, Subject
from infra.model.values import Path
from infra.rules.declared.github import declared_at_github
from infra.rules.declared.heroku import declared_at_heroku
from infra.rules.declared.resolving import Said, SecretAt, closed, resolver


def declared_estate(environment: Environment, secret: SecretAt = closed) -> Estate:
    """What the program would make of ``environment``; ``secret`` gives the value at a secret's place."""
    return Estate("declared", {said.subject: said.thing for said in _said(environment, secret)})


def declared_paths(environment: Environment) -> Mapping[Subject, Path]:
    """Where in the document each thing is declared."""
    return {said.subject: said.path for said in _said(environment, closed)}


def _said(environment: Environment, secret: SecretAt) -> Iterator[Said]:
    known = resolver(environment, secret)
    yield from declared_at_heroku(environment, known)
    yield from declared_at_github(environment, known)
