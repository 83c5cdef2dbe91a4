"""Whose a config var is, by the add-ons and where they are attached."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from infra.apis.live.lists import Lists
from infra.apis.live.owners import Owners
from infra.apis.live.wanted import Wanted
from infra.model.estate import Subject

IDS = {"db": Subject("heroku", "addon", "shop", "database")}


def addon(id: str, app: str, *keys: str) -> dict[str, Any]:
    """An add-on as Heroku lists it."""
    return {"id": id, "name": f"postgresql-{id}", "app": {"id": app}, "config_vars": list(keys)}


def attachment(id: str, name: str, app: str, addon_id: str, home: str) -> dict[str, Any]:
    """An attachment as Heroku lists it."""
    mention = {"id": addon_id, "name": f"postgresql-{addon_id}", "app": {"id": home}}
    return {"id": id, "name": name, "app": {"id": app}, "addon": mention, "created_at": id}


def owners(addons: list[dict[str, Any]], attachments: list[dict[str, Any]]) -> Owners:
    """The owners that these lists tell of."""
    rows: dict[str, dict[str, Mapping[str, Any]]] = {
        "addon": {one["id"]: one for one in addons},
        "attachment": {one["id"]: one for one in attachments},
    }
    return Owners(Lists(rows=rows), Wanted(ids=IDS))


def test_an_attached_add_on_owns_the_same_endings_elsewhere() -> None:
    """Under the attachment's name there; on its own app by the names that it tells."""
    attachments = [
        attachment("1", "DATABASE", "a", "db", "a"),
        attachment("2", "HEROKU_POSTGRESQL_RED", "a", "db", "a"),
        attachment("3", "SHARED", "b", "db", "a"),
    ]
    known = owners([addon("db", "a", "DATABASE_URL", "HEROKU_POSTGRESQL_RED_URL", "DATABASE_POOL_URL")], attachments)
    own, other = known.of("a"), known.of("b")
    assert {own.by(key) for key in ("DATABASE_URL", "HEROKU_POSTGRESQL_RED_URL", "DATABASE_POOL_URL")} == {"database"}
    assert (other.by("SHARED_URL"), other.by("SHARED_POOL_URL")) == ("database", "database")
    assert [owned.by("DATABASE_HOST") for owned in (own, other)] == ["", ""]
    assert [known.is_first(one) for one in attachments] == [True, False, False]


def test_of_an_add_on_that_may_not_be_seen_the_beginning_tells() -> None:
    """Its app is another account's: only that it is attached is known."""
    owned = owners([], [attachment("1", "LEDGER", "b", "else", "elsewhere")]).of("b")
    assert owned.by("LEDGER_URL") == "postgresql-else"
    assert (owned.by("LEDGERS"), owned.by("URL")) == ("", "")


def test_an_add_on_that_is_still_being_made_owns_what_begins_with_its_name() -> None:
    """The list was read a moment before it said which config vars it brings."""
    made = {**addon("log", "a"), "state": "provisioning"}
    owned = owners([made], [attachment("1", "PAPERTRAIL", "a", "log", "a")]).of("a")
    assert (owned.by("PAPERTRAIL_API_TOKEN"), owned.by("LOG_LEVEL")) == ("postgresql-log", "")


def test_an_app_without_add_ons_owns_its_config_vars() -> None:
    """All of them were set by people."""
    assert owners([], []).of("a").by("DATABASE_URL") == ""
