"""Config vars of one app: who owns a key, one request for all changes, and the release that follows."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from infra.apis.heroku import Heroku, at
from infra.errors import Conflict, NotFound, Rejected
from infra.providers.kit.context import Context

Vars = dict[str, str]
# What Heroku itself sets, with runtime-dyno-metadata or while it builds: nobody's to declare.
PLATFORM = re.compile(
    r"^HEROKU_(APP_ID|APP_NAME|APP_DEFAULT_DOMAIN_NAME|DYNO_ID|RELEASE_\w+|SLUG_\w+|BUILD_\w+|EXEC_URL)$"
)
KEY = re.compile(r"^\w+$", re.ASCII)
OUTPUT_LINES = 20
NEWEST_RELEASES = "version ..; order=desc,max=10"


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


async def change(
    heroku: Heroku, app: str, old: Vars, new: Vars, context: Context, *, changed: Callable[[], None]
) -> None:
    """Bring the keys of ``old`` and ``new`` to ``new`` in one request, if any; ``changed`` hears when it is done.

    Then wait for the release that this makes; a failed release phase is an error after ``changed``.
    """
    live, etag = await heroku.get_with_etag(at("apps", app, "config-vars"))
    wanted = _wanted(live, old, new)
    if not wanted:
        return
    await _refuse_owned(heroku, app, wanted, live)
    _refuse_moved(app, old, new, live, wanted)
    taken = sorted(key for key in wanted if key in live and key not in old)
    if taken:
        context.warn(f"{', '.join(taken)} had another value on {app} already, which is replaced")
    await _patch(heroku, app, wanted, live, etag)
    changed()
    await _released(heroku, app, wanted, context)


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


def _refuse_moved(app: str, old: Vars, new: Vars, live: Vars, wanted: dict[str, str | None]) -> None:
    moved = sorted(key for key in wanted if key in old and live.get(key) not in (old[key], new.get(key)))
    if moved:
        raise _changed_meanwhile(app, moved)


def _changed_meanwhile(app: str, keys: list[str]) -> Conflict:
    return Conflict(
        f"somebody changed {', '.join(keys)} since it was last read",
        where=f"config vars of app {app}",
        todo="Run `pulumi refresh` to see the change, then `pulumi up` again to decide.",
    )


async def _patch(heroku: Heroku, app: str, wanted: dict[str, str | None], live: Vars, etag: str) -> None:
    path = at("apps", app, "config-vars")
    for _ in range(5):
        try:
            await heroku.patch(path, wanted, if_match=etag)
        except Conflict as stale:
            if stale.status != 412:
                raise
        else:
            return
        fresh, etag = await heroku.get_with_etag(path)
        # Our own write whose answer was lost also moves the keys, to just what we want.
        if all(fresh.get(key) == value for key, value in wanted.items()):
            return
        moved = sorted(key for key in wanted if fresh.get(key) != live.get(key))
        if moved:
            raise _changed_meanwhile(app, moved)
    raise _changed_meanwhile(app, sorted(wanted))


async def _released(heroku: Heroku, app: str, wanted: dict[str, str | None], context: Context) -> None:
    """Wait for the release that the change made, if its release phase runs; a failed one is an error."""
    releases = await heroku.first(at("apps", app, "releases"), NEWEST_RELEASES)
    release = next((one for one in releases if _is_ours(one, wanted)), None)
    if release is None:
        return
    path = at("apps", app, "releases", release["id"])

    async def finished() -> Any | None:
        now = await heroku.get(path) if release["status"] == "pending" else release
        return None if now["status"] == "pending" else now

    label = f"release v{release['version']} of {app}"
    done = await context.wait(finished, what=label, limit=3900.0)
    if done["status"] != "succeeded":
        raise await _release_failure(heroku, label, done, wanted)


def _is_ours(release: dict[str, Any], wanted: dict[str, str | None]) -> bool:
    words = set(re.findall(r"\w+", release["description"]))
    return "config" in words and bool(words & set(wanted))


async def _release_failure(
    heroku: Heroku, label: str, release: dict[str, Any], wanted: dict[str, str | None]
) -> Rejected:
    url = release.get("output_stream_url")
    output = await heroku.rest.text_elsewhere(url) if url else ""
    for value in sorted((v for v in wanted.values() if v), key=len, reverse=True):
        output = output.replace(value, "***")
    tail = "\n  ".join(output.strip().splitlines()[-OUTPUT_LINES:])
    return Rejected(
        f"{label} {release['status']}: its release phase ended badly, though the config vars are changed already"
        + (f"\n  {tail}" if tail else ""),
        todo="Fix the release phase, deploy again, then run `pulumi up`.",
    )


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
