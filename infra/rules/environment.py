"""Judge one environment: combinations that are well-formed, but that a vendor refuses or a team regrets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from infra.model.dynos import tier
from infra.model.environment import Addon, App, Environment
from infra.model.finding import Finding
from infra.model.github import GitHubEnvironment
from infra.model.values import Path, Secret
from infra.model.wording import listing
from infra.rules.differences import judge_differences
from infra.rules.references import judge_references

MOST_DRAINS = 5
MOST_WEBHOOKS = 10
MOST_REVIEWERS = 6

# Made at dyno start from DATABASE_URL by the JVM buildpack, never config vars; a declared one would mask them.
_DERIVED = {"JDBC_DATABASE_URL", "JDBC_DATABASE_USERNAME", "JDBC_DATABASE_PASSWORD", "SPRING_DATASOURCE_URL"}
_PLATFORM = {"PORT", "DYNO", "PS"}
_SUFFIXES = {"heroku-postgresql": ("DATABASE", "URL"), "heroku-redis": ("REDIS", "URL")}


@dataclass(frozen=True)
class _Judged:
    """One app with its place in the document."""

    app: App
    root: Path
    environment: Environment

    def error(self, rule: str, path: Path, message: str, suggestion: str = "") -> Finding:
        return _error(rule, (*self.root, *path), message, suggestion)

    def lacks(self, *path: str) -> bool:
        return self.environment.lacks((*self.root, *path))


def judge_environment(environment: Environment) -> list[Finding]:
    """Everything that speaks against ``environment``, each finding with the path it concerns."""
    findings = [*_stage(environment), *_shared(environment), *_repository(environment), *judge_references(environment)]
    findings += judge_differences(environment)
    for key, app in environment.apps.items():
        judged = _Judged(app, () if environment.single else ("apps", key), environment)
        for rule in (_formation, _config_vars, _attachments, _domains, _limits, _collaborators):
            findings += rule(judged)
    return findings


def _error(rule: str, path: Path, message: str, suggestion: str = "") -> Finding:
    return Finding(rule, "error", path, message, suggestion)


def _stage(environment: Environment) -> Iterator[Finding]:
    pipeline = environment.service.pipeline
    if pipeline is None or environment.lacks(("stage",)):
        return
    stages = ", ".join(pipeline.stages)
    if environment.stage is None:
        message = f'the stack "{environment.stack}" is no stage of the pipeline'
        yield _error("stage-unknown", ("stage",), message, f"Say which it is: stage: {pipeline.stages[0]}")
    elif environment.stage not in pipeline.stages:
        message = f'the pipeline has no stage "{environment.stage}"'
        yield _error("stage-outside-pipeline", ("stage",), message, f"Its stages: {stages}")


def _shared(environment: Environment) -> Iterator[Finding]:
    service = environment.service
    if service.pipeline is None and service.github.webhooks and not service.shared_in:
        message = "without a pipeline it is not clear which stack owns the repository's settings"
        yield Finding("shared-unsaid", "warning", ("shared_in",), message, f"It is {environment.shared_in}'s; say so")


def _repository(environment: Environment) -> Iterator[Finding]:
    github = environment.service.github
    declared = [name for name in type(github).model_fields if getattr(github, name)]
    if declared and environment.service.repository is None and not environment.lacks(("repository",)):
        yield _error("repository-missing", ("github",), "needs the repository", "Set repository: owner/name")
    for name, wanted in github.environments.items():
        yield from _github_environment(("github", "environments", name), wanted)
    yield from _same_webhook(environment)


def _github_environment(path: Path, wanted: GitHubEnvironment) -> Iterator[Finding]:
    count = len(wanted.reviewers.users) + len(wanted.reviewers.teams)
    if count > MOST_REVIEWERS:
        message = f"{count} are more than the {MOST_REVIEWERS} that GitHub takes"
        yield _error("too-many-reviewers", (*path, "reviewers"), message, "Make a team of them")
    policy = wanted.branch_policy
    if policy and policy.protected_branches == bool(policy.branches or policy.tags):
        said = "both" if policy.protected_branches else "neither"
        advice = "Either protected_branches: true, or patterns under branches or tags"
        yield _error("branch-policy", (*path, "branch_policy"), f"says {said} of GitHub's two ways", advice)


def _same_webhook(environment: Environment) -> Iterator[Finding]:
    seen: dict[tuple[str, str], str] = {}
    for name, hook in environment.service.github.webhooks.items():
        if isinstance(hook.url, Secret):
            continue
        again = [event for event in hook.events if seen.setdefault((str(hook.url), event), name) != name]
        if again:
            first = seen[(str(hook.url), again[0])]
            message = f'"{again[0]}" already goes to that address from "{first}"'
            yield _error("webhook-twice", ("github", "webhooks", name, "events"), message, "Keep one")


def _formation(judged: _Judged) -> Iterator[Finding]:
    sizes = {name: process.size for name, process in judged.app.formation.items() if process.size}
    first = next(iter(sizes), "")
    for name, size in sizes.items():
        if tier(size) != tier(sizes[first]):
            message = f"{size} cannot run beside {sizes[first]} ({first}) in one app"
            advice = f"Heroku mixes only sizes of one group; {first} is of the {tier(sizes[first])} group"
            yield judged.error("formation-mixed", ("formation", name, "size"), message, advice)


def _config_vars(judged: _Judged) -> Iterator[Finding]:
    owned = {var: key for key, addon in judged.app.addons.items() for var in owned_config_vars(addon)}
    owned |= {f"{name}_URL": name for name in judged.app.attachments}
    for name in judged.app.config_vars:
        path: Path = ("config_vars", name)
        if name in owned:
            message = f'{name} is set by the add-on "{owned[name]}"'
            yield judged.error("config-var-owned", path, message, "Leave it out: Heroku fills it in")
        elif name in _DERIVED:
            message = f"{name} is derived from DATABASE_URL when a dyno starts"
            yield judged.error("config-var-derived", path, message, "Leave it out: the buildpack sets it")
        elif name in _PLATFORM or name.startswith(("HEROKU_", "__")):
            yield judged.error("config-var-reserved", path, f"{name} is Heroku's own", "Choose another name")


def owned_config_vars(addon: Addon) -> tuple[str, ...]:
    """The config vars that an add-on will surely bring; empty where only its provider knows."""
    default, suffix = _SUFFIXES.get(addon.plan.split(":")[0], ("", "URL"))
    name = addon.as_ or default
    return (f"{name}_{suffix}",) if name else ()


def _attachments(judged: _Judged) -> Iterator[Finding]:
    taken: dict[str, str] = {}
    for key, addon in judged.app.addons.items():
        first = taken.setdefault(addon.as_, key) if addon.as_ else key
        if first != key:
            message = f'"{first}" is already attached as {addon.as_}'
            yield judged.error("attachment-twice", ("addons", key, "as"), message, "Give each a name of its own")
    for name in judged.app.attachments:
        if name in taken:
            message = f'"{taken[name]}" is already attached as {name}'
            yield judged.error("attachment-twice", ("attachments", name), message, "Choose another name")
        yield from _source(judged, name)


def _source(judged: _Judged, name: str) -> Iterator[Finding]:
    """Whether the add-on that is attached as ``name`` is there."""
    wanted, path, apps = judged.app.attachments[name], ("attachments", name), judged.environment.apps
    owner = None if judged.environment.single else apps.get(wanted.app)
    if owner is None:
        if not judged.environment.lacks(("apps", wanted.app)):
            advice = "This environment has one app only" if judged.environment.single else listing(list(apps))
            yield judged.error("attachment-unknown", (*path, "app"), f'there is no app "{wanted.app}"', advice)
    elif owner is judged.app:
        message = "the add-on is this app's own"
        yield judged.error("attachment-own", path, message, f"Set as: {name} at addons.{wanted.addon}")
    elif wanted.addon not in owner.addons and not judged.environment.lacks(
        ("apps", wanted.app, "addons", wanted.addon)
    ):
        message = f'the app "{wanted.app}" has no add-on "{wanted.addon}"'
        yield judged.error("attachment-unknown", (*path, "addon"), message, listing(list(owner.addons)))


def _domains(judged: _Judged) -> Iterator[Finding]:
    known = judged.app.certificates
    for host, domain in judged.app.domains.items():
        path: Path = ("domains", host)
        chosen = domain.certificate
        if chosen and chosen not in known and not judged.lacks("certificates", chosen):
            advice = listing(list(known)) or "Declare it under certificates"
            yield judged.error(
                "certificate-unknown", (*path, "certificate"), f'there is no certificate "{chosen}"', advice
            )
        if host.startswith("*.") and judged.app.acm and not chosen:
            advice = "Give it a certificate of its own"
            yield judged.error("acm-wildcard", path, "automated certificates do not cover wildcard domains", advice)
        if host.endswith(".herokuapp.com"):
            yield judged.error("domain-herokus", path, "herokuapp.com is Heroku's", "Leave it out: every app has one")


def _limits(judged: _Judged) -> Iterator[Finding]:
    for name, most in (("drains", MOST_DRAINS), ("webhooks", MOST_WEBHOOKS)):
        count = len(getattr(judged.app, name))
        if count > most:
            yield judged.error(f"too-many-{name}", (name,), f"{count} are more than the {most} an app can have")


def _collaborators(judged: _Judged) -> Iterator[Finding]:
    for email, collaborator in judged.app.collaborators.items():
        if collaborator.permissions and not judged.app.team and not judged.lacks("team"):
            advice = "Set team, or leave the permissions out"
            path: Path = ("collaborators", email, "permissions")
            yield judged.error("permissions-without-team", path, "only apps of a team have permissions", advice)
