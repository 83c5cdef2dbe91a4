"""The other examples stand too: several apps, a team, three stages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.checkout import ROOT, Checkout, make_checkout


@pytest.fixture(params=["python", "node"])
def example(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Checkout]:
    """A checkout with an example's stack files, and a cloud seeded for them."""
    checkout = make_checkout(tmp_path / "service", ROOT / "examples" / request.param)
    checkout.start_cloud()
    yield checkout
    checkout.cloud.stop()


def test_the_example_stands_and_falls(example: Checkout) -> None:
    """Checked without a remark, brought up in every stack, nothing left to do, and taken down again."""
    empty = example.cloud.export(normalized=True)
    check = example.twelvefold("check")
    up = example.twelvefold("up", "--yes")
    preview = example.twelvefold("preview", "--refresh")
    destroy = example.twelvefold("destroy", "--all", "--yes", "--unprotect")

    assert check.code == 0, check.text
    assert not check.stderr
    assert up.code == 0, up.text
    assert preview.code == 0, preview.text
    assert destroy.code == 0, destroy.text
    assert example.cloud.export(normalized=True) == empty
