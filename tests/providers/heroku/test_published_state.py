"""A stack that the published plugin (pulumi-heroku 1.0.4, a bridge to Terraform's provider) made goes on with ours.

Each case is a resource as that plugin leaves it in the state: its id, its inputs with the defaults that the bridge
fills in (and notes in ``__defaults``), and its outputs with the bridge's own ``id`` and ``__meta``. The program is
unchanged, and so is everything at Heroku: a preview must show nothing, a refresh must find nothing.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.providers.kit.values import Secret, Values, plain
from tests.providers.heroku import published_apps as apps
from tests.providers.heroku import published_teams as teams
from tests.providers.heroku import tokens
from tests.providers.heroku.estate import Estate, Resource
from tests.providers.heroku.published import Build, World
from tests.providers.heroku.test_sdk import CLASSES

CASES: dict[str, Build] = {
    tokens.ACCOUNT_FEATURE: teams.account_feature,
    tokens.ADDON: apps.addon,
    tokens.APP: apps.app,
    tokens.APP_ACCESS: teams.app_access,
    tokens.APP_CONFIG: apps.app_config,
    tokens.ATTACHMENT: apps.attachment,
    tokens.BUILD: apps.build,
    tokens.COLLABORATOR: apps.collaborator,
    tokens.CONFIG: apps.config_association,
    tokens.COUPLING: teams.coupling,
    tokens.DOMAIN: apps.domain,
    tokens.DRAIN: apps.drain,
    tokens.FEATURE: apps.app_feature,
    tokens.FORMATION: apps.formation,
    tokens.MEMBER: teams.member,
    tokens.PEERING: teams.peering,
    tokens.PIPELINE: teams.pipeline,
    tokens.PIPELINE_VARS: teams.pipeline_vars,
    tokens.RELEASE: apps.release,
    tokens.REVIEW_APPS: teams.review_apps,
    tokens.RULESET: teams.ruleset,
    tokens.SLUG: apps.slug,
    tokens.SPACE: teams.space,
    tokens.SSL: apps.ssl,
    tokens.TEAM_COLLABORATOR: teams.team_collaborator,
    tokens.VPN: teams.vpn,
    tokens.WEBHOOK: apps.webhook,
}
MORE = [(tokens.APP, apps.team_app)]
# Properties of ours that a state of theirs has not: a refresh adds them, and that is no change to anybody.
ADDED = frozenset({"generation", "maintenance", "__slug"})
# The bridge's own.
BRIDGE = frozenset({"id", "__meta", "__defaults"})


@pytest.fixture
def world(estate: Estate, app: Resource, tmp_path: Path) -> World:
    """An app, and what the cases make."""
    return World(estate, app, tmp_path)


def test_every_type_has_a_case() -> None:
    """All but the SSL endpoints, which Heroku has switched off."""
    assert set(CASES) == set(CLASSES) - {tokens.CERT}


@pytest.mark.parametrize(("token", "build"), [*CASES.items(), *MORE], ids=lambda one: getattr(one, "__name__", one))
async def test_a_stack_of_theirs_goes_on_with_ours(world: World, token: str, build: Build) -> None:
    """The unchanged program previews no change; a refresh finds none, keeps the id, and drops only what is listed."""
    state = await build(world)
    theirs = state.resource(token)
    estate = world.estate
    assert await estate.changes(theirs, state.program) == {}
    assert await estate.drift(theirs) == {}
    live = await estate.refresh(theirs)
    assert live is not None
    assert live.id == theirs.id
    assert plain(live.inputs) == _meant(theirs.inputs)
    assert _shown(live.outputs, state.dropped | ADDED) == _shown(theirs.outputs, state.dropped | BRIDGE)
    assert await estate.changes(live, state.program) == {}


def _meant(inputs: Values) -> Values:
    """Inputs but for the bridge's notes and its defaults, which mean what leaving them out means."""
    return {key: value for key, value in plain(inputs).items() if not key.startswith("__")}


def _shown(outputs: Values, without: frozenset[str]) -> Values:
    return {key: value for key, value in plain(outputs).items() if key not in without}


async def test_endpoints_that_heroku_switched_off_are_gone(estate: Estate, app: Resource) -> None:
    """A refresh takes them out of the state; the program is told what to use instead."""
    inputs: Values = {"app": app.id, "certificateChain": "chain", "privateKey": Secret("canary")}
    theirs = Resource(tokens.CERT, "it", "cert-1", inputs, {**inputs, "cname": "x", "name": "y"})
    assert await estate.refresh(theirs) is None
    assert "heroku:ssl/ssl:Ssl" in estate.wrong(tokens.CERT, inputs)
    await estate.delete(theirs)
