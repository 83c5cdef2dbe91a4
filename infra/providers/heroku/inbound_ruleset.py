"""heroku:space/inboundRuleset:InboundRuleset: from where a Private Space is reached."""

from __future__ import annotations

from ipaddress import ip_network
from typing import Any

from infra.apis.heroku import Heroku, at
from infra.errors import NotFound
from infra.providers.heroku.space import space_for
from infra.providers.heroku.unmoved import write_unmoved
from infra.providers.kit.context import Context
from infra.providers.kit.fields import list_of, object_of, same_members, string
from infra.providers.kit.resource import Lister, Listing, Live, Made, Old, Resource
from infra.providers.kit.values import Values

EVERYWHERE = [{"action": "allow", "source": "0.0.0.0/0"}]


def _wrong_source(source: str) -> str:
    try:
        ip_network(source)
    except ValueError:
        return "must be addresses in CIDR form: 203.0.113.0/24"
    return ""


RULE = {
    "action": string("allow or deny.", required=True, choices=("allow", "deny")),
    "source": string("Addresses in CIDR form.", required=True, wrong=_wrong_source),
}
FIELDS = {
    "space": string("The space's id or name.", required=True, replace=True),
    "rules": list_of(
        object_of("heroku:space/InboundRulesetRule:InboundRulesetRule", RULE, "A rule."),
        "The rules, in any order.",
        required=True,
        same=same_members,
        wrong=lambda rules: "" if rules else "must hold at least one rule",
    ),
}


def _path(space: str) -> str:
    return at("spaces", space, "inbound-ruleset")


def _rules(ruleset: dict[str, Any]) -> list[dict[str, str]]:
    return [{"action": rule["action"], "source": rule["source"]} for rule in ruleset["rules"]]


async def _create(heroku: Heroku, new: Values, _context: Context) -> Made:
    ruleset = await heroku.put(_path(new["space"]), {"rules": new["rules"]})
    return Made(ruleset["id"], new)


async def _read(heroku: Heroku, id: str, old: Old) -> Live | None:
    try:
        if old.imported:
            space = await space_for(heroku, id)
            ruleset = await heroku.get(_path(space["id"]))
            return Live(ruleset["id"], {"space": space["id"], "rules": _rules(ruleset)})
        ruleset = await heroku.get(_path(old["space"]))
    except NotFound:
        return None
    # Heroku gives every change of the rules another id, which would say nothing here.
    return Live(id, {"space": old["space"], "rules": _rules(ruleset)})


async def _update(heroku: Heroku, _id: str, old: Old, new: Values, _context: Context) -> Values:
    await write_unmoved(
        heroku,
        _path(new["space"]),
        {"rules": new["rules"]},
        now=lambda live: _comparable(_rules(live)),
        old=_comparable(old.get("rules", [])),
        new=_comparable(new["rules"]),
        method="PUT",
    )
    return new


def _comparable(rules: list[dict[str, str]]) -> Values:
    return {"rules": sorted(rules, key=lambda rule: (rule["source"], rule["action"]))}


async def _delete(heroku: Heroku, _id: str, old: Old, _context: Context) -> None:
    """A space always has rules: without ours it is reached from everywhere, as a new one."""
    try:
        await heroku.put(_path(old["space"]), {"rules": EVERYWHERE})
    except NotFound:
        return


async def _list(heroku: Heroku, query: Values) -> Listing:
    """A space has one ruleset."""
    rows = await heroku.list("/spaces")
    return [(one["id"], one["name"]) for one in rows if query.get("space") in (None, one["id"], one["name"])]


RESOURCE: Resource[Heroku] = Resource(
    "heroku:space/inboundRuleset:InboundRuleset",
    help="From where a Private Space is reached; deleting it opens the space to everywhere.",
    fields=FIELDS,
    create=_create,
    read=_read,
    update=_update,
    delete=_delete,
    natural_key=("space",),
    list=Lister(_list, by=("space",)),
    import_id="the space's name or id",
)
