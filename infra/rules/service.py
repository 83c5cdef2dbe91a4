"""Judge the environments of a service side by side: names that only one of them can have, and who owns what."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from infra.model.environment import App, Environment
from infra.model.finding import Finding
from infra.model.values import Path


def judge_service(environments: Mapping[str, Environment]) -> dict[str, list[Finding]]:
    """What the environments, by stack, claim from each other; each finding under the stack that came later."""
    findings: dict[str, list[Finding]] = {stack: [] for stack in environments}
    for stack, finding in (
        *_claimed(environments, "app-twice", "the app name", _app_names),
        *_claimed(environments, "domain-twice", "the domain", _domains),
        *_claimed(environments, "addon-twice", "the add-on name", _addon_names),
        *_owners(environments),
    ):
        findings[stack].append(finding)
    return findings


def _app_names(app: App) -> Iterable[tuple[str, Path]]:
    return ((app.name, ("app",)),) if app.name else ()


def _domains(app: App) -> Iterable[tuple[str, Path]]:
    return ((host, ("domains", host)) for host in app.domains)


def _addon_names(app: App) -> Iterable[tuple[str, Path]]:
    return ((addon.name, ("addons", key, "name")) for key, addon in app.addons.items() if addon.name)


def _claimed(
    environments: Mapping[str, Environment],
    rule: str,
    noun: str,
    claims: Callable[[App], Iterable[tuple[str, Path]]],
) -> Iterator[tuple[str, Finding]]:
    taken: dict[str, tuple[str, str]] = {}
    for stack, environment in environments.items():
        for key, app in environment.apps.items():
            root: Path = () if environment.single else ("apps", key)
            for claim, path in claims(app):
                owner = taken.setdefault(claim, (stack, key))
                if owner != (stack, key):
                    message = f'{noun} "{claim}" is already {_whose(environments, owner, stack)}'
                    yield stack, Finding(rule, "error", (*root, *path), message, "It can stand in one place only")


def _whose(environments: Mapping[str, Environment], owner: tuple[str, str], asking: str) -> str:
    stack, key = owner
    if environments[stack].single:
        return f"{stack}'s"
    return f'the app "{key}"\'s' if stack == asking else f'{stack}\'s, for its app "{key}"'


def _owners(environments: Mapping[str, Environment]) -> Iterator[tuple[str, Finding]]:
    clear = {stack: environment for stack, environment in environments.items() if not environment.lacks(("shared_in",))}
    owners = [stack for stack, environment in clear.items() if environment.owns_shared]
    for stack, environment in clear.items():
        known = environment.stacks or tuple(environments)
        if environment.shared_in not in known:
            message = f'there is no stack "{environment.shared_in}" to own what is shared'
            advice = f"Set shared_in to one of: {', '.join(known)}"
            yield stack, Finding("shared-nowhere", "error", ("shared_in",), message, advice)
        elif environment.owns_shared and stack != owners[0]:
            message = f"{owners[0]} already owns the pipeline and the repository's settings"
            yield stack, Finding("shared-twice", "error", ("shared_in",), message, f"Set shared_in: {owners[0]}")
