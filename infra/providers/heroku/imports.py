"""Ids that a person types to import something that belongs to an app: ``app:id``."""

from __future__ import annotations

from infra.apis.heroku import Heroku, at
from infra.apis.snapshot import UUID
from infra.errors import Rejected


def split_id(id: str, form: str) -> tuple[str, str]:
    """The two halves of an id of the form ``app:id``."""
    app, colon, rest = id.partition(":")
    if not (app and colon and rest):
        raise Rejected(f"`{id}` is not an id of the form {form}", todo=f"Import it as {form}.")
    return app, rest


async def app_id_of(heroku: Heroku, app: str) -> str:
    """The id of an app that is named by its name or id."""
    if UUID.match(app):
        return app
    return str((await heroku.snapshot.get(at("apps", app)))["id"])
