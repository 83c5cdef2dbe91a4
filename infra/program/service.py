"""Declare one environment of the service: its apps, its place in the pipeline, its part of the repository."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pulumi
import pulumiverse_heroku as heroku
from pulumi import ResourceOptions

from infra.errors import TwelvefoldError
from infra.model.environment import Environment, Pipeline
from infra.model.github import GitHub
from infra.model.values import Secret
from infra.program.facts import Facts
from infra.program.github import GitHubRepository, ours
from infra.program.heroku import HerokuApp, HerokuPipeline, pipeline_url
from infra.program.lookups import look_up


def declare_environment(environment: Environment) -> None:
    """Declare every resource of ``environment`` and export what a person wants to know."""
    root = pulumi.ComponentResource("twelvefold:index:Environment", environment.stack)
    inside = ResourceOptions(parent=root)
    facts = Facts()
    facts.learn((), {"stack": environment.stack, "stage": environment.stage or environment.stack})
    # Looked up first: an environment that must wait for another one fails before anything of it is made.
    pipeline = _pipeline(environment, facts, inside)
    apps = {key: HerokuApp(key, wanted, environment, facts, inside) for key, wanted in environment.apps.items()}
    for app in apps.values():
        app.tell(facts)
    for app in apps.values():
        app.furnish(facts, apps)
        if pipeline is not None:
            _couple(environment, app, pipeline)
    _repository(environment, facts, inside)
    _export(environment, apps, pipeline)


def _pipeline(environment: Environment, facts: Facts, inside: ResourceOptions) -> pulumi.Output[str] | None:
    wanted = environment.service.pipeline
    if wanted is None:
        return None
    if environment.owns_shared:
        team = next((app.team for app in environment.apps.values() if app.team), None)
        identity: pulumi.Output[str] = HerokuPipeline(wanted, team, facts, inside).pipeline.id
    else:
        identity = _look_up_pipeline(environment, wanted, inside)
    facts.learn(("pipeline",), {"id": identity, "name": wanted.name, "url": pipeline_url(identity)})
    return identity


def _look_up_pipeline(environment: Environment, wanted: Pipeline, inside: ResourceOptions) -> pulumi.Output[str]:
    options = pulumi.InvokeOptions(parent=inside.parent)
    try:
        found = look_up(f'the pipeline "{wanted.name}"', lambda: heroku.pipeline.get_pipeline(wanted.name, options))
    except TwelvefoldError as refusal:
        if "not_found" not in refusal.what:
            raise
        owner = environment.shared_in
        what, todo = f'the pipeline "{wanted.name}" is not there yet', f"Bring up the stack {owner} first: it owns it."
        if pulumi.runtime.is_dry_run():
            pulumi.warn(f"{what}. {todo}")
            return _unknown()
        raise TwelvefoldError(what, where=environment.stack, todo=todo) from None
    return pulumi.Output.from_input(found.id)


def _unknown() -> pulumi.Output[str]:
    """A value that a preview cannot know yet."""
    value, known = asyncio.Future[str](), asyncio.Future[bool]()
    value.set_result("")
    known.set_result(False)
    return pulumi.Output(set(), value, known)


def _couple(environment: Environment, app: HerokuApp, pipeline: pulumi.Output[str]) -> None:
    heroku.pipeline.Coupling(
        f"{app.wanted.name}-coupling",
        app_id=app.app.id,
        pipeline=pipeline,
        stage=environment.stage or environment.stack,
        opts=ResourceOptions(parent=app),
    )


def _repository(environment: Environment, facts: Facts, inside: ResourceOptions) -> None:
    full_name, wanted = environment.service.repository, environment.service.github
    mine = environment.own_deployments
    if full_name is None or not (mine or (environment.owns_shared and _has_shared(wanted))):
        return
    repository = GitHubRepository(full_name, facts, inside)
    if environment.owns_shared:
        repository.declare_shared(wanted, protect=environment.service.protect is not False)
    for name in mine:
        repository.declare_environment(name, wanted.environments[name])


def _has_shared(wanted: GitHub) -> bool:
    return any(getattr(wanted, name) for name in GitHub.model_fields if name != "environments")


def _export(environment: Environment, apps: dict[str, HerokuApp], pipeline: pulumi.Output[str] | None) -> None:
    for key, app in apps.items():
        prefix = "" if environment.single else f"{key}_"
        pulumi.export(f"{prefix}app_url", app.app.web_url)
        pulumi.export(f"{prefix}git_url", app.app.git_url)
    if pipeline is not None:
        pulumi.export("pipeline_url", pipeline_url(pipeline))
    pulumi.export("secrets", sorted(_secret_names(environment)))


def _secret_names(environment: Environment) -> Iterator[str]:
    for app in environment.apps.values():
        yield from (f"{app.name} {name}" for name, value in app.config_vars.items() if isinstance(value, Secret))
    github = environment.service.github
    if environment.owns_shared:
        yield from (f"github {name}" for name in ours(github.secrets))
        yield from (f"dependabot {name}" for name in ours(github.dependabot_secrets))
    for name in environment.own_deployments:
        yield from (f"github {name} {secret}" for secret in ours(github.environments[name].secrets))
