"""What the Pulumi program does, run by the language host or inline: read this stack's environment and declare it."""

from __future__ import annotations

import shlex
from collections.abc import Collection
from pathlib import Path

import pulumi

from infra.errors import InputError, Problem, TwelvefoldError
from infra.model.environment import Environment
from infra.model.kept import Held, held, keeps_secrets
from infra.model.project import Declared, find_project
from infra.program.lookups import recorded_urns
from infra.program.service import declare_environment
from infra.program.settings import engine_config
from infra.workflows.read import read_declared


def declare_stack(folder: Path, letting_go: Collection[str] = ()) -> None:
    """Declare the current stack of the project in ``folder``; a user's mistake ends the run without a traceback.

    A run that would delete what is kept elsewhere by now is refused, but for the resources in ``letting_go`` (URNs):
    whoever previews takes those out of the state before it applies anything.
    """
    try:
        declared, environment = read_declared(find_project(folder), pulumi.get_stack(), engine_config())
        _refuse_to_delete(declared, environment, letting_go)
        declare_environment(environment)
    except TwelvefoldError as error:
        raise pulumi.RunError(error.text()) from None


def _refuse_to_delete(declared: Declared, environment: Environment, letting_go: Collection[str]) -> None:
    """The engine deletes what its state records and the program leaves out; only the state says what that is."""
    github = environment.service.github
    if not keeps_secrets(github):
        return
    still = [one for one in held(github, recorded_urns()) if one.urn not in letting_go]
    if still:
        raise InputError([_problem(declared, one) for one in still])


def _problem(declared: Declared, one: Held) -> Problem:
    stack = declared.stack
    message = f"is kept in {one.place} now, but the state still records it: this run would delete it at GitHub"
    by_hand = f"pulumi state delete {shlex.quote(one.urn)} --stack {shlex.quote(stack)}"
    return declared.problem(one.path, message, f"Let go of it first: twelvefold up {stack}; or: {by_hand}")
