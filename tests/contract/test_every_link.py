"""Every operation of Heroku's that the stand-in serves, with request and answer as Heroku's own schema has them."""

from __future__ import annotations

import pytest

from infra.localcloud import heroku
from tests.contract.coverage import is_served
from tests.contract.heroku_schema import all_links
from tests.contract.links import SCENES, all_steps
from tests.contract.links.step import World, link_named, take
from tests.localcloud.in_process import LocalCloud


@pytest.mark.parametrize("scene", SCENES)
async def test_every_step_of_a_scene_is_as_heroku_describes_it(cloud: LocalCloud, scene: str) -> None:
    """Each is taken and checked; the first that is not right is told."""
    world = World(cloud)
    for step in SCENES[scene]:
        await take(world, step)


def test_every_served_operation_has_a_step() -> None:
    """So that none is served unchecked."""
    served = {link.key for link in all_links() if is_served(link)}
    assert sorted(served - {step.link for step in all_steps()}) == []


def test_a_step_that_sends_a_body_is_checked_against_a_request_schema() -> None:
    """And one whose operation has such a schema sends a body."""
    wrong = [step.link for step in all_steps() if (link_named(step.link).request is None) != (step.body is None)]
    assert wrong == []


def test_every_route_is_of_an_operation() -> None:
    """Nothing is served that Heroku does not describe."""
    templates = {(link.method, tuple(_shape(link.template))) for link in all_links()}
    made_up = [
        (method, path)
        for method, path, _, _ in heroku.ROUTES
        if (method, tuple(_shape(path.replace("{user}", "~")))) not in templates
        and (method, tuple(_shape(path))) not in templates
    ]
    assert made_up == []


def _shape(path: str) -> list[str]:
    return ["{}" if part.startswith("{") else part for part in path.strip("/").split("/")]
