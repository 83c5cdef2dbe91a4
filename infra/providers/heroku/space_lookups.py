"""The provider's functions of Private Spaces and of teams' members: getSpace, getPeeringInfo, getMembers."""

from __future__ import annotations

from typing import Any

from infra.apis.heroku import Heroku, at
from infra.providers.heroku.looked_up import seen
from infra.providers.heroku.space import outbound_ips, space_for
from infra.providers.heroku.team_member import ROLES
from infra.providers.kit.fields import TEXT, boolean, list_of, object_of, string
from infra.providers.kit.resource import Function
from infra.providers.kit.values import Values

NAME = {"name": string("The name or id to look up.", required=True)}
ID = string("Its id.")


async def _get_space(heroku: Heroku, arguments: Values) -> Values:
    space = await space_for(heroku, arguments["name"])
    return {
        "id": arguments["name"],
        "uuid": space["id"],
        "name": space["name"],
        "organization": (space.get("team") or space["organization"])["name"],
        "region": space["region"]["name"],
        "shield": space["shield"],
        "state": space["state"],
        "cidr": space["cidr"] or "",
        "data_cidr": space["data_cidr"] or "",
        "outbound_ips": await outbound_ips(heroku, space["id"]),
    }


GET_SPACE: Function[Heroku] = Function(
    "heroku:space/getSpace:getSpace",
    help="A Private Space by its name or id.",
    arguments=NAME,
    results={
        "id": ID,
        "uuid": string("Its id at Heroku."),
        "name": string("Its name."),
        "organization": string("The team that owns it."),
        "region": string("Where it is."),
        "shield": boolean("Whether it is a Shield space."),
        "state": string("allocating or allocated."),
        "cidr": string("The addresses of its apps."),
        "data_cidr": string("The addresses of its data add-ons."),
        "outbound_ips": list_of(TEXT, "The addresses that its apps call others from."),
    },
    call=_get_space,
)


async def _get_peering_info(heroku: Heroku, arguments: Values) -> Values:
    space = await space_for(heroku, arguments["name"])
    info = await heroku.get(at("spaces", space["id"], "peering-info"))
    named = ("aws_account_id", "aws_region", "vpc_id", "vpc_cidr", "dyno_cidr_blocks", "unavailable_cidr_blocks")
    return {"id": arguments["name"], "name": arguments["name"], **{key: info[key] for key in named}}


GET_PEERING_INFO: Function[Heroku] = Function(
    "heroku:space/getPeeringInfo:getPeeringInfo",
    help="What must be known to connect another network to a Private Space.",
    arguments=NAME,
    results={
        "id": ID,
        "name": string("The space's name."),
        "aws_account_id": string("The account at AWS that it runs in."),
        "aws_region": string("The region at AWS."),
        "vpc_id": string("Its VPC."),
        "vpc_cidr": string("That VPC's addresses."),
        "dyno_cidr_blocks": list_of(TEXT, "The addresses of its dynos."),
        "unavailable_cidr_blocks": list_of(TEXT, "Addresses that the other network must not use."),
    },
    call=_get_peering_info,
)

MEMBER = {
    "email": string("Their e-mail address."),
    "federated": boolean("Whether an identity provider vouches for them."),
    "role": string("Their role."),
    "team_member_id": string("Their id in the team."),
    "two_factor_authentication": boolean("Whether they use a second factor."),
    "user_id": string("Their account's id."),
}


async def _get_members(heroku: Heroku, arguments: Values) -> Values:
    team, roles = arguments["team"], arguments["roles"]
    rows = await seen(heroku.list(at("teams", team, "members")), "team", team)
    members = [_member(row) for row in rows if row["role"] in roles]
    return {"id": team, "team": team, "roles": roles, "members": members}


def _member(row: dict[str, Any]) -> Values:
    return {
        "email": row["user"]["email"],
        "federated": bool(row.get("federated")),
        "role": row["role"],
        "team_member_id": row["id"],
        "two_factor_authentication": bool(row.get("two_factor_authentication")),
        "user_id": row["user"]["id"],
    }


def _wrong_roles(roles: list[Any]) -> str:
    bad = sorted(str(role) for role in roles if isinstance(role, str) and role not in ROLES)
    if bad:
        return f"knows only {', '.join(ROLES)}, not {', '.join(bad)}"
    return "" if roles else "must name at least one role"


GET_MEMBERS: Function[Heroku] = Function(
    "heroku:team/getMembers:getMembers",
    help="The members of a team that have one of some roles.",
    arguments={
        "team": string("The team's name.", required=True),
        "roles": list_of(TEXT, "The roles to look for.", required=True, wrong=_wrong_roles),
    },
    results={
        "id": ID,
        "team": string("The team's name."),
        "roles": list_of(TEXT, "The roles that were looked for."),
        "members": list_of(object_of("heroku:team/getMembersMember:getMembersMember", MEMBER, "One."), "The members."),
    },
    call=_get_members,
)

FUNCTIONS = (GET_MEMBERS, GET_PEERING_INFO, GET_SPACE)
