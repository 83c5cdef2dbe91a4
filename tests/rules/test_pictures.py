"""An environment in labels and words, without a secret."""

from __future__ import annotations

from infra.model.fingerprint import Fingerprints
from infra.rules.pictures import picture
from tests.rules.estates import environment, untouched


def test_a_picture_says_the_same_of_what_is_declared_and_live() -> None:
    """Row by row, under one label, as far as it is known."""
    fingerprints = Fingerprints(b"key")
    declared = picture("staging", environment(), untouched().declared, fingerprints)
    live = picture("staging", environment(), untouched().live, fingerprints)
    assert set(declared.rows) <= set(live.rows)
    same = ("config var LOG_LEVEL", "add-on database", "process type web", "stack", "place in the pipeline")
    assert [declared.rows[label] for label in same] == [live.rows[label] for label in same]
    assert live.rows["config var LOG_LEVEL"] == "info"
    assert live.rows["process type web"] == "1 × basic"
    assert live.rows["config var SESSION_KEY"] == declared.rows["config var SESSION_KEY"]
    assert live.rows["config var SESSION_KEY"].startswith("secret ")
    assert "secret of" not in repr((declared, live))


def test_a_picture_names_the_environment() -> None:
    """Its stack, stage and apps."""
    found = picture("staging", environment(), untouched().live, Fingerprints())
    assert (found.stack, found.stage, found.apps) == ("staging", "staging", ("shop-staging",))
