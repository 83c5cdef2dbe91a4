"""Lists in ranges."""

from __future__ import annotations

import httpx
import pytest

from tests.localcloud.heroku.steps import done, refused


async def test_lists_come_in_ranges(heroku: httpx.AsyncClient, app: str) -> None:
    """206 with Next-Range until the end, in both directions, without gaps."""
    for number in range(5):
        await done(heroku.patch(f"{app}/config-vars", json={"N": str(number)}))
    for order, wanted in (("asc", [1, 2, 3, 4, 5, 6, 7]), ("desc", [7, 6, 5, 4, 3, 2, 1])):
        seen: list[int] = []
        range_: str | None = f"version ..; max=3, order={order}"
        while range_:
            answer = await heroku.get(f"{app}/releases", headers={"Range": range_})
            range_ = answer.headers.get("Next-Range")
            assert answer.status_code == (206 if range_ else 200)
            seen += [one["version"] for one in answer.json()]
        assert seen == wanted
    assert answer.headers["Accept-Ranges"] == "id, version"
    assert answer.headers["Content-Range"].startswith("version 1..1")


@pytest.mark.parametrize(
    "header", ["banana", "colour ..", "id ..; max=0", "id ..; max=1001", "version x..", "id ..; sort=up"]
)
async def test_bad_ranges_cannot_be_satisfied(heroku: httpx.AsyncClient, app: str, header: str) -> None:
    """416 with a reason."""
    await refused(heroku.get(f"{app}/releases", headers={"Range": header}), 416, "requested_range_not_satisfiable")


async def test_ranges_have_two_ends(heroku: httpx.AsyncClient, app: str) -> None:
    """Inclusive, and exclusive with a bracket."""
    for header, wanted in (("version 1..1", [1]), ("version ]1..2", [2]), ("name ..", None)):
        answer = await heroku.get(f"{app}/releases", headers={"Range": header})
        assert (answer.status_code == 416) if wanted is None else [one["version"] for one in answer.json()] == wanted
