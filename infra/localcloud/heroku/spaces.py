"""Private spaces: allocated a moment after they were asked for, gone a moment after they were deleted."""

from __future__ import annotations

import re
from datetime import datetime
from ipaddress import IPv4Network
from typing import Any

from infra.localcloud.exchange import Answer, Call, Route
from infra.localcloud.heroku.answers import found
from infra.localcloud.heroku.apps import hand_over
from infra.localcloud.heroku.fields import BOOLEAN, IDENTITY, STRING, body_of, identity, invalid
from infra.localcloud.heroku.jobs import schedule
from infra.localcloud.heroku.log_drains import checked_url
from infra.localcloud.heroku.lookup import not_found, refuse_non_admin, space_for, space_to_manage, team_for
from infra.localcloud.heroku.naming import new_id, stamp
from infra.localcloud.heroku.paging import paged
from infra.localcloud.heroku.space_rules import add_ruleset
from infra.localcloud.heroku.stacks import generation_named, private_region_named
from infra.localcloud.store import Store

Body = dict[str, Any]
KIND = "heroku.space"
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9]|-(?!-))+[a-z0-9]")
_PRIVATE = tuple(IPv4Network(text) for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"))


def _checked_name(store: Store, name: str) -> str:
    if not _NAME.fullmatch(name) or len(name) > 30:
        raise invalid("Name must be 3 to 30 lowercase letters, digits and single dashes.")
    if store.find(KIND, name=name):
        raise invalid(f"Name {name} is already taken")
    return name


def _network(text: str, name: str, smallest: int) -> IPv4Network:
    """A private network between a /16 and the smallest size, or a 422."""
    try:
        network = IPv4Network(text)
    except ValueError:
        raise invalid(f"{name} is not a network such as 10.0.0.0/16.") from None
    sized = 16 <= network.prefixlen <= smallest
    if not sized or not any(network.subnet_of(private) for private in _PRIVATE):
        raise invalid(f"{name} must be a private network between a /16 and a /{smallest}.")
    return network


def _networks(wanted: Body) -> dict[str, str]:
    space = _network(wanted.get("cidr", "10.0.0.0/16"), "Cidr", 16)
    data = _network(wanted.get("data_cidr", "10.1.0.0/16"), "Data cidr", 20)
    if space.overlaps(data):
        raise invalid("Cidr and data cidr must not overlap.")
    return {"cidr": str(space), "data_cidr": str(data)}


def _checked_drain(url: str) -> str:
    if not checked_url(url).startswith("https://"):
        raise invalid("Log drain url must use HTTPS.")
    return url


def create_space(call: Call) -> Answer:
    """POST /spaces: ``allocating`` at first. Heroku lets only enterprise teams have spaces; here every team may."""
    texts = dict.fromkeys(("name", "cidr", "data_cidr", "log_drain_url"), STRING)
    allowed = {**texts, "team": IDENTITY, "region": IDENTITY, "shield": BOOLEAN, "generation": IDENTITY}
    wanted = body_of(call, allowed, required=("name", "team"))
    team = team_for(call, identity(wanted["team"]))
    refuse_non_admin(team, "space")
    space = _new_space(call, wanted, team)
    call.store.put(KIND, space["id"], space, parent=team["id"])
    add_ruleset(call.store, call.now, space, call.account, [{"action": "allow", "source": "0.0.0.0/0"}])
    if call.settings.provisioning_seconds > 0:
        schedule(call.store, call.now, call.settings.provisioning_seconds, "allocate", space["id"])
    else:
        allocate(call.store, call.now, space["id"])
    return found(call.store.get(KIND, space["id"]) or space, 201)


def _new_space(call: Call, wanted: Body, team: Body) -> Body:
    generation = generation_named(identity(wanted.get("generation", "cedar")))
    if generation["name"] == "fir" and wanted.get("shield"):
        raise invalid("Shield is not available for spaces of the Fir generation.")
    return {
        "id": new_id(),
        "name": _checked_name(call.store, wanted["name"]),
        "organization": {"name": team["name"]},
        "team": {"id": team["id"], "name": team["name"]},
        "region": private_region_named(identity(wanted.get("region", "virginia"))),
        "shield": bool(wanted.get("shield", False)),
        "state": "allocating",
        **_networks(wanted),
        "generation": generation,
        "created_at": stamp(call.now),
        "updated_at": stamp(call.now),
        "_log_drain_url": _checked_drain(wanted["log_drain_url"]) if "log_drain_url" in wanted else None,
    }


def allocate(store: Store, now: datetime, space_id: str) -> None:
    """Finish allocating a space."""
    space = store.get(KIND, space_id)
    if space is not None and space["state"] == "allocating":
        store.replace(KIND, space_id, {**space, "state": "allocated", "updated_at": stamp(now)})


def list_spaces(call: Call) -> Answer:
    """GET /spaces: those of the caller's teams; Heroku's command line has no other list either."""
    teams = call.store.find("heroku.team")
    mine = [team["id"] for team in teams if call.store.get("heroku.team_member", f"{team['id']}:{call.account['id']}")]
    return paged(call, [space for space in call.store.find(KIND) if space["team"]["id"] in mine], ("id", "name"))


def list_team_spaces(call: Call) -> Answer:
    """GET /teams/{team}/spaces."""
    return paged(call, call.store.find(KIND, parent=team_for(call)["id"]), ("id", "name"))


def get_space(call: Call) -> Answer:
    """GET /spaces/{space}, by id or name."""
    return found(space_for(call))


def apps_in(store: Store, space: Body) -> list[Body]:
    """The apps in a space."""
    return [app for app in store.find("heroku.app") if app["space"] and app["space"]["id"] == space["id"]]


def update_space(call: Call) -> Answer:
    """PATCH /spaces/{space}: its name."""
    wanted = body_of(call, {"name": STRING})
    space = space_to_manage(call)
    name = str(wanted.get("name", space["name"]))
    if name == space["name"]:
        return found(space)
    after = {**space, "name": _checked_name(call.store, name), "updated_at": stamp(call.now)}
    call.store.replace(KIND, space["id"], after)
    for app in apps_in(call.store, space):
        call.store.replace("heroku.app", app["id"], {**app, "space": {**app["space"], "name": name}})
    return found(after)


def delete_space(call: Call) -> Answer:
    """DELETE /spaces/{space}: an empty one; ``deleting`` for a moment, then gone."""
    space = space_to_manage(call)
    apps = sorted(app["name"] for app in apps_in(call.store, space))
    if apps:
        raise invalid(f"The space {space['name']} is not empty. Delete its apps first: {', '.join(apps)}.")
    after = {**space, "state": "deleting", "updated_at": stamp(call.now)}
    call.store.replace(KIND, space["id"], after)
    if call.settings.provisioning_seconds > 0:
        schedule(call.store, call.now, call.settings.provisioning_seconds, "remove space", space["id"])
    else:
        remove(call.store, call.now, space["id"])
    return found(after)


def remove(store: Store, now: datetime, space_id: str) -> None:  # noqa: ARG001 - every finishing step is called alike
    """Finish deleting a space."""
    store.delete_under(space_id)
    store.delete(KIND, space_id)


def transfer_space(call: Call) -> Answer:
    """POST /spaces/{space}/transfer: to another team, with the apps in it."""
    wanted = body_of(call, {"new_owner": STRING}, required=("new_owner",))
    space = space_to_manage(call)
    teams = call.store.find("heroku.team")
    team = next((team for team in teams if wanted["new_owner"] in (team["id"], team["name"])), None)
    if team is None:
        raise not_found("team")
    owner = {"organization": {"name": team["name"]}, "team": {"id": team["id"], "name": team["name"]}}
    after = {**space, **owner, "updated_at": stamp(call.now)}
    call.store.put(KIND, space["id"], after, parent=team["id"])
    for app in apps_in(call.store, space):
        hand_over(call, app, team["id"])
    return found(after)


ROUTES: list[Route] = [
    ("POST", "/spaces", create_space, "write"),
    ("GET", "/spaces", list_spaces, "read"),
    ("GET", "/spaces/{space}", get_space, "read"),
    ("PATCH", "/spaces/{space}", update_space, "write"),
    ("DELETE", "/spaces/{space}", delete_space, "write"),
    ("POST", "/spaces/{space}/transfer", transfer_space, "write"),
    ("GET", "/teams/{team}/spaces", list_team_spaces, "read"),
]
