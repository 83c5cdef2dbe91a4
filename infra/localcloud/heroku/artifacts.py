"""What a release runs: a slug, or in the Fir generation an OCI image."""

from __future__ import annotations

from typing import Any

from infra.localcloud.store import Store

Body = dict[str, Any]
SLUG, IMAGE = "heroku.slug", "heroku.oci_image"


def code_with(store: Store, id: str | None) -> Body | None:
    """The slug or OCI image with that id."""
    return None if id is None else store.get(SLUG, id) or store.get(IMAGE, id)


def code_id_of(release: Body | None) -> str | None:
    """The id of the slug or OCI image a release runs."""
    return release["artifacts"][0]["id"] if release and release["artifacts"] else None


def artifact_ref(code: Body) -> Body:
    """A slug or an OCI image as a release mentions it."""
    return {"type": "oci-image" if "image_repo" in code else "slug", "id": code["id"]}


def commands_of(code: Body) -> dict[str, str]:
    """The command of each process type."""
    types: dict[str, Any] = code["process_types"]
    return {name: told["command"] if isinstance(told, dict) else told for name, told in types.items()}


def belongs(store: Store, app: Body, code: Body) -> bool:
    """Whether code was made for an app, or promoted to it."""
    if code["_app_id"] == app["id"]:
        return True
    return any(code_id_of(release) == code["id"] for release in store.find("heroku.release", parent=app["id"]))
