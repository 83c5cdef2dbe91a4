"""How Heroku's answers become things: one function a kind, with the fields that declared and recorded estates have."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from infra.apis.live.owners import Owned
from infra.apis.live.wanted import Wanted
from infra.model.estate import Hidden, Kind, Subject, Thing
from infra.model.times import read_time

Row = Mapping[str, Any]
Found = tuple[Subject, Thing]
Owner = Literal["", "declared", "addon", "platform"]
# What Heroku itself sets, with runtime-dyno-metadata or while it builds: nobody's to declare.
PLATFORM_VARS = re.compile(
    r"HEROKU_(APP_ID|APP_NAME|APP_DEFAULT_DOMAIN_NAME|DYNO_ID|RELEASE_\w+|SLUG_\w+|BUILD_\w+|EXEC_URL)"
)
# Whoever has the app by being its owner, or an admin of the team that is.
BY_OFFICE = ("owner", "admin")
_LEAF = re.compile(r"-----BEGIN CERTIFICATE-----(.*?)-----END CERTIFICATE-----", re.DOTALL)


def subject(kind: Kind, scope: str, name: str) -> Subject:
    """Something at Heroku."""
    return Subject("heroku", kind, scope, name)


def time_of(row: Row, key: str) -> datetime | None:
    """A time of Heroku's, or None where it tells none."""
    return read_time(row.get(key))


def thing(row: Row, fields: Mapping[str, Any], *, owner: Owner = "", brought_by: str = "") -> Thing:
    """A thing with the id and the times that its row tells."""
    return Thing(
        fields,
        id=str(row.get("id") or ""),
        owner=owner,
        brought_by=brought_by,
        updated_at=time_of(row, "updated_at"),
        created_at=time_of(row, "created_at"),
    )


def app(row: Row, name: str) -> Found:
    """An app under its declared name; its buildpacks are told by another list."""
    generation = row.get("generation")
    fields = {
        "name": row["name"],
        "region": row["region"]["name"],
        # `build_stack` is what was asked for; it becomes `stack` with the next build.
        "stack": (row.get("build_stack") or row["stack"])["name"],
        "team": (row.get("team") or row.get("organization") or {}).get("name", ""),
        "maintenance": row["maintenance"],
        "space": (row.get("space") or {}).get("name", ""),
        "generation": generation.get("name") if isinstance(generation, dict) else generation,
        "acm": row.get("acm"),
    }
    # A team's list leaves some of them out: what it does not say is not known.
    return subject("app", "", name), thing(row, {key: value for key, value in fields.items() if value is not None})


def addon(row: Row, scope: str, wanted: Wanted) -> Found:
    """An add-on under its declared key, or the name that Heroku gave it."""
    fields = {
        "plan": row["plan"]["name"],
        "name": row["name"],
        "state": row.get("state", ""),
        "service": row["addon_service"]["name"],
    }
    return subject("addon", scope, wanted.name_of(row["id"], "addon", row["name"])), thing(row, fields)


def attachment(row: Row, scope: str, wanted: Wanted, owner_app: str, *, first: bool) -> Found:
    """An attachment; the ``first`` one of an add-on on its own app came with the add-on."""
    name = wanted.name_of(row["addon"]["id"], "addon", row["addon"]["name"])
    fields = {"addon": name, "app": owner_app}
    owner: Owner = "addon" if first else ""
    return subject("attachment", scope, row["name"]), thing(row, fields, owner=owner, brought_by=name if first else "")


def coupling(row: Row, scope: str, pipeline: str) -> Found:
    """An app's place in a pipeline."""
    return subject("coupling", scope, pipeline), thing(row, {"stage": row["stage"]})


def pipeline(row: Row, name: str, owner: str | None) -> Found:
    """A pipeline under its declared name."""
    fields = {"name": row["name"], **({} if owner is None else {"owner": owner})}
    return subject("pipeline", "", name), thing(row, fields)


def config_vars(values: Mapping[str, str], scope: str, owned: Owned) -> list[Found]:
    """Config vars, those that add-ons brought (``owned``) told from those that people set."""
    return [
        (subject("config-var", scope, key), _config_var(key, value, owned.by(key)))
        for key, value in sorted(values.items())
    ]


def _config_var(key: str, value: str, addon: str) -> Thing:
    owner: Owner = "addon" if addon else "platform" if PLATFORM_VARS.fullmatch(key) else ""
    return Thing({"value": Hidden(value)}, owner=owner, brought_by=addon)


def domain(row: Row, scope: str, wanted: Wanted) -> Found:
    """A host name; the one below herokuapp.com is the platform's."""
    endpoint = row.get("sni_endpoint") or {}
    certificate = wanted.name_of(endpoint["id"], "certificate", endpoint.get("name") or "") if endpoint else ""
    owner: Owner = "platform" if row["kind"] == "heroku" else ""
    return subject("domain", scope, row["hostname"]), thing(row, {"certificate": certificate}, owner=owner)


def certificate(row: Row, scope: str, wanted: Wanted) -> Found:
    """A certificate of our own, known by the digest of its leaf."""
    name = wanted.name_of(row["id"], "certificate", row["name"])
    return subject("certificate", scope, name), thing(row, {"leaf": leaf_digest(row["certificate_chain"])})


def leaf_digest(chain: str) -> str:
    """The SHA-256 (hexadecimal) of the first certificate of a PEM chain; "" where there is none."""
    found = _LEAF.search(chain)
    try:
        return hashlib.sha256(base64.b64decode(found[1])).hexdigest() if found else ""
    except ValueError:
        return ""


def process(row: Row, scope: str) -> Found:
    """How a process type runs; one that runs nowhere came with the code."""
    size = (row.get("dyno_size") or {}).get("name") or row["size"]
    fields = {"size": size.lower(), "quantity": row["quantity"]}
    owner: Owner = "platform" if row["quantity"] == 0 else ""
    return subject("formation", scope, row["type"]), thing(row, fields, owner=owner)


def collaborator(row: Row, scope: str, *, team: bool) -> Found:
    """Somebody who may work on the app; permissions mean something on a team's apps only."""
    permissions = sorted(one["name"] for one in row.get("permissions") or [])
    owner: Owner = "platform" if row.get("role") in BY_OFFICE else ""
    found = thing(row, {"permissions": permissions} if team else {}, owner=owner)
    return subject("collaborator", scope, row["user"]["email"]), found


def drain(row: Row, scope: str, wanted: Wanted) -> Found:
    """Where logs go; a logging add-on has a drain of its own."""
    addon = row.get("addon") or {}
    brought_by = wanted.name_of(addon["id"], "addon", addon.get("name") or addon["id"]) if addon else ""
    owner: Owner = "addon" if addon else ""
    found = thing(row, {"url": Hidden(row["url"])}, owner=owner, brought_by=brought_by)
    return subject("drain", scope, wanted.name_of(row["id"], "drain", row["id"])), found


def telemetry_drain(row: Row, scope: str, wanted: Wanted) -> Found:
    """Where telemetry goes, of apps of the Fir generation."""
    exporter = row["exporter"]
    fields = {
        "signals": sorted(row["signals"]),
        "endpoint": Hidden(exporter["endpoint"]),
        "exporter_type": exporter["type"],
    }
    return subject("telemetry-drain", scope, wanted.name_of(row["id"], "telemetry-drain", row["id"])), thing(
        row, fields
    )


def webhook(row: Row, scope: str, wanted: Wanted) -> Found:
    """Whom Heroku tells about the app's events."""
    # Such addresses may carry a token.
    fields = {"url": Hidden(row["url"]), "include": sorted(row["include"]), "level": row["level"]}
    return subject("webhook", scope, wanted.name_of(row["id"], "webhook", row["id"])), thing(row, fields)


def feature(row: Row, scope: str) -> Found:
    """An app's feature; one that is off is as Heroku made it."""
    owner: Owner = "" if row["enabled"] else "platform"
    return subject("feature", scope, row["name"]), thing(row, {"enabled": row["enabled"]}, owner=owner)


def release(row: Row, scope: str) -> Found:
    """A release: what made it, and who."""
    fields = {
        "description": row["description"],
        "user": row["user"]["email"],
        "status": row["status"],
        "created_at": row["created_at"],
    }
    return subject("release", scope, f"v{row['version']}"), thing(row, fields)


def buildpacks(rows: list[Any]) -> list[str]:
    """The names of an app's buildpacks in their order."""
    return [row["buildpack"]["name"] for row in sorted(rows, key=lambda row: int(row["ordinal"]))]
