"""What an estate must be: the same program brought up in another world, where nothing ever goes wrong."""

from __future__ import annotations

from dataclasses import dataclass, field
from difflib import unified_diff
from typing import Any

from tests.chaos.engine import Engine
from tests.chaos.programs import Service
from tests.chaos.world import World, text_of


@dataclass
class Oracle:
    """Knows how the estate of a program looks, for worlds that are ``like`` one world."""

    like: World
    _known: dict[tuple[Service, frozenset[str]], dict[str, Any]] = field(default_factory=dict)

    def estate(self, service: Service, deployed: frozenset[str] = frozenset()) -> dict[str, Any]:
        """The export after an undisturbed ``up``, with these apps deployed."""
        key = (service, deployed)
        if key not in self._known:
            self._known[key] = self._made(service, deployed)
        return self._known[key]

    def _made(self, service: Service, deployed: frozenset[str]) -> dict[str, Any]:
        with World(self.like) as world:
            engine = Engine(world)
            for apps in ((), deployed):
                for app in apps:
                    world.deploy(app)
                outcome = engine.up(service.program())
                assert outcome.clean, outcome.errors
            return world.export()


def deployed_apps(export: dict[str, Any]) -> frozenset[str]:
    """The apps that have code."""
    return frozenset(name for name, app in export["heroku"]["apps"].items() if app["slug"])


def _judged(export: dict[str, Any], service: Service) -> dict[str, Any]:
    """The estate, but for which code apps run whose code is not declared: whoever deploys it decides."""
    apps = export["heroku"]["apps"]
    free = {name: {**app, "slug": bool(app["slug"])} for name, app in apps.items() if name not in service.code()}
    return {**export, "heroku": {**export["heroku"], "apps": {**apps, **free}}}


def _difference(found: Any, wanted: Any) -> str:
    lines = unified_diff(text_of(wanted).splitlines(), text_of(found).splitlines(), "wanted", "found", lineterm="", n=6)
    return "\n".join(lines)


def assert_converged(engine: Engine, oracle: Oracle, service: Service, note: str = "") -> None:
    """What is live is what is declared, with nothing twice and nothing left over, and nothing is left to do."""
    found = engine.world.export()
    wanted = oracle.estate(service, deployed_apps(found) - service.code())
    different = _difference(_judged(found, service), _judged(wanted, service))
    assert not different, f"{note}\n{different}"
    left = engine.preview(service.program())
    assert not left, (note, left)
    outcome = engine.up(service.program())
    assert outcome.clean, (note, outcome.errors)
    assert not outcome.done, (note, outcome.done)
