"""What an environment costs a month before and after a plan."""

from __future__ import annotations

from infra.model.prices import Prices
from infra.model.report import Cost
from infra.rules.cost import cost, services_of
from tests.rules.previews import ADDON, FORMATION, Drawn

PRICES = Prices(
    plans={"heroku-postgresql:essential-0": 500, "heroku-postgresql:standard-0": 5000, "heroku-kafka:x": None},
    dynos={"basic": 700, "standard-1x": 2500, "eco": 500, "private-s": None},
)


def test_what_comes_goes_and_moves() -> None:
    """Add-ons by plan, dynos by size times number."""
    drawn = Drawn().add("create", ADDON, "db", plan="heroku-postgresql:standard-0")
    drawn.add("delete", ADDON, "old", plan="heroku-postgresql:essential-0")
    drawn.add("same", FORMATION, "web", size="Standard-1X", quantity=2)

    assert cost(drawn.preview, PRICES) == Cost(500 + 5000, 5000 + 5000)
    assert cost(drawn.preview, PRICES).change == 4500


def test_what_has_no_price_is_named() -> None:
    """A contract's price, one that Heroku does not tell, a plan it does not know, a Private Space."""
    drawn = Drawn().add("same", ADDON, "k", plan="heroku-kafka:x").add("create", ADDON, "n", plan="new:plan")
    drawn.add("same", FORMATION, "web", size="private-s", quantity=1)
    drawn.add("same", "heroku:space/space:Space", "s", name="vault")

    assert cost(drawn.preview, PRICES).unpriced == ("heroku-kafka:x", "new:plan", "private-s", "space vault")


def test_eco_dynos_share_one_subscription() -> None:
    """However many there are; none at all costs nothing."""
    drawn = Drawn().add("same", FORMATION, "web", size="eco", quantity=1)
    drawn.add("create", FORMATION, "worker", size="eco", quantity=1)
    none = Drawn().add("same", FORMATION, "web", size="eco", quantity=0)

    assert cost(drawn.preview, PRICES) == Cost(500, 500)
    assert cost(none.preview, PRICES) == Cost(0, 0)


def test_a_size_that_is_not_used_needs_no_price() -> None:
    """Scaled to zero."""
    assert cost(Drawn().add("same", FORMATION, "w", size="private-s", quantity=0).preview, PRICES).unpriced == ()


def test_services_whose_prices_it_takes() -> None:
    """Those of add-ons before and after."""
    drawn = (
        Drawn().add("create", ADDON, "db", plan="heroku-postgresql").add("delete", ADDON, "r", plan="heroku-redis:x")
    )

    assert services_of(drawn.preview) == {"heroku-postgresql", "heroku-redis"}
