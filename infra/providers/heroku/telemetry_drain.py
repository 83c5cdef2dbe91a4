"""heroku:drain/telemetryDrain:TelemetryDrain: where the telemetry of an app or space goes."""

from __future__ import annotations

from typing import Any

from infra.apis.heroku import Heroku, at
from infra.errors import NotFound
from infra.providers.heroku.app import generation_of
from infra.providers.heroku.listing import Inside, Parents, gathered
from infra.providers.heroku.lost import is_recent, made_once
from infra.providers.heroku.unmoved import write_unmoved
from infra.providers.kit.context import Context
from infra.providers.kit.fields import TEXT, list_of, map_of, same_members, string
from infra.providers.kit.resource import Lister, Listing, Live, Made, Old, Resource
from infra.providers.kit.values import Values

SIGNALS = ("traces", "metrics", "logs")


def _wrong_signals(signals: list[Any]) -> str:
    bad = sorted(str(one) for one in signals if isinstance(one, str) and one not in SIGNALS)
    if bad:
        return f"knows only {', '.join(SIGNALS)}, not {', '.join(bad)}"
    return "" if signals else "must name at least one signal"


FIELDS = {
    "owner_id": string("The id of the app or space.", required=True, replace=True),
    "owner_type": string("app or space.", required=True, replace=True, choices=("app", "space")),
    "signals": list_of(TEXT, "traces, metrics, logs.", required=True, same=same_members, wrong=_wrong_signals),
    "endpoint": string("Where they go; such addresses may carry credentials.", required=True, secret=True),
    "exporter_type": string("otlphttp or otlp.", required=True, choices=("otlphttp", "otlp")),
    "headers": map_of(TEXT, "What is sent with them, such as an API key.", secret=True),
}


def _exporter(new: Values) -> Values:
    headers = {"headers": new["headers"]} if new.get("headers") else {}
    return {"type": new["exporter_type"], "endpoint": new["endpoint"], **headers}


def _outputs(drain: dict[str, Any]) -> Values:
    exporter = drain["exporter"]
    outputs = {
        "owner_id": drain["owner"]["id"],
        "owner_type": drain["owner"]["type"],
        "signals": drain["signals"],
        "endpoint": exporter["endpoint"],
        "exporter_type": exporter["type"],
        "headers": exporter.get("headers") or None,
    }
    return {name: value for name, value in outputs.items() if value is not None}


async def _create(heroku: Heroku, new: Values, context: Context) -> Made:
    owner = {"id": new["owner_id"], "type": new["owner_type"]}
    body = {"owner": owner, "signals": new["signals"], "exporter": _exporter(new)}

    async def post() -> Any:
        return await heroku.post("/telemetry-drains", body)

    async def find() -> Any | None:
        rows = await heroku.list(at(f"{new['owner_type']}s", new["owner_id"], "telemetry-drains"))
        same = [one for one in rows if is_recent(one, context) and one["exporter"]["endpoint"] == new["endpoint"]]
        return same[-1] if same else None

    drain = await made_once(context, post, find, what="the telemetry drain")
    return Made(drain["id"], new)


async def _read(heroku: Heroku, id: str, old: Old) -> Live | None:
    try:
        outputs = _outputs(await heroku.get(at("telemetry-drains", id)))
    except NotFound:
        return None
    # Should Heroku stop telling the headers, as it never tells a webhook's secret, the state's are all there is.
    outputs.setdefault("headers", old.get("headers"))
    return Live(id, outputs)


async def _update(heroku: Heroku, id: str, old: Old, new: Values, _context: Context) -> Values:
    known = {"headers": old.get("headers")}
    await write_unmoved(
        heroku,
        at("telemetry-drains", id),
        {"signals": new["signals"], "exporter": _exporter(new)},
        now=lambda live: _comparable({**known, **_outputs(live)}),
        old=_comparable(old.outputs),
        new=_comparable(new),
        unseen=True,
    )
    return new


def _comparable(values: Values) -> Values:
    same = {name: values.get(name) for name in ("endpoint", "exporter_type")}
    return {**same, "headers": values.get("headers") or {}, "signals": sorted(values.get("signals", []))}


async def _delete(heroku: Heroku, id: str, _old: Old, _context: Context) -> None:
    await heroku.delete(at("telemetry-drains", id))


def _drains_of(kind: str) -> Inside:
    async def rows(heroku: Heroku, owner: str) -> Listing:
        return [(one["id"], one["id"]) for one in await heroku.list(at(kind, owner, "telemetry-drains"))]

    return rows


FIR_APPS = Parents("apps", "owner_id", wanted=lambda app: generation_of(app) == "fir")
OWNERS = {
    "app": gathered(FIR_APPS, _drains_of("apps")),
    "space": gathered(Parents("spaces", "owner_id"), _drains_of("spaces")),
}


async def _list(heroku: Heroku, query: Values) -> Listing:
    kinds = [query.get("owner_type", "app")] if "owner_id" in query else [*OWNERS]
    return [row for kind in kinds for row in await OWNERS[kind].find(heroku, query)]


RESOURCE: Resource[Heroku] = Resource(
    "heroku:drain/telemetryDrain:TelemetryDrain",
    help="Where the telemetry of an app or space of the Fir generation goes; it changes in place.",
    fields=FIELDS,
    create=_create,
    read=_read,
    update=_update,
    delete=_delete,
    list=Lister(_list, by=("owner_id", "owner_type")),
    import_id="the drain's id",
)
