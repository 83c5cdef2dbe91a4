"""Config vars of an app: a flat map; one PATCH makes one release."""

from __future__ import annotations

import re
from typing import Any

from infra.localcloud.exchange import Answer, Call, Route
from infra.localcloud.heroku.attached import CONFIG_VARS, all_config_vars, attached_config_vars, own_config_vars
from infra.localcloud.heroku.fields import bad_request, invalid
from infra.localcloud.heroku.lookup import permitted_app_for
from infra.localcloud.heroku.releases import add_release

LARGEST = 64 * 1024
_NAME = re.compile(r"\w+", re.ASCII)


def is_name(name: str) -> bool:
    """Whether a config var may be called that."""
    return _NAME.fullmatch(name) is not None


def checked_changes(body: Any, form: re.Pattern[str] = _NAME) -> dict[str, str | None]:
    """A PATCH's names and values: strings, or null to remove."""
    if not isinstance(body, dict):
        raise bad_request("The body must be an object of config vars.")
    for name, value in body.items():
        if not form.fullmatch(name):
            raise invalid(f"{name!r} is no name for a config var: letters, digits and underscores are.")
        if value is not None and not isinstance(value, str):
            raise invalid(f"The value of the config var {name} must be a string or null.")
    return body


def get_config_vars(call: Call) -> Answer:
    """GET /apps/{app}/config-vars."""
    return Answer(200, all_config_vars(call.store, permitted_app_for(call, "deploy")["id"]))


def update_config_vars(call: Call) -> Answer:
    """PATCH /apps/{app}/config-vars: null removes; answers the whole map; one release if anything changed."""
    app, changes = permitted_app_for(call, "deploy"), checked_changes(call.body)
    before, attached = own_config_vars(call.store, app["id"]), attached_config_vars(call.store, app["id"])
    _refuse_attached(changes, attached)
    after = {name: value for name, value in {**before, **changes}.items() if value is not None}
    if sum(len(name.encode()) + len(value.encode()) for name, value in {**after, **attached}.items()) > LARGEST:
        raise invalid(f"Config vars of an app may hold {LARGEST // 1024} KB altogether.")
    if after != before:
        call.store.put(CONFIG_VARS, app["id"], after, parent=app["id"])
        add_release(call.store, call.now, app, call.account, _description(before, after, changes))
    return Answer(200, all_config_vars(call.store, app["id"]))


def _refuse_attached(changes: dict[str, str | None], attached: dict[str, str]) -> None:
    theirs = sorted(name for name, value in changes.items() if name in attached and value != attached[name])
    removed = [name for name in theirs if changes[name] is None]
    if removed:
        raise invalid(f"Cannot destroy attachment values {', '.join(removed)}.")
    if theirs:
        raise invalid(f"Cannot overwrite attachment values {', '.join(theirs)}.")


def _description(before: dict[str, str], after: dict[str, str], changes: dict[str, str | None]) -> str:
    set_names = ", ".join(name for name in changes if name in after and before.get(name) != after[name])
    removed = ", ".join(name for name in changes if name in before and name not in after)
    if set_names and removed:
        return f"Set {set_names} config vars, remove {removed} config vars"
    return f"Set {set_names} config vars" if set_names else f"Remove {removed} config vars"


ROUTES: list[Route] = [
    ("GET", "/apps/{app}/config-vars", get_config_vars, "read-protected"),
    ("PATCH", "/apps/{app}/config-vars", update_config_vars, "write-protected"),
]
