"""Secrets of Actions and Dependabot: public keys, list, show, write and delete; values are never kept."""

from __future__ import annotations

from typing import Any

from infra.localcloud.exchange import Answer, Call, Refusal, Route
from infra.localcloud.github.access import repository_for
from infra.localcloud.github.authentication import EVERYWHERE
from infra.localcloud.github.belongings import keep, shown
from infra.localcloud.github.fields import body_of, text
from infra.localcloud.github.links import later_stamp, stamp
from infra.localcloud.github.names import stored_name
from infra.localcloud.github.pages import page_of
from infra.localcloud.github.places import place_for
from infra.localcloud.github.refusals import invalid, not_found
from infra.localcloud.github.sealed import open_sealed, public_key

PAGE = "actions/secrets"
SECRET = "github.secret"  # noqa: S105 - the name of a kind of document
MOST_SECRETS = 100
MOST_BYTES = 48 * 1024

Document = dict[str, Any]


def show_public_key(call: Call) -> Answer:
    """GET …/secrets/public-key: the key of this one place, not of its repository or another family."""
    return Answer(200, public_key(call.store, place_for(call, "admin")))


def list_secrets(call: Call) -> Answer:
    """GET …/secrets: names and times, by name."""
    return page_of(call, _by_name(call, place_for(call, "admin")), shown, under="secrets")


def show_secret(call: Call) -> Answer:
    """GET …/secrets/{secret_name}: name and times, never the value."""
    secret = call.store.get(SECRET, _key(call, place_for(call, "admin")))
    if secret is None:
        raise not_found()
    return Answer(200, shown(secret))


def write_secret(call: Call) -> Answer:
    """PUT …/secrets/{secret_name}: 201 for a new one, 204 for a changed one, 422 when it was not sealed right."""
    place = place_for(call, "admin")
    name = stored_name(call.params["secret_name"], "Secret")
    value = _value(call, place, body_of(call))
    if len(value.encode()) > MOST_BYTES:
        raise invalid("Secret value is too large. Secrets are limited to 48 KB.")
    found = call.store.get(SECRET, f"{place}/{name}")
    secret = _renewed(call, found) if found else _created(call, place, name)
    keep(call.store, SECRET, f"{place}/{name}", {**secret, "_fingerprint": call.store.fingerprint(value)}, place)
    return Answer(204) if found else Answer(201, {})


def delete_secret(call: Call) -> Answer:
    """DELETE …/secrets/{secret_name}."""
    if not call.store.delete(SECRET, _key(call, place_for(call, "admin"))):
        raise not_found()
    return Answer(204)


def _value(call: Call, place: str, body: Document) -> str:
    # A person types the value into the site's form; only the API wants it sealed.
    if call.account.get(EVERYWHERE) and "value" in body:
        return text(body, "value")
    sealed, key_id = text(body, "encrypted_value"), text(body, "key_id")
    return open_sealed(call.store, place, key_id, sealed)


def _key(call: Call, place: str) -> str:
    return f"{place}/{call.params['secret_name'].upper()}"


def _by_name(call: Call, place: str) -> list[Document]:
    return sorted(call.store.find(SECRET, parent=place), key=lambda secret: str(secret["name"]))


def _created(call: Call, place: str, name: str) -> Document:
    if len(call.store.find(SECRET, parent=place)) >= MOST_SECRETS:
        raise Refusal(422, "invalid", f"Secrets limit reached: at most {MOST_SECRETS} secrets are allowed here.")
    moment = stamp(call.now)
    return {"name": name, "created_at": moment, "updated_at": moment}


def _renewed(call: Call, secret: Document) -> Document:
    return {**secret, "updated_at": later_stamp(call.now, secret["updated_at"])}


def list_from_organization(call: Call) -> Answer:
    """GET /repos/{owner}/{repo}/actions/organization-secrets: those of the organization that reach this repository."""
    repository = repository_for(call, "admin")
    found = call.store.find(SECRET, parent=f"organizations/{repository['owner'].lower()}/actions")
    reaching = [secret for secret in found if _reaches(secret, repository)]
    return page_of(call, reaching, _shared, under="secrets")


def _reaches(secret: Document, repository: Document) -> bool:
    return {
        "all": True,
        "private": bool(repository["private"]),
        "selected": repository["id"] in secret["_repositories"],
    }[secret["visibility"]]


def _shared(secret: Document) -> Document:
    return {name: secret[name] for name in ("name", "created_at", "updated_at")}


_PLACES = (
    "/repos/{owner}/{repo}/actions/secrets",
    "/repos/{owner}/{repo}/dependabot/secrets",
    "/repos/{owner}/{repo}/environments/{environment_name}/secrets",
)

ROUTES: list[Route] = [
    ("GET", "/repos/{owner}/{repo}/actions/organization-secrets", list_from_organization, "repo"),
    *(("GET", f"{place}/public-key", show_public_key, "repo") for place in _PLACES),
    *(("GET", place, list_secrets, "repo") for place in _PLACES),
    *(("GET", f"{place}/{{secret_name}}", show_secret, "repo") for place in _PLACES),
    *(("PUT", f"{place}/{{secret_name}}", write_secret, "repo") for place in _PLACES),
    *(("DELETE", f"{place}/{{secret_name}}", delete_secret, "repo") for place in _PLACES),
]
