"""Declare the Heroku side of an environment: its apps with all that belongs to them, and the pipeline."""

from __future__ import annotations

from collections.abc import Mapping

import pulumi
import pulumiverse_heroku as heroku
from pulumi import ResourceOptions

from infra.model.environment import DEFAULT_REGION, DEFAULT_SIZE, App, Environment, Pipeline
from infra.model.values import Kept, Value
from infra.program.facts import Facts, Steps, is_sensitive
from infra.program.heroku_resources import more_inputs
from infra.program.lookups import look_up

# The SDK loads its parts when they are first touched, which two previews side by side must not do at once.
_TOUCHED = (
    *(heroku.addon.Addon, heroku.app.App, heroku.collaborator.Collaborator, heroku.domain.Domain, heroku.drain.Drain),
    *(heroku.formation.Formation, heroku.pipeline.Pipeline, heroku.ssl.Ssl, heroku.team.Collaborator),
)


class HerokuApp(pulumi.ComponentResource):
    """One app. Declared in two steps, because apps may refer to each other: it stands first, then it is furnished."""

    def __init__(self, key: str, wanted: App, environment: Environment, facts: Facts, opts: ResourceOptions) -> None:
        super().__init__("twelvefold:heroku:App", wanted.name, None, opts)
        self.wanted = wanted
        self.prefix: Steps = () if environment.single else ("apps", key)
        self.protected = environment.protect
        self.app = self._app()
        self.addons = {name: self._addon(name, facts) for name in wanted.addons}

    def tell(self, facts: Facts) -> None:
        """Make the app and its add-ons known to references."""
        app = self.app
        own = self.prefix or ("app",)
        facts.learn(own, {"id": app.id, "name": app.name, "url": app.web_url, "git_url": app.git_url})
        for name, addon in self.addons.items():
            wanted = self.wanted.addons[name]
            attachment = {"attachment": wanted.as_} if wanted.as_ else {"attachment": addon.name}
            facts.learn((*self.prefix, "addons", name), {"id": addon.id, "name": addon.name, **attachment})

    def furnish(self, facts: Facts, apps: Mapping[str, HerokuApp]) -> None:
        """Declare everything inside the app."""
        self._config_vars(facts)
        self._attachments(apps)
        self._formation()
        self._domains(facts)
        self._notified(facts)
        self._people()

    def _called(self, suffix: str) -> str:
        return f"{self.wanted.name}-{suffix}"

    def _within(self, *, protect: bool = False, secrets: tuple[str, ...] = ()) -> ResourceOptions:
        return ResourceOptions(parent=self, protect=protect or None, additional_secret_outputs=list(secrets) or None)

    def _app(self) -> heroku.app.App:
        wanted = self.wanted
        protected = self._within(protect=self.protected and bool(wanted.addons))
        # What is not protected may go with its data: the person said so with protect.
        options = more_inputs(protected, maintenance=wanted.maintenance, allowDataLoss=not self.protected)
        team = heroku.app.AppOrganizationArgs(name=wanted.team) if wanted.team else None
        return heroku.app.App(
            wanted.name,
            name=wanted.name,
            region=wanted.region or DEFAULT_REGION,
            stack=wanted.stack,
            buildpacks=wanted.buildpacks or None,
            organization=team,
            acm=wanted.acm,
            opts=options,
        )

    def _addon(self, name: str, facts: Facts) -> heroku.addon.Addon:
        wanted = self.wanted.addons[name]
        options = more_inputs(self._within(protect=self.protected), allowDataLoss=not self.protected)
        if wanted.as_:
            options = more_inputs(options, attachmentName=wanted.as_)
        return heroku.addon.Addon(
            self._called(name),
            app_id=self.app.id,
            plan=wanted.plan,
            name=wanted.name,
            config=facts.resolve_all(wanted.config) or None,
            opts=options,
        )

    def _config_vars(self, facts: Facts) -> None:
        declared, kept = split_kept(self.wanted.config_vars)
        facts.learn((*self.prefix, "config_vars"), facts.resolve_all(declared))
        if declared or kept:
            plain, secret = split_secrets(declared, facts)
            options = keeping(self._within(), kept)
            heroku.app.ConfigAssociation(
                self._called("config"), app_id=self.app.id, vars=plain, sensitive_vars=secret, opts=options
            )

    def _attachments(self, apps: Mapping[str, HerokuApp]) -> None:
        for name, wanted in self.wanted.attachments.items():
            addon = apps[wanted.app].addons[wanted.addon]
            heroku.addon.Attachment(
                self._called(name.lower()), app_id=self.app.id, addon_id=addon.id, name=name, opts=self._within()
            )

    def _formation(self) -> None:
        for name, process in self.wanted.formation.items():
            heroku.formation.Formation(
                self._called(name),
                app_id=self.app.id,
                type=name,
                quantity=process.quantity,
                size=process.size or DEFAULT_SIZE,
                opts=self._within(),
            )

    def _domains(self, facts: Facts) -> None:
        certificates = {
            name: heroku.ssl.Ssl(
                self._called(name),
                app_id=self.app.id,
                certificate_chain=facts.resolve(wanted.certificate_chain),
                private_key=facts.resolve(wanted.private_key),
                opts=self._within(secrets=("private_key",)),
            )
            for name, wanted in self.wanted.certificates.items()
        }
        for host, wanted in self.wanted.domains.items():
            certificate = certificates[wanted.certificate].id if wanted.certificate else None
            heroku.domain.Domain(
                host, app_id=self.app.id, hostname=host, sni_endpoint_id=certificate, opts=self._within()
            )

    def _notified(self, facts: Facts) -> None:
        for name, drain in self.wanted.drains.items():
            url = pulumi.Output.secret(facts.resolve(drain.url))
            heroku.drain.Drain(self._called(name), app_id=self.app.id, sensitive_url=url, opts=self._within())
        for name, hook in self.wanted.webhooks.items():
            heroku.app.Webhook(
                self._called(name),
                app_id=self.app.id,
                url=facts.resolve(hook.url),
                level=hook.level,
                includes=hook.include,
                secret=facts.resolve(hook.secret) if hook.secret else None,
                authorization=facts.resolve(hook.authorization) if hook.authorization else None,
                opts=self._within(secrets=("secret", "authorization")),
            )
        for name, enabled in self.wanted.features.items():
            heroku.app.Feature(self._called(name), app_id=self.app.id, name=name, enabled=enabled, opts=self._within())

    def _people(self) -> None:
        for email, wanted in self.wanted.collaborators.items():
            if self.wanted.team:
                heroku.team.Collaborator(
                    self._called(email),
                    app_id=self.app.id,
                    email=email,
                    permissions=sorted(wanted.permissions),
                    opts=self._within(),
                )
            else:
                heroku.collaborator.Collaborator(
                    self._called(email), app_id=self.app.id, email=email, opts=self._within()
                )


class HerokuPipeline(pulumi.ComponentResource):
    """The pipeline, in the one stack that owns what environments share."""

    def __init__(self, wanted: Pipeline, team: str | None, facts: Facts, opts: ResourceOptions) -> None:
        super().__init__("twelvefold:heroku:Pipeline", wanted.name, None, opts)
        owner = _team_owner(team) if team else None
        inside = ResourceOptions(parent=self)
        self.pipeline = heroku.pipeline.Pipeline(wanted.name, name=wanted.name, owner=owner, opts=inside)
        for stage, config_vars in wanted.config_vars.items():
            declared, kept = split_kept(config_vars)
            plain, secret = split_secrets(declared, facts)
            heroku.pipeline.ConfigVar(
                f"{wanted.name}-{stage}",
                pipeline_id=self.pipeline.id,
                pipeline_stage=stage,
                vars=plain,
                sensitive_vars=secret,
                opts=keeping(inside, kept),
            )


def _team_owner(team: str) -> heroku.pipeline.PipelineOwnerArgs:
    found = look_up(f'the Heroku team "{team}"', lambda: heroku.team.get_team(name=team))
    return heroku.pipeline.PipelineOwnerArgs(id=found.id, type="team")


def split_kept(wanted: Mapping[str, Value | Kept]) -> tuple[dict[str, Value], list[str]]:
    """What is declared with a value, and the names of what is kept elsewhere."""
    declared = {name: value for name, value in wanted.items() if not isinstance(value, Kept)}
    return declared, sorted(set(wanted) - set(declared))


def keeping(options: ResourceOptions, kept: list[str]) -> ResourceOptions:
    """Options that let config vars stay which were ours once and are kept elsewhere by now."""
    return more_inputs(options, keptElsewhere=kept) if kept else options


def split_secrets(
    declared: Mapping[str, Value], facts: Facts
) -> tuple[dict[str, pulumi.Input[str]] | None, dict[str, pulumi.Input[str]] | None]:
    """The plain and the secret ones of ``declared``, resolved; ``None`` where there is none."""
    plain = facts.resolve_all({name: value for name, value in declared.items() if not is_sensitive(value)})
    secret = facts.resolve_all({name: value for name, value in declared.items() if is_sensitive(value)})
    return plain or None, secret or None


def pipeline_url(pipeline_id: pulumi.Input[str]) -> pulumi.Output[str]:
    """Where a person sees the pipeline."""
    return pulumi.Output.concat("https://dashboard.heroku.com/pipelines/", pipeline_id)
