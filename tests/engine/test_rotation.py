"""Fingerprints of secrets that change."""

from __future__ import annotations

from typing import Any

from infra.engine.rotation import with_fingerprints
from infra.model.estate import Hidden
from infra.model.fingerprint import Fingerprints
from infra.model.plan import MASK, Plan, Preview, PropertyChange, Resource, Step

URN = "urn:pulumi:staging::orders::heroku:app/configAssociation:ConfigAssociation::web-config"
FINGERPRINTS = Fingerprints(b"key")


def told(stood: Any, comes: Any, /, **change: Any) -> tuple[PropertyChange, ...]:
    """The changes of a step that changes one secret."""
    wanted = PropertyChange("sensitiveVars.KEY", **{"kind": "update", "before": MASK, "after": MASK, **change})
    plan = Plan("staging", "preview", (Step("update", URN, (wanted,)),))
    before, after = ({URN: Resource(URN, inputs={"sensitiveVars": {"KEY": value}})} for value in (stood, comes))
    return with_fingerprints(Preview(plan, before, after), FINGERPRINTS).plan.steps[0].changes


def test_a_rotation_is_seen() -> None:
    """Both sides are told, and neither shows the value."""
    (change,) = told(Hidden("old"), Hidden("new"))

    assert change.fingerprints == (FINGERPRINTS.of("old"), FINGERPRINTS.of("new"))
    assert "old" not in repr(change)


def test_a_secret_that_stays_the_same_is_no_change() -> None:
    """The engine may list it, as when a provider cannot read it back."""
    assert told(Hidden("same"), Hidden("same")) == ()
    assert len(told(Hidden("same"), Hidden("same"), forces_replacement=True)) == 1


def test_a_side_that_is_not_known_is_left_out() -> None:
    """A secret changed by hand is masked by the engine: nobody here knows what is live."""
    assert told(MASK, Hidden("new"))[0].fingerprints == ("", FINGERPRINTS.of("new"))
    assert told(MASK, MASK)[0].fingerprints == ("", "")
    assert told(None, Hidden("new"), kind="add", before=None)[0].fingerprints == ("", FINGERPRINTS.of("new"))


def test_plain_values_have_no_fingerprints() -> None:
    """What is shown needs none."""
    assert told("a", "b", before="a", after="b")[0].fingerprints == ("", "")
