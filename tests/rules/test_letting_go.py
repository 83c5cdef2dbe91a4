"""A preview tells what is let go of as what it is, and everything else as before."""

from __future__ import annotations

from typing import Any

import pytest

from infra.model.estate import Hidden
from infra.model.plan import MASK, PropertyChange, Resource
from infra.rules.letting_go import CONFIG_VARS, told_as_let_go
from tests.rules.previews import APP, CONFIG, Drawn, urn

SECRET = "github:index/actionsSecret:ActionsSecret"
KEPT = PropertyChange("keptElsewhere", "add", None, ["A", "KEY"])


def gone(path: str, before: Any = "1") -> PropertyChange:
    """A property that goes, as the engine tells it."""
    return PropertyChange(path, "delete", before, None, origin="code", fingerprints=("f" * 12, ""))


def update(type: str, kept: object, changes: tuple[PropertyChange, ...], **before: Any) -> Drawn:
    """The update of a resource that has these inputs before it, and only what is kept elsewhere after it."""
    drawn = Drawn().add("update", type, "web-config", changes, **before)
    place = urn(type, "web-config")
    drawn.after[place] = Resource(place, inputs={"keptElsewhere": kept})
    return drawn


def told(drawn: Drawn) -> dict[str, str]:
    """What becomes of the changes of its only step, by path."""
    (step,) = told_as_let_go(drawn.preview, ()).plan.steps
    return {change.path: change.kind for change in step.changes}


def test_a_secret_is_let_go_of_and_not_deleted() -> None:
    """Only those that the run takes out of the state first."""
    drawn = Drawn().add("delete", SECRET, "TOKEN").add("delete", SECRET, "OTHER").add("create", SECRET, "NEW")
    plan = told_as_let_go(drawn.preview, {urn(SECRET, "TOKEN"), urn(SECRET, "NEW")}).plan
    assert [(step.name, step.operation) for step in plan.steps] == [
        ("TOKEN", "forget"),
        ("OTHER", "delete"),
        ("NEW", "create"),
    ]
    assert plan.has_changes


@pytest.mark.parametrize("type", CONFIG_VARS)
def test_config_vars_key_by_key(type: str) -> None:
    """What is kept elsewhere by now is let go of; what is not is taken away, and the names of what is kept are told."""
    changes = (gone("vars.A"), gone("vars.B"), gone("sensitiveVars.KEY", MASK), KEPT)
    drawn = update(type, ["A", "KEY"], changes, vars={"A": "1", "B": "2"}, sensitiveVars={"KEY": Hidden("k")})
    assert told(drawn) == {
        "vars.A": "forget",
        "vars.B": "delete",
        "sensitiveVars.KEY": "forget",
        "keptElsewhere": "add",
    }


def test_a_whole_map_that_goes() -> None:
    """The engine tells it as one; its keys need not share their fate, and secrets stay masked."""
    recorded = {"vars": {"A": "1", "B": "2"}, "sensitiveVars": {"KEY": Hidden("k")}}
    drawn = update(CONFIG, ["A", "KEY"], (gone("vars", {"A": "1", "B": "2"}), gone("sensitiveVars", MASK)), **recorded)
    (step,) = told_as_let_go(drawn.preview, ()).plan.steps
    assert [(one.path, one.kind, one.before) for one in step.changes] == [
        ("vars.A", "forget", "1"),
        ("vars.B", "delete", "2"),
        ("sensitiveVars.KEY", "forget", MASK),
    ]


def test_other_changes_stay_as_they_are() -> None:
    """What was never recorded here, config vars while nothing is kept elsewhere, and other resources."""
    never_ours = update(CONFIG, ["A", "KEY"], (gone("vars.B"), KEPT), vars={"B": "2"})
    assert told(never_ours) == {"vars.B": "delete", "keptElsewhere": "add"}
    assert told(update(CONFIG, None, (gone("vars.A"),), vars={"A": "1"})) == {"vars.A": "delete"}
    assert told(update(APP, ["A"], (gone("vars.A"),), vars={"A": "1"})) == {"vars.A": "delete"}
