"""Config vars of one app: who owns a key, one request for all changes, and the release that follows."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from typing import Any

from infra.apis.heroku import Heroku, at
from infra.errors import Conflict, NotFound, Rejected
from infra.providers.heroku import releases
from infra.providers.heroku.unmoved import write_unmoved
from infra.providers.kit.context import Context
from infra.providers.kit.resource import Old
from infra.providers.kit.values import Values

Vars = dict[str, str]
# What Heroku itself sets, with runtime-dyno-metadata or while it builds: nobody's to declare.
PLATFORM = re.compile(
    r"^HEROKU_(APP_ID|APP_NAME|APP_DEFAULT_DOMAIN_NAME|DYNO_ID|RELEASE_\w+|SLUG_\w+|BUILD_\w+|EXEC_URL)$"
)
KEY = re.compile(r"^\w+$", re.ASCII)
# What is waited for when it is not known yet which release it is.
UNKNOWN_RELEASE = "newest"


def wrong_keys(variables: Any) -> str:
    """What is wrong with the names of config vars, or ""."""
    bad = sorted(key for key in variables if not KEY.match(key))
    if not bad:
        return ""
    return f"has names that Heroku refuses: {', '.join(bad)}; only letters, digits and _ are allowed"


async def owners(heroku: Heroku, app: str) -> dict[str, str]:
    """The config vars that add-ons own, each with its add-on's name."""
    addons = await heroku.snapshot.list(at("apps", app, "addons"))
    attachments = await heroku.snapshot.list(at("apps", app, "addon-attachments"))
    owned = {key: addon["name"] for addon in addons for key in addon["config_vars"]}
    local = {addon["id"] for addon in addons}
    for attachment in attachments:
        addon = attachment["addon"]
        suffixes = (
            _suffixes(addons, attachments, addon["id"]) if addon["id"] in local else await _foreign(heroku, addon["id"])
        )
        owned |= {f"{attachment['name']}_{suffix}": addon["name"] for suffix in suffixes}
    return owned


def _suffixes(addons: list[Any], attachments: list[Any], addon_id: str) -> set[str]:
    keys = next(addon["config_vars"] for addon in addons if addon["id"] == addon_id)
    names = [one["name"] for one in attachments if one["addon"]["id"] == addon_id]
    return {key[len(name) + 1 :] for key in keys for name in names if key.startswith(f"{name}_")}


async def _foreign(heroku: Heroku, addon_id: str) -> set[str]:
    """The endings of the config vars of an add-on that belongs to another app."""
    try:
        addon = await heroku.snapshot.get(at("addons", addon_id))
        attachments = await heroku.snapshot.list(at("addons", addon_id, "addon-attachments"))
    except NotFound:
        return set()
    return _suffixes([addon], attachments, addon_id)


def still_ours(old: Vars, kept: Collection[str], context: Context) -> Vars:
    """What was ours without what somebody else keeps from now on: that stays as it is, and is said to."""
    left = sorted({*old} & {*kept})
    if left:
        context.say(f"{', '.join(left)}: kept elsewhere now, so let go of and not written")
    return {key: value for key, value in old.items() if key not in left}


async def change(
    heroku: Heroku,
    app: str,
    old: Vars,
    new: Vars,
    context: Context,
    *,
    changed: Callable[[str], None],
    unsettled: str = "",
) -> None:
    """Bring the keys of ``old`` and ``new`` to ``new`` in one request, if any, and wait for the release it makes.

    ``changed`` hears when the values are there, each time with the release that is still waited for ("" for none), so
    that a run that is stopped or whose release phase fails can hand it to the next one as ``unsettled``.
    """
    path = at("apps", app, "config-vars")
    live, etag = await heroku.get_with_etag(path)
    wanted = _wanted(live, old, new)
    hidden = {**old, **new}
    if not wanted:
        # Values that are there already, though the state says otherwise, were set by a run that was killed.
        if unsettled or old != new:
            await _settle(heroku, app, unsettled, {*old, *new}, hidden, context)
        return
    await _refuse_owned(heroku, app, wanted, live)
    taken = sorted(key for key in wanted if key in live and key not in old)
    if taken:
        context.warn(f"{', '.join(taken)} had another value on {app} already, which is replaced")
    known, where = {**live, **{key: old[key] for key in wanted if key in old}}, f"config vars of app {app}"
    await write_unmoved(heroku, path, wanted, now=dict, old=known, new=wanted, where=where, read=(live, etag))
    changed(UNKNOWN_RELEASE)
    await _released(heroku, app, set(wanted), hidden, context, changed)


def _wanted(live: Vars, old: Vars, new: Vars) -> dict[str, str | None]:
    """The changes to send: what the program changed, where it is not so already."""
    set_: dict[str, str | None] = {
        key: value for key, value in new.items() if live.get(key) != value and old.get(key) != value
    }
    return set_ | {key: None for key in old if key not in new and key in live}


async def _refuse_owned(heroku: Heroku, app: str, wanted: dict[str, str | None], live: Vars) -> None:
    if not any(key in live for key in wanted):
        return
    owned = await owners(heroku, app)
    taken = {key: owned[key] for key in wanted if key in owned}
    if taken:
        lines = ", ".join(f"{key} (of {addon})" for key, addon in sorted(taken.items()))
        raise Conflict(
            f"add-ons own these config vars: {lines}",
            where=f"app {app}",
            todo="Take them out of the config vars: the add-on sets them. To rename one, attach the add-on under"
            " another name.",
        )


async def _released(
    heroku: Heroku, app: str, keys: set[str], hidden: Vars, context: Context, changed: Callable[[str], None]
) -> None:
    """Wait for the release that the change made, if its release phase runs; a failed one is an error."""
    release = next((one for one in await releases.newest(heroku, app) if _is_ours(one, keys)), None)
    if release is not None:
        changed(release["id"])
        await _succeeded(heroku, app, release, hidden, context)
    changed("")


async def _settle(heroku: Heroku, app: str, unsettled: str, keys: set[str], hidden: Vars, context: Context) -> None:
    """Go on waiting for the release of a change that an earlier run made, and could not see the end of."""
    release = await _unsettled(heroku, app, unsettled, keys)
    if release is not None:
        await _succeeded(heroku, app, release, hidden, context)


async def _unsettled(heroku: Heroku, app: str, unsettled: str, keys: set[str]) -> dict[str, Any] | None:
    """The release of an earlier change, unless the app runs that one or a newer one by now."""
    newest = await releases.newest(heroku, app)
    if unsettled and unsettled != UNKNOWN_RELEASE:
        release = await heroku.missing_to_none(at("apps", app, "releases", unsettled))
    else:
        release = next((one for one in newest if _is_ours(one, keys)), None)
    if release is None or any(one["current"] and one["version"] >= release["version"] for one in newest):
        return None
    return dict(release)


async def still_unsettled(heroku: Heroku, app: str, old: Old, keys: set[str]) -> str | None:
    """The release in the state that is still waited for, or has failed with nothing newer; None when all is well."""
    unsettled = old.get("release")
    if not unsettled:
        return None
    release = await _unsettled(heroku, app, unsettled, keys)
    return str(release["id"]) if release else None


def unfinished(outputs: Values) -> str:
    """What is said of config vars whose release is still waited for."""
    release = outputs.get("release")
    return f"release {release} of these config vars has not succeeded yet; `pulumi up` waits for it" if release else ""


async def _succeeded(heroku: Heroku, app: str, release: dict[str, Any], hidden: Vars, context: Context) -> None:
    done = await releases.ended(heroku, app, release, context)
    if done["status"] != "succeeded":
        raise await releases.failure(
            heroku,
            app,
            done,
            why="its release phase ended badly, though the config vars are changed already",
            todo="Fix the release phase, deploy again, then run `pulumi up`.",
            hidden=hidden.values(),
        )


def _is_ours(release: dict[str, Any], keys: set[str]) -> bool:
    words = set(re.findall(r"\w+", release["description"]))
    return "config" in words and bool(words & keys)


async def remove(heroku: Heroku, app: str, keys: list[str]) -> None:
    """Unset the keys, in one request; that the app is gone is fine, and what an add-on owns by now stays."""
    if not keys:
        return
    path = at("apps", app, "config-vars")
    try:
        await heroku.patch(path, dict.fromkeys(keys))
    except NotFound:
        return
    except Rejected:
        owned = await owners(heroku, app)
        ours = [key for key in keys if key not in owned]
        if ours == keys:
            raise
        await heroku.patch(path, dict.fromkeys(ours))
