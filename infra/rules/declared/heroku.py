"""What an environment declares at Heroku, thing by thing, as the program would make it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from infra.model.environment import DEFAULT_REGION, DEFAULT_SIZE, App, Environment, Pipeline
from infra.model.estate import Kind, Subject, Thing
from infra.model.values import Kept, Path
from infra.rules.certificates import leaf_of
from infra.rules.declared.resolving import Resolver, Said, Steps, prefixed


def declared_at_heroku(environment: Environment, resolver: Resolver) -> Iterator[Said]:
    """Every app with all that is in it, and the pipeline where this stack owns it."""
    for prefix, app in prefixed(environment):
        yield from _App(environment, app, prefix, resolver).things()
    pipeline = environment.service.pipeline
    if pipeline and environment.owns_shared:
        yield from _pipeline(environment, pipeline, resolver)


@dataclass(frozen=True)
class _App:
    environment: Environment
    app: App
    prefix: Steps
    resolver: Resolver

    def said(self, kind: Kind, name: str, place: Path, /, **fields: Any) -> Said:
        """One thing inside the app."""
        subject = Subject("heroku", kind, self.app.name, name)
        return Said(subject, Thing(fields, owner="declared"), (*self.prefix, *place))

    def things(self) -> Iterator[Said]:
        yield self._itself()
        yield from self._config_vars()
        yield from self._addons()
        yield from self._domains()
        yield from self._notified()
        yield from self._people()
        for name, process in self.app.formation.items():
            size = process.size or DEFAULT_SIZE
            yield self.said("formation", name, ("formation", name), size=size, quantity=process.quantity)
        for name, enabled in self.app.features.items():
            yield self.said("feature", name, ("features", name), enabled=enabled)
        pipeline = self.environment.service.pipeline
        if pipeline:
            stage = self.environment.stage or self.environment.stack
            yield self.said("coupling", pipeline.name, ("pipeline",), stage=stage)._replace(path=("pipeline",))

    def _itself(self) -> Said:
        app = self.app
        fields: dict[str, Any] = {
            "name": app.name,
            "region": app.region or DEFAULT_REGION,
            "team": app.team or "",
            "maintenance": app.maintenance,
            "acm": app.acm,
            "buildpacks": list(app.buildpacks),
        }
        if app.stack:
            fields["stack"] = app.stack
        thing = Thing(fields, owner="declared")
        return Said(Subject("heroku", "app", "", app.name), thing, (*self.prefix, "app"))

    def _config_vars(self) -> Iterator[Said]:
        for name, value in self.app.config_vars.items():
            place: Path = ("config_vars", name)
            if isinstance(value, Kept):
                yield self.said("config-var", name, place, kept_in=value.place)
            else:
                yield self.said("config-var", name, place, value=self.resolver.resolve(value))

    def _addons(self) -> Iterator[Said]:
        for key, addon in self.app.addons.items():
            named = {"name": addon.name} if addon.name else {}
            yield self.said("addon", key, ("addons", key), plan=addon.plan, **named)
            if addon.as_:
                yield self.said("attachment", addon.as_, ("addons", key, "as"), addon=key, app=self.app.name)
        for name, attached in self.app.attachments.items():
            owner = self.environment.apps.get(attached.app)
            where = owner.name if owner else attached.app
            yield self.said("attachment", name, ("attachments", name), addon=attached.addon, app=where)

    def _domains(self) -> Iterator[Said]:
        for host, domain in self.app.domains.items():
            yield self.said("domain", host, ("domains", host), certificate=domain.certificate or "")
        for key, certificate in self.app.certificates.items():
            leaf = leaf_of(self.resolver.resolve(certificate.certificate_chain))
            yield self.said("certificate", key, ("certificates", key), leaf=leaf)

    def _notified(self) -> Iterator[Said]:
        for key, drain in self.app.drains.items():
            yield self.said("drain", key, ("drains", key), url=self.resolver.hidden(drain.url))
        for key, hook in self.app.webhooks.items():
            url = self.resolver.hidden(hook.url)
            include = sorted(hook.include)
            yield self.said("webhook", key, ("webhooks", key), url=url, include=include, level=hook.level)

    def _people(self) -> Iterator[Said]:
        for email, person in self.app.collaborators.items():
            allowed = {"permissions": sorted(person.permissions)} if self.app.team else {}
            yield self.said("collaborator", email, ("collaborators", email), **allowed)


def _pipeline(environment: Environment, wanted: Pipeline, resolver: Resolver) -> Iterator[Said]:
    team = next((app.team for app in environment.apps.values() if app.team), "")
    owner = {"owner": team} if team else {}
    thing = Thing({"name": wanted.name, **owner}, owner="declared")
    yield Said(Subject("heroku", "pipeline", "", wanted.name), thing, ("pipeline",))
    for stage, config_vars in wanted.config_vars.items():
        for name, value in config_vars.items():
            subject = Subject("heroku", "pipeline-config-var", f"{wanted.name}/{stage}", name)
            fields = {"kept_in": value.place} if isinstance(value, Kept) else {"value": resolver.resolve(value)}
            yield Said(subject, Thing(fields, owner="declared"), ("pipeline", "config_vars", stage, name))
