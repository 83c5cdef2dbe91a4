"""App setups: an app made from a source with an ``app.json``; the app at once, the rest a moment later."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from infra.localcloud.exchange import Answer, Call, Refusal, Route
from infra.localcloud.heroku.addons import create_addon
from infra.localcloud.heroku.answers import found
from infra.localcloud.heroku.app_json import Manifest, ManifestErrors, manifest_in
from infra.localcloud.heroku.buildpacks import replace_installations
from infra.localcloud.heroku.builds import BuildFailed, build, checked_source, fetched
from infra.localcloud.heroku.config_vars import is_name, update_config_vars
from infra.localcloud.heroku.fields import BOOLEAN, LIST, OBJECT, STRING, body_of, invalid, parameters
from infra.localcloud.heroku.formation import update_process
from infra.localcloud.heroku.jobs import schedule
from infra.localcloud.heroku.lookup import app_for, not_found
from infra.localcloud.heroku.naming import new_id, stamp
from infra.localcloud.heroku.team_apps import begin_team_app
from infra.localcloud.store import Store

Body = dict[str, Any]
KIND = "heroku.app_setup"


def create_setup(call: Call) -> Answer:
    """POST /app-setups."""
    allowed = {"app": OBJECT, "source_blob": OBJECT, "overrides": OBJECT}
    wanted = body_of(call, allowed, required=("source_blob",))
    source = checked_source(wanted["source_blob"])
    overrides = parameters(wanted.get("overrides", {}), {"env": OBJECT, "buildpacks": LIST}, where="#/overrides")
    texts = dict.fromkeys(("name", "organization", "region", "space", "stack"), STRING)
    told = parameters(wanted.get("app", {}), {**texts, "locked": BOOLEAN, "personal": BOOLEAN}, where="#/app")
    env = checked_env(overrides.get("env", {}))
    buildpacks = [_buildpack(item) for item in overrides.get("buildpacks", [])]
    team = {"team": told["organization"]} if "organization" in told else {}
    app = begin_team_app(call, {**{name: told[name] for name in told if name != "organization"}, **team})
    setup = begin_setup(call, app, source, env, buildpacks)
    schedule(call.store, call.now, call.settings.provisioning_seconds, "set up", setup["id"])
    return found(setup, 202)


def _buildpack(item: Any) -> str:
    return str(parameters(item, {"url": STRING}, required=("url",), where="#/overrides/buildpacks")["url"])


def checked_env(env: Body) -> dict[str, str]:
    """Config vars with proper names and texts, or a 422."""
    for name, value in env.items():
        if not is_name(name) or not isinstance(value, str):
            raise invalid(f"The config var {name} must have a name of letters, digits and underscores, and a text.")
    return env


def begin_setup(
    call: Call, app: Body, source: Body, env: dict[str, str], buildpacks: list[str], environment: str = ""
) -> Body:
    """Keep a pending setup of an app that is there already."""
    setup: Body = {
        "id": new_id(),
        "app": {"id": app["id"], "name": app["name"]},
        "build": None,
        "failure_message": None,
        "manifest_errors": [],
        "postdeploy": None,
        "resolved_success_url": None,
        "status": "pending",
        "created_at": stamp(call.now),
        "updated_at": stamp(call.now),
        "_account_id": call.account["id"],
        "_base_url": call.base_url,
        "_source": source,
        "_env": env,
        "_buildpacks": buildpacks,
        "_environment": environment,
    }
    call.store.put(KIND, setup["id"], setup)
    return setup


def set_up(store: Store, now: datetime, setup_id: str) -> None:
    """Do what the manifest says, build the source, and say how it went."""
    setup = store.get(KIND, setup_id)
    if setup is None or setup["status"] != "pending":
        return
    try:
        outcome = _outcome(store, now, setup)
    except ManifestErrors as problem:
        outcome = _failed("The app.json is invalid.", manifest_errors=problem.errors)
    except BuildFailed as problem:
        outcome = _failed(str(problem))
    except Refusal as refusal:
        outcome = _failed(refusal.message)
    store.replace(KIND, setup_id, {**setup, **outcome, "updated_at": stamp(now)})


def _failed(message: str, **more: Any) -> Body:
    return {"status": "failed", "failure_message": message, **more}


def _outcome(store: Store, now: datetime, setup: Body) -> Body:
    account = store.get("heroku.account", setup["_account_id"]) or {}
    call = acting(store, now, account, setup["_base_url"], {"app": setup["app"]["id"]})
    app = app_for(call)
    archive = fetched(store, setup["_base_url"], setup["_source"])
    manifest = manifest_in(archive, setup["_env"], setup["_environment"])
    _prepare(call, app, manifest, setup["_buildpacks"])
    made = build(store, now, setup["_base_url"], app_for(call), account, setup["_source"], [])
    told = {"build": {name: made[name] for name in ("id", "status", "output_stream_url")}}
    if made["status"] != "succeeded":
        return {**_failed("Build failed"), **told}
    for name, wanted in manifest.formation.items():
        update_process(acting(store, now, account, call.base_url, {**call.params, "formation": name}, wanted))
    return {"status": "succeeded", **told, **_ending(app, manifest)}


def _prepare(call: Call, app: Body, manifest: Manifest, buildpacks: list[str]) -> None:
    """Config vars, add-ons and buildpacks, before the build."""
    account = dict(call.account)
    if manifest.config_vars:
        changes = manifest.config_vars
        update_config_vars(acting(call.store, call.now, account, call.base_url, call.params, dict(changes)))
    for plan, name in manifest.addons:
        body = {"plan": plan, **({} if name is None else {"attachment": {"name": name}})}
        create_addon(acting(call.store, call.now, account, call.base_url, call.params, body))
    names = buildpacks or manifest.buildpacks
    if names and app["build_stack"]["name"] != "cnb":
        replace_installations(call.store, app, [{"buildpack": name} for name in names])


def _ending(app: Body, manifest: Manifest) -> Body:
    """No code runs here, so a postdeploy script is only told."""
    told = None
    if manifest.postdeploy is not None:
        told = {"output": f"$ {manifest.postdeploy}\n(The local cloud runs no code.)\n", "exit_code": 0}
    return {"postdeploy": told, "resolved_success_url": f"{app['web_url'].rstrip('/')}{manifest.success_url or '/'}"}


def acting(store: Store, now: datetime, account: Body, base_url: str, params: Any, body: Body | None = None) -> Call:
    """A call that Heroku makes itself in an account's name."""
    return Call(store, now, account, params, {}, body or {}, {}, base_url)


def get_setup(call: Call) -> Answer:
    """GET /app-setups/{setup}."""
    setup = call.store.get(KIND, call.params["setup"])
    if setup is None or setup["_account_id"] != call.account["id"]:
        raise not_found("app_setup", "Couldn't find that app setup.")
    return found(setup)


ROUTES: list[Route] = [
    ("POST", "/app-setups", create_setup, "write-protected"),
    ("GET", "/app-setups/{setup}", get_setup, "read"),
]
