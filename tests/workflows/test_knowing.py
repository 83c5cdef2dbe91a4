"""What is known of the stacks before anybody is asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from infra.errors import InputError, TwelvefoldError, WrongPassphrase
from infra.model.project import find_project
from infra.workflows.knowing import Known, know
from tests.workflows.shop import Shop, at


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """Both stacks, up."""
    shop = Shop(tmp_path / "shop")
    shop.bring_up("staging", "production")
    return shop


def _know(shop: Shop) -> tuple[dict[str, Known], dict[str, TwelvefoldError]]:
    return know(find_project(shop.folder), shop.records, shop.environ)


def test_stacks_come_in_the_order_of_promotion(shop: Shop) -> None:
    """Whatever their files are called."""
    known, unusable = _know(shop)
    assert list(known) == ["staging", "production"]
    assert unusable == {}


def test_each_claims_what_it_declares_or_recorded(shop: Shop) -> None:
    """Its app and all in it; the recorded id leads to the declared name."""
    known, _ = _know(shop)
    app = at("heroku", "app", "", "shop-staging")
    assert app in known["staging"].claims
    assert app not in known["production"].claims
    assert known["staging"].ids[shop.ids["shop-staging"]] == app
    assert known["staging"].apps == ("shop-staging",)
    assert any(subject == app and id == shop.ids["shop-staging"] for subject, id, _ in known["staging"].things())


def test_the_last_update_that_ended_well_is_known(shop: Shop) -> None:
    """A refresh or a failed run settles nothing."""
    (good,) = shop.records.runs["staging"]
    later = replace(good, ended=good.ended + timedelta(hours=1))
    shop.records.runs["staging"] = (good, replace(later, succeeded=False), replace(later, kind="refresh"))
    assert _know(shop)[0]["staging"].updates == (good,)


def test_a_stack_that_is_no_good_does_not_hide_what_it_claims(shop: Shop) -> None:
    """Neither broken files nor a state out of reach make its things look unmanaged."""
    shop.declare("production", more="    nonsense: 1\n")
    known, unusable = _know(shop)
    assert isinstance(unusable["production"], InputError)
    assert at("heroku", "app", "", "shop-production") in known["staging"].beside
    shop.declare("production")
    shop.records.states["production"] = WrongPassphrase("no")
    known, unusable = _know(shop)
    assert isinstance(unusable["production"], WrongPassphrase)
    assert at("heroku", "app", "", "shop-production") in known["staging"].beside
