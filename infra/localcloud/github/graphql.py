"""GraphQL: who the viewer is, and a plain no, by name, to everything else."""

from __future__ import annotations

import re
from typing import Any

from infra.localcloud.exchange import Answer, Call, Route
from infra.localcloud.github.fields import body_of, text
from infra.localcloud.github.links import node_id

PAGE = "graphql"

_HEAD = re.compile(r"^\s*(query|mutation|subscription)?\s*(\w*)\s*(?:\([^{]*\))?\s*\{\s*(\w+)\s*(?:\([^)]*\))?")
_VIEWER = re.compile(r"^\s*(?:query\s*\w*\s*)?\{\s*viewer\s*\{([\w\s,]*)\}\s*\}\s*$")


def answer_query(call: Call) -> Answer:
    """POST /api/graphql: GraphQL's errors come with status 200."""
    query = text(body_of(call), "query")
    viewer = _VIEWER.match(query)
    if viewer is None:
        return _not_served(query)
    known: dict[str, Any] = {
        "login": call.account["login"],
        "id": node_id("U", call.account["id"]),
        "databaseId": call.account["id"],
        "name": call.account["name"],
        "__typename": "User",
    }
    wanted = viewer.group(1).replace(",", " ").split()
    if not set(wanted) <= set(known):
        return _not_served(query)
    return Answer(200, {"data": {"viewer": {name: known[name] for name in wanted}}})


def _not_served(query: str) -> Answer:
    head = _HEAD.match(query)
    kind, name, field = (head.group(1) or "query", head.group(2), head.group(3)) if head else ("query", "", "?")
    told = f"{kind} {name}".strip()
    message = f"The local cloud does not serve the GraphQL field '{field}' ({told})"
    error = {"type": "NOT_IMPLEMENTED", "path": [field], "message": message}
    return Answer(200, {"data": None, "errors": [error]})


GRAPHQL_ROUTES: list[Route] = [("POST", "/graphql", answer_query, "")]
