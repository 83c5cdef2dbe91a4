"""The apps of a seed document: made through the routes that a client would use, so that they are as any others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from infra.localcloud.exchange import Answer, Call
from infra.localcloud.heroku import (
    addons,
    apps,
    collaborators,
    config_vars,
    domains,
    log_drains,
    pipeline_couplings,
    pipelines,
    webhooks,
)
from infra.localcloud.heroku.door import ALL_SCOPES, EVERYWHERE
from infra.localcloud.heroku.provisioning import provision
from infra.localcloud.store import Store

Body = dict[str, Any]
AGE = timedelta(hours=1)
"""How old what was seeded is: nothing of it is still being made."""


def seed_apps(store: Store, document: Mapping[str, Any], account: Body, now: datetime) -> None:
    """Create the pipelines and apps that are not there yet, owned by ``account``."""
    seeder = _Seeder(store, account, now - AGE)
    for name in document.get("pipelines", []):
        if not store.find(pipelines.KIND, name=name):
            seeder.do(pipelines.create_pipeline, {"name": name})
    for item in document.get("apps", []):
        if store.get(apps.NAME, item["name"]) is None:
            seeder.found(item)


class _Seeder:
    def __init__(self, store: Store, account: Body, now: datetime) -> None:
        self._store = store
        self._account = {**account, EVERYWHERE: True}
        self._now = now

    def do(self, route: Callable[[Call], Answer], body: Body, **params: str) -> Any:
        """Call a route; raises its Refusal when the document asks for what Heroku would refuse."""
        call = Call(
            store=self._store,
            now=self._now,
            account=self._account,
            params=params,
            query={},
            body=body,
            headers={},
            base_url="",
            scopes=ALL_SCOPES,
        )
        return route(call).body

    def found(self, item: Mapping[str, Any]) -> None:
        """One app with what belongs to it."""
        own = {name: item[name] for name in ("name", "region", "stack") if name in item}
        app = self.do(apps.create_app, own)["id"]
        for addon in item.get("addons", []):
            made = self.do(addons.create_addon, addon, app=app)
            provision(self._store, self._now, made["id"])
        if item.get("config_vars"):
            self.do(config_vars.update_config_vars, dict(item["config_vars"]), app=app)
        for hostname in item.get("domains", []):
            self.do(domains.create_domain, {"hostname": hostname, "sni_endpoint": None}, app=app)
        for url in item.get("drains", []):
            self.do(log_drains.create_drain, {"url": url}, app=app)
        for webhook in item.get("webhooks", []):
            self.do(webhooks.create_webhook, webhook, app=app)
        for email in item.get("collaborators", []):
            self.do(collaborators.create_collaborator, {"user": email}, app=app)
        if "pipeline" in item:
            coupled = {"app": app, "pipeline": item["pipeline"], "stage": item.get("stage", "production")}
            self.do(pipeline_couplings.create_coupling, coupled)
