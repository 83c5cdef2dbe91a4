"""GitHub secrets that the stack files keep elsewhere, and which resources of a state still hold one of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from infra.model.github import GitHub
from infra.model.urn import name_of, type_of
from infra.model.values import Kept, Path, Value

SECRET = "github:index/actionsSecret:ActionsSecret"  # noqa: S105 - a type of resource
DEPENDABOT_SECRET = "github:index/dependabotSecret:DependabotSecret"  # noqa: S105
ENVIRONMENT_SECRET = "github:index/actionsEnvironmentSecret:ActionsEnvironmentSecret"  # noqa: S105


@dataclass(frozen=True)
class Held:
    """A resource that the state records though its secret is kept elsewhere by now: an update would delete it."""

    urn: str
    path: Path
    """Where the stack files declare it."""
    place: str
    """Where its value is kept."""


def environment_secret(environment: str, name: str) -> str:
    """What the program calls the secret of a deployment environment."""
    return f"{environment}-{name}"


def keeps_secrets(github: GitHub) -> bool:
    """Whether any secret is kept elsewhere, so that the state has to be looked at."""
    return next(_kept(github), None) is not None


def held(github: GitHub, recorded: Iterable[str]) -> tuple[Held, ...]:
    """Which of the ``recorded`` resources (URNs) are secrets that are kept elsewhere, in whichever stack they are."""
    kept = {key: (path, place) for key, path, place in _kept(github)}
    named = ((urn, (type_of(urn), name_of(urn))) for urn in sorted(recorded))
    return tuple(Held(urn, *kept[key]) for urn, key in named if key in kept)


def _kept(github: GitHub) -> Iterator[tuple[tuple[str, str], Path, str]]:
    """Each by the type and name that the program gives it."""
    for name, path, place in _among(github.secrets, ("github", "secrets")):
        yield (SECRET, name), path, place
    for name, path, place in _among(github.dependabot_secrets, ("github", "dependabot_secrets")):
        yield (DEPENDABOT_SECRET, name), path, place
    for label, environment in github.environments.items():
        for name, path, place in _among(environment.secrets, ("github", "environments", label, "secrets")):
            yield (ENVIRONMENT_SECRET, environment_secret(label, name)), path, place


def _among(secrets: Mapping[str, Value | Kept], path: Path) -> Iterator[tuple[str, Path, str]]:
    for name, value in secrets.items():
        if isinstance(value, Kept):
            yield name, (*path, name), value.place
