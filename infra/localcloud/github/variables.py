"""Actions variables of repositories and environments: list, create, show, change and delete."""

from __future__ import annotations

from typing import Any

from infra.localcloud.exchange import Answer, Call, Route
from infra.localcloud.github.access import repository_for
from infra.localcloud.github.belongings import keep, shown
from infra.localcloud.github.fields import body_of, optional_text, text
from infra.localcloud.github.links import later_stamp, stamp
from infra.localcloud.github.names import stored_name
from infra.localcloud.github.pages import page_of
from infra.localcloud.github.places import place_for
from infra.localcloud.github.refusals import conflict, invalid, not_found

PAGE = "actions/variables"
VARIABLE = "github.variable"
MOST_BYTES = 48 * 1024
PER_PAGE, MOST_PER_PAGE = 10, 30
"""Variables come in smaller pages than everything else."""

Document = dict[str, Any]


def list_variables(call: Call) -> Answer:
    """GET …/variables, by name."""
    found = sorted(call.store.find(VARIABLE, parent=place_for(call, "push")), key=lambda body: str(body["name"]))
    return page_of(call, found, shown, under="variables", default=PER_PAGE, most=MOST_PER_PAGE)


def create_variable(call: Call) -> Answer:
    """POST …/variables: 201, or 409 when there is one of that name."""
    place, body = place_for(call, "push"), body_of(call)
    name, value = stored_name(text(body, "name"), "Variable"), _value(text(body, "value"))
    if call.store.get(VARIABLE, f"{place}/{name}"):
        raise conflict("Already exists - Variable already exists")
    _check_room(call, place)
    moment = stamp(call.now)
    variable = {"name": name, "value": value, "created_at": moment, "updated_at": moment}
    keep(call.store, VARIABLE, f"{place}/{name}", variable, place)
    return Answer(201, {})


def show_variable(call: Call) -> Answer:
    """GET …/variables/{name}."""
    return Answer(200, shown(_variable(call, place_for(call, "push"))))


def change_variable(call: Call) -> Answer:
    """PATCH …/variables/{name}: its value, its name, or both."""
    place, body = place_for(call, "push"), body_of(call)
    variable = _variable(call, place)
    name = stored_name(optional_text(body, "name", variable["name"]), "Variable")
    value = _value(optional_text(body, "value", variable["value"]))
    if name != variable["name"]:
        if call.store.get(VARIABLE, f"{place}/{name}"):
            raise conflict("Already exists - Variable already exists")
        call.store.delete(VARIABLE, variable["_key"])
    changed = {"name": name, "value": value, "updated_at": later_stamp(call.now, variable["updated_at"])}
    keep(call.store, VARIABLE, f"{place}/{name}", {**variable, **changed}, place)
    return Answer(204)


def delete_variable(call: Call) -> Answer:
    """DELETE …/variables/{name}."""
    call.store.delete(VARIABLE, _variable(call, place_for(call, "push"))["_key"])
    return Answer(204)


def list_from_organization(call: Call) -> Answer:
    """GET /repos/{owner}/{repo}/actions/organization-variables: those that reach this repository."""
    repository = repository_for(call, "push")
    found = call.store.find(VARIABLE, parent=f"organizations/{repository['owner'].lower()}/actions")
    reaching = [variable for variable in found if _reaches(variable, repository)]
    return page_of(call, reaching, _shared, under="variables", default=PER_PAGE, most=MOST_PER_PAGE)


def _reaches(variable: Document, repository: Document) -> bool:
    return {
        "all": True,
        "private": bool(repository["private"]),
        "selected": repository["id"] in variable["_repositories"],
    }[variable["visibility"]]


def _shared(variable: Document) -> Document:
    return {name: variable[name] for name in ("name", "value", "created_at", "updated_at")}


def _variable(call: Call, place: str) -> Document:
    variable = call.store.get(VARIABLE, f"{place}/{call.params['name'].upper()}")
    if variable is None:
        raise not_found()
    return variable


def _value(value: str) -> str:
    if not value:
        raise invalid("Variable value cannot be empty.")
    if len(value.encode()) > MOST_BYTES:
        raise invalid("Variable value is too large. Variables are limited to 48 KB.")
    return value


def _check_room(call: Call, place: str) -> None:
    most = 100 if "/environments/" in place else 500
    if len(call.store.find(VARIABLE, parent=place)) >= most:
        raise invalid(f"Variables limit reached: at most {most} variables are allowed here.")


_PLACES = (
    "/repos/{owner}/{repo}/actions/variables",
    "/repos/{owner}/{repo}/environments/{environment_name}/variables",
)

ROUTES: list[Route] = [
    ("GET", "/repos/{owner}/{repo}/actions/organization-variables", list_from_organization, "repo"),
    *(("GET", place, list_variables, "repo") for place in _PLACES),
    *(("POST", place, create_variable, "repo") for place in _PLACES),
    *(("GET", f"{place}/{{name}}", show_variable, "repo") for place in _PLACES),
    *(("PATCH", f"{place}/{{name}}", change_variable, "repo") for place in _PLACES),
    *(("DELETE", f"{place}/{{name}}", delete_variable, "repo") for place in _PLACES),
]
