"""The command that takes something made by hand into the state, so that the next update makes no second one."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from infra.model.estate import Subject, Thing
from infra.rules.commands import command

# Type, logical name and id, as the program declares it and the provider imports it.
_Import = tuple[str, str, str]


def import_command(project: str, stack: str, subject: Subject, thing: Thing, label: str = "") -> str:
    """The ``pulumi import`` for a live thing declared as ``label``; "" where an update takes it over by itself."""
    known = _IMPORTS.get((subject.vendor, subject.kind))
    if known is None:
        return ""
    token, name, id = known(subject, thing, label or subject.name)
    root = f"urn:pulumi:{stack}::{project}::twelvefold:index:Environment"
    owner, _, rest = subject.scope.partition("/")
    repository = f"{owner}/{rest.split('/')[0]}"
    parent = f"heroku:App::{subject.scope}" if subject.vendor == "heroku" else f"github:Repository::{repository}"
    words = ["pulumi", "import", token, name, id, "--stack", stack, "--parent", f"parent={root}$twelvefold:{parent}"]
    if subject.vendor == "github":
        provider = f"{root}$twelvefold:github:Repository$pulumi:providers:github::github"
        words += ["--provider", f"provider={provider}"]
    return command(*words, "--protect=false", "--generate-code=false")


def _heroku(token: str, id: Callable[[Subject, Thing], str], *, whole: bool = False) -> Callable[..., _Import]:
    return lambda subject, thing, label: (
        f"heroku:{token}",
        label if whole else f"{subject.scope}-{label}",
        id(subject, thing),
    )


def _github(token: str, separator: str, *, by_id: bool = False) -> Callable[..., _Import]:
    def found(subject: Subject, thing: Thing, label: str) -> _Import:
        _, name, *environment = subject.scope.split("/", 2)
        logical = f"{environment[0]}-{label}" if environment else label
        return (
            f"github:index/{token}",
            logical,
            separator.join([name, *environment, thing.id if by_id else subject.name]),
        )

    return found


def _by_name(subject: Subject, _: Thing) -> str:
    return f"{subject.scope}:{subject.name}"


def _by_id(subject: Subject, thing: Thing) -> str:
    return f"{subject.scope}:{thing.id}"


def _variable(subject: Subject, thing: Thing, label: str) -> _Import:
    inside = subject.scope.count("/") == 2
    token = "actionsEnvironmentVariable:ActionsEnvironmentVariable" if inside else "actionsVariable:ActionsVariable"
    return _github(token, ":")(subject, thing, label)


_IMPORTS: Mapping[tuple[str, str], Callable[[Subject, Thing, str], _Import]] = {
    ("heroku", "addon"): _heroku("addon/addon:Addon", lambda _, thing: thing.id),
    ("heroku", "domain"): _heroku("domain/domain:Domain", _by_name, whole=True),
    ("heroku", "formation"): _heroku("formation/formation:Formation", _by_name),
    ("heroku", "collaborator"): _heroku("collaborator/collaborator:Collaborator", _by_name),
    ("heroku", "drain"): _heroku("drain/drain:Drain", lambda subject, thing: f"{_by_id(subject, thing)}:sensitive"),
    ("heroku", "webhook"): _heroku("app/webhook:Webhook", _by_id),
    ("heroku", "feature"): _heroku("app/feature:Feature", _by_name),
    ("github", "variable"): _variable,
    ("github", "environment"): _github("repositoryEnvironment:RepositoryEnvironment", ":"),
    ("github", "webhook"): _github("repositoryWebhook:RepositoryWebhook", "/", by_id=True),
    ("github", "ruleset"): _github("repositoryRuleset:RepositoryRuleset", ":", by_id=True),
    ("github", "deploy-key"): _github("repositoryDeployKey:RepositoryDeployKey", ":", by_id=True),
}
