"""One step for each of Heroku's operations that the stand-in serves, in scenes of one subject each."""

from __future__ import annotations

from tests.contract.links import accounts, addons, apps, code, pipelines, spaces, teams
from tests.contract.links.step import Prepare, Step

SCENES: dict[str, list[Step | Prepare]] = {
    "accounts": accounts.STEPS,
    "addons": addons.STEPS,
    "apps": apps.STEPS,
    "code": code.STEPS,
    "pipelines": pipelines.STEPS,
    "spaces": spaces.STEPS,
    "teams": teams.STEPS,
}


def all_steps() -> list[Step]:
    """Every step of every scene."""
    return [step for steps in SCENES.values() for step in steps if isinstance(step, Step)]
