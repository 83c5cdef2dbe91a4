"""Log sessions: an address at which an app's log can be read; no code runs here, so it tells of releases only."""

from __future__ import annotations

from typing import Any

from infra.localcloud.blobs import blob_url, keep_blob
from infra.localcloud.exchange import Answer, Call, Route
from infra.localcloud.heroku.fields import BOOLEAN, INTEGER, STRING, body_of
from infra.localcloud.heroku.lookup import app_for
from infra.localcloud.heroku.naming import new_id, stamp
from infra.localcloud.heroku.releases import releases_of

_DEFAULT_LINES = 100


def create_session(call: Call) -> Answer:
    """POST /apps/{app}/log-sessions."""
    texts = dict.fromkeys(("dyno_name", "type", "source"), STRING)
    wanted = body_of(call, {**texts, "lines": INTEGER, "tail": BOOLEAN})
    app, id = app_for(call), new_id()
    lines = [_line(release) for release in releases_of(call.store, app["id"])]
    if wanted.get("source", "app") != "app" or "dyno_name" in wanted or "type" in wanted:
        lines = []
    shown = lines[-max(wanted.get("lines", _DEFAULT_LINES), 0) :] if wanted.get("lines", 1) > 0 else []
    keep_blob(call.store, f"log-{id}", "".join(shown).encode(), parent=app["id"])
    url = blob_url(call.store, call.base_url, f"log-{id}")
    return Answer(201, {"id": id, "logplex_url": url, "created_at": stamp(call.now), "updated_at": stamp(call.now)})


def _line(release: dict[str, Any]) -> str:
    user = release["user"]["email"]
    at = release["created_at"].replace("Z", ".000000+00:00")
    return f"{at} app[api]: Release v{release['version']} created by user {user}\n"


ROUTES: list[Route] = [("POST", "/apps/{app}/log-sessions", create_session, "read")]
