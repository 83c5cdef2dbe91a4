"""Audits by the real clients against a local cloud in this process: whose things are whose, and what stays dark."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from infra.errors import EXIT_CHANGES, EXIT_CLEAN, EXIT_ERROR, EXIT_UNREADABLE, WrongPassphrase
from tests.localcloud.in_process import BASE
from tests.workflows.shop import HUB, Shop, of, told


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """Both stacks, up and untouched."""
    shop = Shop(tmp_path / "shop")
    shop.bring_up("staging", "production")
    return shop


def test_an_untouched_service_is_clean(shop: Shop) -> None:
    """Nothing is found, and the report says what it took."""
    found = shop.audit()
    assert [told(stack.findings) for stack in found.report.stacks] == [[], []]
    assert found.report.exit_code == EXIT_CLEAN
    assert found.report.requests > 0


def test_each_stack_answers_for_its_own(shop: Shop) -> None:
    """A change in one app is found in its stack alone, whichever stacks are asked for."""
    shop.heroku("PATCH", f"/apps/{shop.ids['shop-production']}/config-vars", {"LOG_LEVEL": "debug"})
    changed = [("changed", "heroku/config-var/shop-production/LOG_LEVEL")]
    both = shop.audit()
    assert (told(of(both, "staging")), told(of(both, "production"))) == ([], changed)
    assert told(of(shop.audit("production"), "production")) == changed
    assert shop.audit("staging").report.exit_code == EXIT_CLEAN
    assert both.report.exit_code == EXIT_CHANGES


def test_who_changed_it_is_told(shop: Shop) -> None:
    """User, time and release of a change by hand, and where the thing is declared."""
    path = f"/apps/{shop.ids['shop-staging']}/config-vars"
    call = {"vendor": "heroku", "method": "PATCH", "path": path, "body": {"LOG_LEVEL": "debug"}}
    shop.control("POST", "by-hand", {**call, "as": "pat@example.com"})
    (finding,) = of(shop.audit("staging"), "staging")
    assert finding.cause.who == "pat@example.com"
    assert finding.cause.when == shop.cloud.clock.now
    assert "release v" in finding.cause.how
    assert finding.file == "Pulumi.yaml"


def test_a_stranger_in_the_pipeline_is_the_owners(shop: Shop) -> None:
    """An app that no stack knows is told once, by the stack that owns what is shared."""
    app = shop.heroku("POST", "/apps", {"name": "strange", "region": "us"})
    place = {"app": app["id"], "pipeline": shop.pipeline, "stage": "production"}
    shop.heroku("POST", "/pipeline-couplings", place)
    found = shop.audit()
    assert ("unmanaged", "heroku/app/strange") in told(of(found, "staging"))
    assert told(of(found, "production")) == []


def test_a_second_look_finds_what_was_changed_a_moment_ago(shop: Shop) -> None:
    """Nothing is believed that may have changed, unless an age is said; then the report tells so."""
    shop.audit()
    shop.heroku(
        "POST", f"/apps/{shop.ids['shop-staging']}/domains", {"hostname": "new.shop.test", "sni_endpoint": None}
    )
    unmanaged = [("unmanaged", "heroku/domain/shop-staging/new.shop.test")]
    believed = shop.audit("staging", max_age=3600)
    assert told(of(believed, "staging")) == []
    assert "were not read again" in believed.report.notes[0]
    asked = shop.audit("staging")
    assert told(of(asked, "staging")) == unmanaged
    assert asked.report.notes == ()


def test_what_was_believed_costs_nothing(shop: Shop) -> None:
    """Only the account's own lists are read again."""
    first = shop.audit().report.requests
    assert shop.audit(max_age=3600).report.requests <= first - 2 * 8


def test_without_a_token_everything_there_is_dark(shop: Shop) -> None:
    """It is told what to set, and nothing is said to be missing."""
    del shop.environ["HEROKU_API_KEY"]
    found = shop.audit("staging")
    assert {one.kind for one in of(found, "staging")} == {"unverifiable"}
    assert "HEROKU_API_KEY" in of(found, "staging")[0].needs
    assert found.report.exit_code == EXIT_UNREADABLE


def test_without_one_vendors_token_the_other_is_read(tmp_path: Path) -> None:
    """GitHub is dark, Heroku is not."""
    shop = Shop(tmp_path / "shop", github=True)
    shop.bring_up("staging", "production")
    shop.heroku("PATCH", f"/apps/{shop.ids['shop-staging']}/config-vars", {"LOG_LEVEL": "debug"})
    del shop.environ["GITHUB_TOKEN"]
    found = of(shop.audit("staging"), "staging")
    assert ("changed", "heroku/config-var/shop-staging/LOG_LEVEL") in told(found)
    assert ("unverifiable", f"github/repository/{HUB}") in told(found)


class Broken(httpx.AsyncBaseTransport):
    """A network that is down."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        raise httpx.UnsupportedProtocol("no network", request=request)


def test_without_a_network_nothing_is_missing(shop: Shop) -> None:
    """What cannot be reached is unverifiable, with the vendor's name."""
    found = of(shop.audit("production", transport=Broken()), "production")
    assert {one.kind for one in found} == {"unverifiable"}
    assert any("Heroku" in one.message for one in found)


def test_a_part_that_may_not_be_read_is_told(shop: Shop) -> None:
    """One list answers 403: that part of that app is dark, and the rest is compared."""
    path = f"/apps/{shop.ids['shop-staging']}/domains"
    shop.control("POST", "faults", {"kind": "status", "vendor": "heroku", "status": 403, "path": f"{path}$"})
    found = shop.audit()
    assert told(of(found, "staging")) == [("unverifiable", "heroku/domain/shop-staging")]
    assert "1 declared there cannot be verified" in of(found, "staging")[0].message
    assert told(of(found, "production")) == []
    assert found.report.exit_code == EXIT_UNREADABLE


def test_a_broken_stack_stands_beside_good_ones(shop: Shop) -> None:
    """Its error is in the report, the others are audited; and what it declares is nobody else's."""
    shop.records.states["production"] = WrongPassphrase("the passphrase does not open it")
    found = shop.audit()
    assert told(of(found, "staging")) == []
    assert [(one.stack, bool(one.error)) for one in found.report.stacks] == [("staging", False), ("production", True)]
    assert found.report.exit_code == EXIT_ERROR
    with pytest.raises(WrongPassphrase):
        shop.audit("production")


def test_the_error_is_that_of_the_stack_that_was_asked_for(shop: Shop) -> None:
    """Another broken stack does not stand in for it."""
    shop.records.states["production"] = WrongPassphrase("the passphrase does not open it")
    shop.declare("staging", more="    nonsense: 1\n")
    with pytest.raises(WrongPassphrase):
        shop.audit("production")


def test_a_stack_never_brought_up_is_pending(tmp_path: Path) -> None:
    """Nothing is missing of what was never made; what the other stack owns is not its own."""
    shop = Shop(tmp_path / "shop")
    shop.bring_up("staging")
    found = of(shop.audit("production"), "production")
    assert {one.kind for one in found} == {"pending"}


def test_stacks_with_credentials_of_their_own_are_looked_at_apart(shop: Shop) -> None:
    """Each by its own client, and nothing of the other group looks like a stranger."""
    together = shop.audit().report.requests
    shop.declare("production", settings="  heroku:url: http://localhost:4567\n")
    found = shop.audit()
    assert [told(stack.findings) for stack in found.report.stacks] == [[], []]
    assert found.report.requests > together


def test_nothing_secret_is_told(shop: Shop) -> None:
    """Values and tokens stand in no report, and not in the folder either."""
    secret = "canary-of-the-value"
    shop.heroku("PATCH", f"/apps/{shop.ids['shop-staging']}/config-vars", {"BY_HAND": secret})
    found = shop.audit()
    assert secret not in repr(found)
    kept = [path.read_bytes() for path in shop.folder.rglob("*") if path.is_file()]
    assert not any(word.encode() in text for text in kept for word in (secret, shop.cloud.heroku_token))
    assert BASE not in repr(found.report)
