"""Buildpack installations: an app's ordered list, replaced as a whole."""

from __future__ import annotations

from typing import Any

from infra.localcloud.exchange import Answer, Call, Route
from infra.localcloud.heroku.fields import LIST, STRING, body_of, invalid, parameters
from infra.localcloud.heroku.lookup import app_for
from infra.localcloud.store import Store

Body = dict[str, Any]
KIND = "heroku.buildpacks"
_OFFICIAL = ("clojure", "go", "gradle", "java", "jvm", "nodejs", "php", "python", "ruby", "scala")


def installations_of(store: Store, app_id: str) -> list[Body]:
    """An app's buildpacks in order, as Heroku answers them."""
    names: list[str] = (store.get(KIND, app_id) or {}).get("buildpacks", [])
    return [{"ordinal": place, "buildpack": buildpack_body(name)} for place, name in enumerate(names)]


def buildpack_body(text: str) -> Body:
    """A buildpack by name or URL: official ones have a URN and a short name, others are their URL."""
    name = official_name(text)
    return {"url": text, "name": text} if name is None else {"url": f"urn:buildpack:{name}", "name": name}


def official_name(text: str) -> str | None:
    """``heroku/python`` for every way of writing it, or ``None`` for a buildpack that is not Heroku's own."""
    for language in _OFFICIAL:
        if text in (
            f"heroku/{language}",
            f"urn:buildpack:heroku/{language}",
            f"https://github.com/heroku/heroku-buildpack-{language}",
            f"https://github.com/heroku/heroku-buildpack-{language}.git",
        ):
            return f"heroku/{language}"
    return None


def list_installations(call: Call) -> Answer:
    """GET /apps/{app}/buildpack-installations."""
    return Answer(200, installations_of(call.store, app_for(call)["id"]))


def replace_installations(store: Store, app: Body, updates: list[Any]) -> None:
    """Give an app another list of buildpacks, or refuse with a 422."""
    if app["build_stack"]["name"] == "cnb":
        raise invalid("Apps on the cnb stack declare their buildpacks in project.toml.")
    names = [_checked(update, place) for place, update in enumerate(updates)]
    if len(set(names)) < len(names):
        raise invalid("A buildpack may be installed only once.")
    store.put(KIND, app["id"], {"buildpacks": names}, parent=app["id"])


def update_installations(call: Call) -> Answer:
    """PUT /apps/{app}/buildpack-installations."""
    wanted = body_of(call, {"updates": LIST}, required=("updates",))
    app = app_for(call)
    replace_installations(call.store, app, wanted["updates"])
    return Answer(200, installations_of(call.store, app["id"]))


def _checked(update: Any, place: int) -> str:
    name: str = parameters(update, {"buildpack": STRING}, required=("buildpack",), where=f"#/updates/{place}")[
        "buildpack"
    ]
    address = name.startswith(("https://", "http://", "urn:buildpack:", "git@", "git://"))
    if not address and name.count("/") != 1:
        raise invalid(f"The buildpack {name} is neither a name such as heroku/python nor a URL.")
    return official_name(name) or (name if address else f"urn:buildpack:{name}")


ROUTES: list[Route] = [
    ("GET", "/apps/{app}/buildpack-installations", list_installations, "read"),
    ("PUT", "/apps/{app}/buildpack-installations", update_installations, "write"),
]
