"""Formation, dyno sizes and dynos."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.localcloud.heroku.steps import deploy, done, refused


async def test_formation_before_the_first_build(heroku: httpx.AsyncClient, app: str) -> None:
    """A process type that no release brought cannot be found."""
    body = {"updates": [{"type": "web", "quantity": 1}]}
    words = "Couldn't find that process type (web)."
    await refused(heroku.patch(f"{app}/formation", json=body), 404, "not_found", words)
    await refused(heroku.patch(f"{app}/formation/web", json={"quantity": 1}), 404, "not_found", words)
    assert await done(heroku.get(f"{app}/formation")) == []


async def test_dyno_sizes_do_not_mix(heroku: httpx.AsyncClient, app: str) -> None:
    """Tiers change together in one batch; one process type at a time cannot."""
    await deploy(heroku, app)
    await done(heroku.patch(f"{app}/formation/worker", json={"quantity": 1}))
    words = "Cannot use the following dyno types in the same app: Basic and Standard-1X"
    change = {"dyno_size": {"name": "standard-1x"}}
    await refused(heroku.patch(f"{app}/formation/web", json=change), 422, "invalid_params", words)
    updates = [{"type": name, "dyno_size": {"name": "Standard-1X"}, "quantity": 2} for name in ("web", "worker")]
    after = await done(heroku.patch(f"{app}/formation", json={"updates": updates}))
    assert {(one["size"], one["dyno_size"]["name"], one["quantity"]) for one in after} == {
        ("Standard-1X", "Standard-1X", 2)
    }
    assert len(await done(heroku.get(f"{app}/dynos"))) == 4


async def test_quantities_may_be_texts(heroku: httpx.AsyncClient, app: str) -> None:
    """As Heroku's command line sends them: a number, or how many more."""
    await deploy(heroku, app)
    await done(heroku.patch(f"{app}/formation/web", json={"dyno_size": {"name": "Standard-1X"}}))
    bare = httpx.AsyncClient(base_url=heroku.base_url, headers=heroku.headers, transport=heroku._transport._inner)  # type: ignore[attr-defined]
    for quantity, wanted in (("3", 3), ("+2", 5), ("-1", 4)):
        after = await done(bare.patch(f"{app}/formation", json={"updates": [{"type": "web", "quantity": quantity}]}))
        assert {one["type"]: one["quantity"] for one in after}["web"] == wanted
    await refused(bare.patch(f"{app}/formation/web", json={"quantity": "many"}), 422, "invalid_params", "a number")


@pytest.mark.parametrize(
    "change", [{"quantity": -1}, {"quantity": 101}, {"dyno_size": {"name": "gigantic"}}, {"quantity": 2}]
)
async def test_impossible_formations_are_refused(heroku: httpx.AsyncClient, app: str, change: dict[str, Any]) -> None:
    """Quantities, unknown sizes, and more than one small dyno."""
    await deploy(heroku, app)
    before = await done(heroku.get(f"{app}/formation/web"))
    await refused(heroku.patch(f"{app}/formation/web", json=change), 422, "invalid_params")
    assert await done(heroku.get(f"{app}/formation/web")) == before


async def test_a_batch_is_all_or_nothing(heroku: httpx.AsyncClient, app: str) -> None:
    """One bad update undoes the good ones."""
    await deploy(heroku, app)
    body = {"updates": [{"type": "web", "quantity": 0}, {"type": "clock", "quantity": 1}]}
    await refused(heroku.patch(f"{app}/formation", json=body), 404, "not_found", "(clock)")
    assert (await done(heroku.get(f"{app}/formation/web")))["quantity"] == 1


async def test_dynos_can_be_restarted(heroku: httpx.AsyncClient, app: str) -> None:
    """All, one, or one process type."""
    await deploy(heroku, app)
    for path in ("/dynos", "/dynos/web.1", "/formations/web"):
        assert await done(heroku.delete(f"{app}{path}"), 202) == {}
