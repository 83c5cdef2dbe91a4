"""What stands open anyway may be said in clear, unless it looks like a secret."""

from __future__ import annotations

from infra.model.estate import Estate, Hidden, Kind, Subject, Thing
from infra.rules.openly import open_texts


def estate(kind: Kind = "config-var", **values: object) -> Estate:
    """Things of one app with values."""
    return Estate(
        "declared", {Subject("heroku", kind, "shop", name): Thing({"value": value}) for name, value in values.items()}
    )


def test_only_texts_that_stand_open_and_look_harmless_may_be_told() -> None:
    """In the code, in the state, or both; by name and by value."""
    declared = estate(LOG_LEVEL="info", API_KEY="abc", URL="https://me:pw@shop.example", HIDDEN=Hidden("x"), PORT="1")
    told = open_texts(declared.things, declared, estate(LOG_LEVEL="debug", PORT=Hidden("2")))
    found = {subject.name: texts for subject, texts in told.items() if texts}
    assert found == {"LOG_LEVEL": {"info", "debug"}, "PORT": {"1"}}


def test_only_config_vars_have_a_history_to_be_told() -> None:
    """Of nothing else do releases tell the value before."""
    assert open_texts(estate("variable", A="1").things, estate("variable", A="1")) == {}
