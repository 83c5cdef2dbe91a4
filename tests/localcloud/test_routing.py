"""Routes: literals first, parameters decoded, the rest of a path."""

from __future__ import annotations

import pytest

from infra.localcloud.exchange import Answer, Call, Route
from infra.localcloud.routing import Router


def nothing(call: Call) -> Answer:
    """A route that answers nothing."""
    return Answer(204)


def routes(*templates: str) -> list[Route]:
    """GET routes for the templates."""
    return [("GET", template, nothing, "") for template in templates]


@pytest.mark.parametrize(
    ("path", "template", "params"),
    [
        ("/", "/", {}),
        ("/apps", "/apps", {}),
        ("/apps/", "/apps", {}),
        ("/apps/a%2Fb", "/apps/{app}", {"app": "a/b"}),
        ("/apps/mine", "/apps/mine", {}),
        ("/apps/mine/x", "/apps/{app}/x", {"app": "mine"}),
        ("/refs/heads/a/b", "/refs/{ref:path}", {"ref": "heads/a/b"}),
    ],
)
def test_paths_find_their_routes(path: str, template: str, params: dict[str, str]) -> None:
    """Literal segments win, and give way when they lead nowhere."""
    router = Router(routes("/", "/apps", "/apps/{app}", "/apps/mine", "/apps/{app}/x", "/refs/{ref:path}"))
    match = router.match("GET", path)
    assert match is not None
    assert (match.route[1], match.params) == (template, params)


def test_other_paths_and_methods_find_nothing() -> None:
    """Neither an unknown path nor an unknown method."""
    router = Router(routes("/apps/{app}"))
    assert router.match("GET", "/apps") is None
    assert router.match("GET", "/apps//") is None
    assert router.match("POST", "/apps/a") is None


def test_a_route_is_declared_once() -> None:
    """Two of the same method and form are a mistake."""
    with pytest.raises(ValueError, match="two routes"):
        Router(routes("/apps/{app}", "/apps/{id}"))
