"""The exact command for what was found: to put it back, to keep it, or to take it away."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping

from infra.model.estate import Subject, Thing


def command(*words: str) -> str:
    """A command line, safe to paste whatever its words are."""
    return shlex.join(words)


def fix(stack: str) -> str:
    """How to decide about something that was changed by hand."""
    back, keep = command("twelvefold", "drift", stack, "--fix"), command("twelvefold", "drift", stack, "--adopt")
    return f"Put it back: {back}; or keep it: {keep}"


def put_back(stack: str) -> str:
    """How to get back what is missing."""
    return f"Put it back: {command('twelvefold', 'drift', stack, '--fix')}"


def up(stack: str) -> str:
    """How to apply what waits."""
    return f"Apply it: {command('twelvefold', 'up', stack)}"


def let_go(stack: str) -> str:
    """How to take what is kept elsewhere out of the state."""
    return f"Let go of it: {command('twelvefold', 'up', stack)}"


def declare_or_remove(stack: str, subject: Subject, thing: Thing) -> str:
    """How to decide about something that is declared nowhere."""
    adopt = f"Declare it: {command('twelvefold', 'drift', stack, '--adopt')}"
    remover = _REMOVERS.get((subject.vendor, subject.kind))
    return f"{adopt}; or take it away: {command(*remover(subject, thing))}" if remover else adopt


def _heroku(*words: str) -> Callable[[Subject, Thing], tuple[str, ...]]:
    return lambda subject, _: ("heroku", *words, subject.name, "--app", subject.scope)


def _heroku_id(*words: str) -> Callable[[Subject, Thing], tuple[str, ...]]:
    return lambda subject, thing: ("heroku", *words, thing.id or subject.name, "--app", subject.scope)


def _gh(*words: str) -> Callable[[Subject, Thing], tuple[str, ...]]:
    def remover(subject: Subject, _: Thing) -> tuple[str, ...]:
        owner, name, *environment = subject.scope.split("/", 2)
        within = ("--env", environment[0]) if environment else ()
        return ("gh", *words, subject.name, "--repo", f"{owner}/{name}", *within)

    return remover


def _gh_api(place: str, by_id: bool = True) -> Callable[[Subject, Thing], tuple[str, ...]]:
    def remover(subject: Subject, thing: Thing) -> tuple[str, ...]:
        return ("gh", "api", "-X", "DELETE", f"repos/{subject.scope}/{place}/{thing.id if by_id else subject.name}")

    return remover


_REMOVERS: Mapping[tuple[str, str], Callable[[Subject, Thing], tuple[str, ...]]] = {
    ("heroku", "config-var"): _heroku("config:unset"),
    ("heroku", "addon"): _heroku("addons:destroy"),
    ("heroku", "attachment"): _heroku("addons:detach"),
    ("heroku", "domain"): _heroku("domains:remove"),
    ("heroku", "certificate"): lambda subject, _: (
        "heroku",
        "certs:remove",
        "--name",
        subject.name,
        "--app",
        subject.scope,
    ),
    ("heroku", "collaborator"): _heroku("access:remove"),
    ("heroku", "drain"): _heroku_id("drains:remove"),
    ("heroku", "telemetry-drain"): lambda subject, thing: ("heroku", "telemetry:remove", thing.id or subject.name),
    ("heroku", "webhook"): _heroku_id("webhooks:remove"),
    ("heroku", "feature"): _heroku("features:disable"),
    ("heroku", "coupling"): lambda subject, _: ("heroku", "pipelines:remove", "--app", subject.scope),
    ("heroku", "formation"): lambda subject, _: ("heroku", "ps:scale", f"{subject.name}=0", "--app", subject.scope),
    ("github", "secret"): _gh("secret", "delete"),
    ("github", "dependabot-secret"): _gh("secret", "delete", "--app", "dependabot"),
    ("github", "variable"): _gh("variable", "delete"),
    ("github", "environment"): _gh_api("environments", by_id=False),
    ("github", "webhook"): _gh_api("hooks"),
    ("github", "ruleset"): _gh_api("rulesets"),
    ("github", "deploy-key"): _gh_api("keys"),
}
