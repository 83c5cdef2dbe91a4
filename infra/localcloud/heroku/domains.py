"""Domains of an app, and automated certificates for them."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from infra.localcloud.exchange import Answer, Call, Route
from infra.localcloud.heroku.answers import found
from infra.localcloud.heroku.fields import IDENTITY, STRING, body_of, identity, invalid
from infra.localcloud.heroku.jobs import schedule
from infra.localcloud.heroku.lookup import app_for, not_found
from infra.localcloud.heroku.naming import dns_name, new_id, stamp
from infra.localcloud.heroku.paging import paged
from infra.localcloud.heroku.webhook_events import record
from infra.localcloud.store import Store

Body = dict[str, Any]
KIND, ENDPOINT = "heroku.domain", "heroku.sni_endpoint"
LIMIT = 1000
_HOSTNAME = re.compile(r"(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")


def add_default_domain(store: Store, now: datetime, app: Body) -> None:
    """The domain below herokuapp.com that every app has."""
    _keep(store, app, _new_domain(now, app, app["web_url"].removeprefix("https://").rstrip("/"), "heroku"))


def domains_of(store: Store, app_id: str) -> list[Body]:
    """An app's domains, its default one first."""
    return store.find(KIND, parent=app_id)


def _new_domain(now: datetime, app: Body, hostname: str, kind: str) -> Body:
    custom = kind == "custom"
    return {
        "id": new_id(),
        "hostname": hostname,
        "kind": kind,
        "cname": dns_name() if custom else None,
        "status": "succeeded" if custom else "none",
        "acm_status": "pending" if custom and app["acm"] else None,
        "acm_status_reason": None,
        "sni_endpoint": None,
        "app": {"id": app["id"], "name": app["name"]},
        "created_at": stamp(now),
        "updated_at": stamp(now),
    }


def _keep(store: Store, app: Body, domain: Body) -> None:
    store.put(KIND, domain["id"], domain, parent=app["id"])


def _domain_for(call: Call, app: Body) -> Body:
    wanted = call.params["domain"]
    for domain in domains_of(call.store, app["id"]):
        if wanted in (domain["id"], domain["hostname"]):
            return domain
    raise not_found("domain")


def _endpoint_ref(call: Call, app: Body, value: Any) -> Body | None:
    if value is None:
        return None
    name = identity(value)
    for endpoint in call.store.find(ENDPOINT, parent=app["id"]):
        if name in (endpoint["id"], endpoint["name"]):
            return {"id": endpoint["id"], "name": endpoint["name"]}
    raise not_found("sni_endpoint", "Couldn't find that SNI endpoint.")


def create_domain(call: Call) -> Answer:
    """POST /apps/{app}/domains: ``sni_endpoint`` must be said, if only as null."""
    allowed = {"hostname": STRING, "sni_endpoint": IDENTITY}
    wanted = body_of(call, allowed, required=("hostname",), nullable=("sni_endpoint",))
    app = app_for(call)
    hostname = str(wanted.get("hostname", "")).lower().rstrip(".")
    _check_hostname(call, app, hostname)
    domain = _new_domain(call.now, app, hostname, "custom")
    domain["sni_endpoint"] = _endpoint_ref(call, app, wanted.get("sni_endpoint"))
    _keep(call.store, app, domain)
    record(call.store, call.now, app["id"], "api:domain", "create", domain, call.account)
    if app["acm"]:
        schedule(call.store, call.now, call.settings.provisioning_seconds, "certify", app["id"])
    return found(domain, 201)


def _check_hostname(call: Call, app: Body, hostname: str) -> None:
    if not _HOSTNAME.fullmatch(hostname) or len(hostname) > 253:
        raise invalid("Hostname is not a valid domain name, such as www.example.com.")
    if hostname.endswith(".herokuapp.com"):
        raise invalid("Hostnames below herokuapp.com belong to Heroku.")
    taken = call.store.find(KIND, hostname=hostname)
    if taken:
        where = "to this app" if taken[0]["app"]["id"] == app["id"] else "to another app"
        raise invalid(f"Domain {hostname} is already added {where}.")
    if len(domains_of(call.store, app["id"])) > LIMIT:
        raise invalid(f"An app may have {LIMIT} domains.")


def list_domains(call: Call) -> Answer:
    """GET /apps/{app}/domains."""
    return paged(call, domains_of(call.store, app_for(call)["id"]), ("id", "hostname"))


def get_domain(call: Call) -> Answer:
    """GET /apps/{app}/domains/{domain}, by id or hostname."""
    return found(_domain_for(call, app_for(call)))


def update_domain(call: Call) -> Answer:
    """PATCH /apps/{app}/domains/{domain}: its SNI endpoint."""
    wanted = body_of(call, {"sni_endpoint": IDENTITY}, nullable=("sni_endpoint",))
    app = app_for(call)
    domain = _domain_for(call, app)
    if domain["kind"] == "heroku":
        raise invalid("The default domain of an app has no SNI endpoint.")
    endpoint = _endpoint_ref(call, app, wanted.get("sni_endpoint"))
    after = {**domain, "sni_endpoint": endpoint, "updated_at": stamp(call.now)}
    _keep(call.store, app, after)
    record(call.store, call.now, app["id"], "api:domain", "update", after, call.account)
    return found(after)


def delete_domain(call: Call) -> Answer:
    """DELETE /apps/{app}/domains/{domain}."""
    app = app_for(call)
    domain = _domain_for(call, app)
    if domain["kind"] == "heroku":
        raise invalid("The default domain of an app cannot be removed.")
    call.store.delete(KIND, domain["id"])
    record(call.store, call.now, app["id"], "api:domain", "destroy", domain, call.account)
    return found(domain)


def certify(store: Store, now: datetime, app_id: str) -> None:
    """Issue the pending certificates of an app: nobody has to point a DNS record here."""
    for domain in domains_of(store, app_id):
        if domain["acm_status"] == "pending":
            store.replace(KIND, domain["id"], {**domain, "acm_status": "cert issued", "updated_at": stamp(now)})


def _switch_certificates(call: Call, *, enabled: bool) -> Answer:
    app = app_for(call)
    status = "pending" if enabled else None
    after = {**app, "acm": enabled, "updated_at": stamp(call.now)}
    call.store.put("heroku.app", app["id"], after)
    for domain in domains_of(call.store, app["id"]):
        if domain["kind"] == "custom":
            _keep(call.store, app, {**domain, "acm_status": status, "updated_at": stamp(call.now)})
    if enabled:
        schedule(call.store, call.now, call.settings.provisioning_seconds, "certify", app["id"])
    return found(after)


def enable_certificates(call: Call) -> Answer:
    """POST /apps/{app}/acm."""
    return _switch_certificates(call, enabled=True)


def disable_certificates(call: Call) -> Answer:
    """DELETE /apps/{app}/acm."""
    return _switch_certificates(call, enabled=False)


def refresh_certificates(call: Call) -> Answer:
    """PATCH /apps/{app}/acm."""
    if not app_for(call)["acm"]:
        raise invalid("Automated certificate management is not enabled on this app.")
    return _switch_certificates(call, enabled=True)


ROUTES: list[Route] = [
    ("POST", "/apps/{app}/domains", create_domain, "write"),
    ("GET", "/apps/{app}/domains", list_domains, "read"),
    ("GET", "/apps/{app}/domains/{domain}", get_domain, "read"),
    ("PATCH", "/apps/{app}/domains/{domain}", update_domain, "write"),
    ("DELETE", "/apps/{app}/domains/{domain}", delete_domain, "write"),
    ("POST", "/apps/{app}/acm", enable_certificates, "write"),
    ("DELETE", "/apps/{app}/acm", disable_certificates, "write"),
    ("PATCH", "/apps/{app}/acm", refresh_certificates, "write"),
]
