"""Telemetry drains of Fir apps and spaces: where their traces, metrics and logs go; at most five each."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from infra.localcloud.exchange import Answer, Call, Refusal, Route
from infra.localcloud.heroku.answers import found
from infra.localcloud.heroku.fields import LIST, OBJECT, STRING, body_of, invalid, parameters
from infra.localcloud.heroku.lookup import app_for, not_found, space_for
from infra.localcloud.heroku.naming import new_id, stamp
from infra.localcloud.heroku.paging import paged

Body = dict[str, Any]
KIND = "heroku.telemetry_drain"
LIMIT = 5
SIGNALS = ("traces", "metrics", "logs")
_HEADER = re.compile(r"[A-Za-z0-9\-_]{1,100}")
_LONGEST = 1000


def _shown(drain: Body) -> Body:
    """A drain as Heroku answers it, with the headers of its exporter (which are kept apart because they are secret)."""
    body = {name: value for name, value in drain.items() if not name.startswith("_")}
    return {**body, "exporter": {**drain["exporter"], "headers": drain["_headers"]}}


def _owner_for(call: Call, owner: Body) -> Body:
    """The app or space that an owner names; it must be of the Fir generation."""
    find = {"app": app_for, "space": space_for}.get(owner["type"])
    if find is None:
        raise invalid("The owner's type must be app or space.")
    found_owner = find(call, owner["id"])
    if found_owner["generation"]["name"] != "fir":
        raise invalid(f"Telemetry drains are only for the Fir generation; {found_owner['name']} is of Cedar.")
    return found_owner


def _checked_signals(signals: list[Any]) -> list[str]:
    unknown = [str(signal) for signal in signals if signal not in SIGNALS]
    if unknown or not signals:
        raise invalid(f"Signals must be among {', '.join(SIGNALS)}; not {', '.join(unknown) or 'nothing'}.")
    return [signal for signal in SIGNALS if signal in signals]


def _checked_exporter(wanted: Body) -> Body:
    """An exporter as it is kept: its headers apart."""
    allowed = {"type": STRING, "endpoint": STRING, "headers": OBJECT}
    exporter = parameters(wanted, allowed, required=("type", "endpoint"), where="#/exporter")
    if exporter["type"] not in ("otlphttp", "otlp"):
        raise invalid("The exporter's type must be otlphttp or otlp.")
    _check_endpoint(exporter["type"], exporter["endpoint"])
    headers = exporter.get("headers", {})
    for name, value in headers.items():
        if not _HEADER.fullmatch(name) or not isinstance(value, str) or len(value) > _LONGEST:
            raise invalid(f"The exporter's header {name} must have a plain name and a text of {_LONGEST} at most.")
    return {"exporter": {"type": exporter["type"], "endpoint": exporter["endpoint"]}, "_headers": headers}


def _check_endpoint(kind: str, endpoint: str) -> None:
    """OTLP over HTTP goes to an address; over gRPC it may be just a host and a port."""
    text = endpoint if "://" in endpoint or kind == "otlphttp" else f"grpc://{endpoint}"
    try:
        parts = urlsplit(text)
        fits = parts.hostname is not None and (parts.scheme in ("https", "http") or "://" not in endpoint)
        fits = fits and (kind == "otlphttp" or "://" in endpoint or parts.port is not None)
    except ValueError:
        fits = False
    if not fits or len(endpoint) > _LONGEST:
        raise invalid(f"The exporter's endpoint is not one for {kind}.")


def create_drain(call: Call) -> Answer:
    """POST /telemetry-drains."""
    allowed = {"owner": OBJECT, "signals": LIST, "exporter": OBJECT}
    wanted = body_of(call, allowed, required=("owner", "signals", "exporter"))
    owner = parameters(wanted["owner"], {"id": STRING, "type": STRING}, required=("id", "type"), where="#/owner")
    owner_id = _owner_for(call, owner)["id"]
    kept = {"signals": _checked_signals(wanted["signals"]), **_checked_exporter(wanted["exporter"])}
    if len(call.store.find(KIND, parent=owner_id)) >= LIMIT:
        raise invalid(f"You have reached the limit of {LIMIT} telemetry drains for this {owner['type']}.")
    drain = {
        "id": new_id(),
        "owner": {"id": owner_id, "type": owner["type"]},
        **kept,
        "created_at": stamp(call.now),
        "updated_at": stamp(call.now),
    }
    call.store.put(KIND, drain["id"], drain, parent=owner_id)
    return Answer(201, _shown(drain))


def _drain_for(call: Call) -> Body:
    drain = call.store.get(KIND, call.params["drain"])
    try:
        if drain is not None:
            _owner_for(call, drain["owner"])
            return drain
    except Refusal:
        pass
    raise not_found("telemetry_drain", "Couldn't find that telemetry drain.")


def get_drain(call: Call) -> Answer:
    """GET /telemetry-drains/{drain}."""
    return Answer(200, _shown(_drain_for(call)))


def update_drain(call: Call) -> Answer:
    """PATCH /telemetry-drains/{drain}: its signals, and its exporter as a whole."""
    wanted = body_of(call, {"signals": LIST, "exporter": OBJECT})
    after = {**_drain_for(call), "updated_at": stamp(call.now)}
    if "signals" in wanted:
        after["signals"] = _checked_signals(wanted["signals"])
    if "exporter" in wanted:
        after |= _checked_exporter(wanted["exporter"])
    call.store.replace(KIND, after["id"], after)
    return Answer(200, _shown(after))


def delete_drain(call: Call) -> Answer:
    """DELETE /telemetry-drains/{drain}."""
    drain = _drain_for(call)
    call.store.delete(KIND, drain["id"])
    return found(_shown(drain))


def list_app_drains(call: Call) -> Answer:
    """GET /apps/{app}/telemetry-drains."""
    return paged(call, [_shown(one) for one in call.store.find(KIND, parent=app_for(call)["id"])])


def list_space_drains(call: Call) -> Answer:
    """GET /spaces/{space}/telemetry-drains."""
    return paged(call, [_shown(one) for one in call.store.find(KIND, parent=space_for(call)["id"])])


ROUTES: list[Route] = [
    ("POST", "/telemetry-drains", create_drain, "write"),
    ("GET", "/telemetry-drains/{drain}", get_drain, "read"),
    ("PATCH", "/telemetry-drains/{drain}", update_drain, "write"),
    ("DELETE", "/telemetry-drains/{drain}", delete_drain, "write"),
    ("GET", "/apps/{app}/telemetry-drains", list_app_drains, "read"),
    ("GET", "/spaces/{space}/telemetry-drains", list_space_drains, "read"),
]
