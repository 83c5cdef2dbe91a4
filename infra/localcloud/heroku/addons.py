"""Add-ons: created, provisioned a moment later, moved to other plans, destroyed."""

from __future__ import annotations

import re
from typing import Any

from infra.localcloud.exchange import Answer, Call, Refusal, Route
from infra.localcloud.heroku.answers import found
from infra.localcloud.heroku.attached import ADDON, addons_of, attachment_vars, attachments_of, attachments_to
from infra.localcloud.heroku.attachments import (
    addon_named,
    attach,
    checked_name,
    detach,
    free_name,
    make_way,
    needs_confirmation,
)
from infra.localcloud.heroku.catalogue import (
    SERVICES,
    Plan,
    Service,
    fresh_values,
    plan_body,
    plan_named,
    plan_ref,
    price,
    service_body,
    service_ref,
)
from infra.localcloud.heroku.fields import (
    BOOLEAN,
    IDENTITY,
    OBJECT,
    STRING,
    body_of,
    identity,
    invalid,
    parameters,
)
from infra.localcloud.heroku.jobs import schedule
from infra.localcloud.heroku.log_drains import KIND as DRAIN
from infra.localcloud.heroku.log_drains import drains_by
from infra.localcloud.heroku.lookup import app_for, apps_of, not_found, team_for
from infra.localcloud.heroku.naming import new_id, number_of, stamp, suffixed_name
from infra.localcloud.heroku.paging import paged
from infra.localcloud.heroku.provisioning import provision, release_everywhere
from infra.localcloud.heroku.team_addons import refuse_unlisted
from infra.localcloud.heroku.webhook_events import record
from infra.localcloud.store import Store

Body = dict[str, Any]
_NAME = re.compile(r"[a-zA-Z][A-Za-z0-9_-]+")


def shown(call: Call, addon: Body) -> Body:
    """An add-on as Heroku answers it: names of its config vars, and what ``Accept-Expansion`` asks for inline."""
    return _expanded(call, addon, _names_on(call.store, addon["app"]["id"]))


def _names_on(store: Store, app_id: str) -> dict[str, list[str]]:
    """The names of config vars that each add-on gives an app, by the add-on's id."""
    names: dict[str, list[str]] = {}
    for attachment in attachments_of(store, app_id):
        names.setdefault(attachment["addon"]["id"], []).extend(attachment_vars(store, attachment))
    return names


def _expanded(call: Call, addon: Body, names: dict[str, list[str]]) -> Body:
    body = {**addon, "config_vars": names.get(addon["id"], [])}
    expansions = {part.strip() for part in call.headers.get("accept-expansion", "").split(",")}
    service, plan = _catalogued(addon)
    if "addon_service" in expansions:
        body["addon_service"] = service_body(service)
    if "plan" in expansions:
        body["plan"] = plan_body(service, plan)
    return body


def _catalogued(addon: Body) -> tuple[Service, Plan]:
    plan = plan_named(addon["plan"]["id"])
    if plan is None:
        raise not_found("plan", "Couldn't find that plan.")
    return next(service for service in SERVICES if service.name == plan.service), plan


def _wanted_plan(name: str) -> tuple[Service, Plan]:
    plan = plan_named(name)
    if plan is None:
        raise invalid(f'Couldn\'t find either the add-on service or the add-on plan of "{name}".')
    service = next(service for service in SERVICES if service.name == plan.service)
    if service.state == "shutdown":
        raise invalid(f"The add-on service {service.name} is no longer available.")
    return service, plan


def create_addon(call: Call) -> Answer:
    """POST /apps/{app}/addons: answers at once, provisioned or still ``provisioning``."""
    allowed = {"plan": IDENTITY, "name": STRING, "config": OBJECT, "confirm": STRING, "attachment": OBJECT}
    wanted = body_of(call, allowed, required=("plan",))
    app = app_for(call)
    service, plan = _wanted_plan(identity(wanted["plan"]))
    _refuse_second(call, app, service)
    refuse_unlisted(call, app, service)
    attachment = parameters(wanted.get("attachment", {}), {"name": STRING}, where="#/attachment")
    name = checked_name(attachment["name"]) if "name" in attachment else free_name(call.store, app["id"], service)
    make_way(call, app, name, "", wanted.get("confirm"))
    addon = _new_addon(call, app, service, plan, wanted)
    call.store.put(ADDON, addon["id"], addon, parent=app["id"])
    attach(call.store, call.now, app, addon, name, call.account)
    if call.settings.provisioning_seconds > 0:
        schedule(call.store, call.now, call.settings.provisioning_seconds, "provision", addon["id"])
        return found(shown(call, addon), 202)
    provision(call.store, call.now, addon["id"])
    return found(shown(call, call.store.get(ADDON, addon["id"]) or addon), 201)


def _refuse_second(call: Call, app: Body, service: Service) -> None:
    known = [addon for addon in addons_of(call.store, app["id"]) if addon["addon_service"]["name"] == service.name]
    if known and not service.multiple:
        raise invalid(f"The add-on service {service.name} is already installed on {app['name']} as {known[0]['name']}.")


def _new_addon(call: Call, app: Body, service: Service, plan: Plan, wanted: Body) -> Body:
    name = _checked_addon_name(call.store, wanted["name"]) if "name" in wanted else suffixed_name(service.short_name)
    owner = app["team"] or {"id": app["id"], "name": app["name"]}
    return {
        "id": new_id(),
        "name": name,
        "actions": [],
        "addon_service": service_ref(service),
        "app": {"id": app["id"], "name": app["name"]},
        "billing_entity": {**owner, "type": "app" if app["team"] is None else "team"},
        "billed_price": price(plan),
        "config_vars": [],
        "plan": plan_ref(plan),
        "provider_id": number_of(8),
        "provision_message": "",
        "state": "provisioning",
        "web_url": f"https://addons-sso.heroku.com/apps/{app['id']}/addons/{service.name}",
        "created_at": stamp(call.now),
        "updated_at": stamp(call.now),
        "_drain": service.drain,
        "_values": fresh_values(service),
        "_config": _checked_config(wanted.get("config", {})),
    }


def _checked_addon_name(store: Store, name: str) -> str:
    if not _NAME.fullmatch(name):
        raise invalid("Name must start with a letter and can only contain letters, numbers, underscores and dashes.")
    if store.find(ADDON, name=name):
        raise invalid(f"Name {name} is already taken")
    return name


def _checked_config(config: Body) -> dict[str, str]:
    for name, value in config.items():
        if not isinstance(value, str):
            raise invalid(f"The add-on option {name} must be a string.")
    return config


def _app_addon(call: Call) -> tuple[Body, Body]:
    app = app_for(call)
    wanted = call.params["addon"]
    for addon in addons_of(call.store, app["id"]):
        if wanted in (addon["id"], addon["name"]):
            return app, addon
    for attachment in attachments_of(call.store, app["id"]):
        if wanted in (attachment["name"], attachment["addon"]["id"], attachment["addon"]["name"]):
            return app, call.store.get(ADDON, attachment["addon"]["id"]) or {}
    raise not_found("addon", "Couldn't find that add-on.")


def list_addons(call: Call) -> Answer:
    """GET /addons."""
    apps = apps_of(call.store, call.account)
    return listed(call, [addon for app in apps for addon in addons_of(call.store, app["id"])])


def listed(call: Call, addons: list[Body]) -> Answer:
    """A list of add-ons as Heroku answers it."""
    names: dict[str, dict[str, list[str]]] = {}

    def shape(addon: Body) -> Body:
        app_id = addon["app"]["id"]
        if app_id not in names:
            names[app_id] = _names_on(call.store, app_id)
        return _expanded(call, addon, names[app_id])

    return paged(call, addons, ("id", "name"), shape=shape)


def list_app_addons(call: Call) -> Answer:
    """GET /apps/{app}/addons."""
    return listed(call, addons_of(call.store, app_for(call)["id"]))


def list_team_addons(call: Call) -> Answer:
    """GET /teams/{team}/addons."""
    team = team_for(call)
    apps = [app for app in call.store.find("heroku.app") if app["team"] and app["team"]["id"] == team["id"]]
    return listed(call, [addon for app in apps for addon in addons_of(call.store, app["id"])])


def list_user_addons(call: Call) -> Answer:
    """GET /users/{user}/addons: of the apps the caller owns."""
    if call.params["user"] not in ("~", call.account["id"], call.account["email"]):
        raise not_found("user", "Couldn't find that user.")
    apps = [app for app in apps_of(call.store, call.account) if app["owner"]["id"] == call.account["id"]]
    return listed(call, [addon for app in apps for addon in addons_of(call.store, app["id"])])


def get_addon(call: Call) -> Answer:
    """GET /addons/{addon}."""
    return found(shown(call, addon_named(call, call.params["addon"])))


def get_app_addon(call: Call) -> Answer:
    """GET /apps/{app}/addons/{addon}."""
    return found(shown(call, _app_addon(call)[1]))


def update_addon(call: Call) -> Answer:
    """PATCH /apps/{app}/addons/{addon}: another plan of the same service, another name."""
    wanted = body_of(call, {"plan": IDENTITY, "name": STRING}, required=("plan",))
    _, addon = _app_addon(call)
    after = {**addon}
    if wanted.get("plan"):
        after |= _replanned(addon, identity(wanted["plan"]))
    if wanted.get("name", addon["name"]) != addon["name"]:
        after["name"] = _checked_addon_name(call.store, wanted["name"])
        _rename_in_attachments(call.store, addon["id"], after["name"])
    if after == addon:
        return found(shown(call, addon))
    after["updated_at"] = stamp(call.now)
    call.store.replace(ADDON, addon["id"], after)
    record(call.store, call.now, addon["id"], "api:addon", "update", shown(call, after), call.account)
    if after["plan"] != addon["plan"]:
        release_everywhere(call.store, call.now, after)
    return found(shown(call, after))


def _replanned(addon: Body, name: str) -> Body:
    service, _ = _catalogued(addon)
    new_service, plan = _wanted_plan(name if ":" in name or plan_named(name) else f"{service.name}:{name}")
    if addon["state"] != "provisioned":
        raise invalid(f"The add-on {addon['name']} is still being provisioned; its plan cannot change yet.")
    if new_service.name != service.name:
        raise invalid(f"The plan {plan.name} is not one of {service.name}; create another add-on instead.")
    return {"plan": plan_ref(plan), "billed_price": price(plan)}


def _rename_in_attachments(store: Store, addon_id: str, name: str) -> None:
    for attachment in attachments_to(store, addon_id):
        store.replace(
            "heroku.attachment", attachment["id"], {**attachment, "addon": {**attachment["addon"], "name": name}}
        )


def delete_addon(call: Call) -> Answer:
    """DELETE /apps/{app}/addons/{addon}; attached to other apps as well, it wants ``force`` or ``confirm``."""
    wanted = body_of(call, {"confirm": STRING, "force": BOOLEAN})
    app, addon = _app_addon(call)
    if addon["app"]["id"] != app["id"]:
        raise invalid(
            f"The add-on {addon['name']} belongs to {addon['app']['name']}; it is only attached to {app['name']}."
        )
    attached = attachments_to(call.store, addon["id"])
    others = sorted({attachment["app"]["name"] for attachment in attached if attachment["app"]["id"] != app["id"]})
    confirm = wanted.get("confirm")
    if confirm not in (None, app["name"]) or (others and confirm is None and not wanted.get("force")):
        raise needs_confirmation(app, f"{addon['name']} is also attached to {', '.join(others) or 'no other app'}.")
    call.store.delete(ADDON, addon["id"])
    call.store.delete_under(addon["id"])
    for drain in drains_by(call.store, addon):
        call.store.delete(DRAIN, drain["id"])
    for attachment in attached:
        detach(call.store, call.now, attachment, call.account)
    return found({**addon, "state": "deprovisioned", "config_vars": []})


def refuse_partner_action(call: Call) -> Answer:
    """POST /addons/{addon}/actions/…: only the add-on's own partner may say so."""
    addon_named(call, call.params["addon"])
    raise Refusal(403, "forbidden", "Only the add-on's provider may do that.", {"resource": "addon"})


ROUTES: list[Route] = [
    ("GET", "/addons", list_addons, "read"),
    ("GET", "/addons/{addon}", get_addon, "read"),
    ("POST", "/apps/{app}/addons", create_addon, "write"),
    ("GET", "/apps/{app}/addons", list_app_addons, "read"),
    ("GET", "/apps/{app}/addons/{addon}", get_app_addon, "read"),
    ("PATCH", "/apps/{app}/addons/{addon}", update_addon, "write"),
    ("DELETE", "/apps/{app}/addons/{addon}", delete_addon, "write"),
    ("GET", "/users/{user}/addons", list_user_addons, "read"),
    ("GET", "/teams/{team}/addons", list_team_addons, "read"),
    ("POST", "/addons/{addon}/actions/provision", refuse_partner_action, "write"),
    ("POST", "/addons/{addon}/actions/deprovision", refuse_partner_action, "write"),
]
