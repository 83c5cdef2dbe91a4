"""What is live on Heroku: every kind of thing, its owner, and what cannot be read."""

from __future__ import annotations

from dataclasses import replace

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes

from infra.apis.live.heroku import read_heroku
from infra.apis.live.wanted import Wanted
from infra.model.estate import Hidden, Subject, Unreadable
from tests.apis.live.estate import APP, OTHER, PIPELINE, Shop, at, names, shown
from tests.certificates import new_certificate


async def test_every_kind_bears_its_declared_name(shop: Shop) -> None:
    """What was recorded is found under its declared name, whatever Heroku calls it."""
    estate = await shop.read()
    assert estate.unreadable == ()
    assert names(estate, "addon") == ["database"]
    assert names(estate, "drain") == ["logs"]
    assert names(estate, "webhook") == ["releases"]
    assert at(estate, "app", APP, "").fields["buildpacks"] == ["heroku/clojure"]
    assert at(estate, "app", APP, "").fields["region"] == "eu"
    assert at(estate, "coupling", PIPELINE).fields == {"stage": "staging"}
    assert at(estate, "pipeline", PIPELINE, "").fields == {"name": PIPELINE, "owner": ""}
    assert at(estate, "feature", "preboot").fields == {"enabled": True}
    assert at(estate, "pipeline-config-var", "CI", f"{PIPELINE}/test").fields["value"] == Hidden("canary-of-the-test")


async def test_each_live_thing_has_an_owner(shop: Shop) -> None:
    """Add-ons own their config vars on every app they are attached to; Heroku owns what it makes by itself."""
    estate = await shop.read()
    assert at(estate, "config-var", "LOG_LEVEL").owner == ""
    own, shared = at(estate, "config-var", "DATABASE_URL"), at(estate, "config-var", "SHARED_URL", OTHER)
    assert (own.owner, own.brought_by) == ("addon", "database")
    assert (shared.owner, shared.brought_by) == ("addon", "database")
    assert at(estate, "attachment", "DATABASE").owner == "addon"
    assert at(estate, "attachment", "SHARED", OTHER).owner == ""
    assert at(estate, "attachment", "SHARED", OTHER).fields == {"addon": "database", "app": APP}
    hosts = {name: at(estate, "domain", name).owner for name in names(estate, "domain")}
    assert hosts.pop("www.shop.example") == ""
    assert set(hosts.values()) == {"platform"}
    assert at(estate, "collaborator", "deployer@example.com").owner == "platform"
    assert at(estate, "collaborator", "sam@example.com").owner == ""
    assert at(estate, "feature", "http-session-affinity").owner == "platform"


async def test_nothing_secret_shows(shop: Shop) -> None:
    """No value of a config var or an address shows itself in what was read."""
    estate = await shop.read()
    assert "canary" not in shown(estate)


async def test_a_renamed_app_is_found_by_its_id(shop: Shop) -> None:
    """Everything of it stays under the declared name."""
    await shop.by_hand("PATCH", f"/apps/{APP}", {"name": "shop-renamed"}, person="deployer@example.com")
    estate = await shop.read()
    assert at(estate, "app", APP, "").fields["name"] == "shop-renamed"
    assert at(estate, "config-var", "LOG_LEVEL").fields == {"value": Hidden("info")}
    assert Subject("heroku", "app", "", "shop-renamed") not in estate.things


async def test_a_deleted_app_is_absent_with_all_its_things(shop: Shop) -> None:
    """And nothing of it counts as unreadable."""
    await shop.by_hand("DELETE", f"/apps/{APP}", person="deployer@example.com")
    estate = await shop.read()
    assert not [one for one in estate.things if APP in (one.scope, one.name)]
    assert estate.unreadable == ()
    assert at(estate, "app", OTHER, "").fields["name"] == OTHER


async def test_an_app_made_anew_under_the_old_name_shows_its_own_id(shop: Shop) -> None:
    """It is not the recorded one, which the id tells."""
    await shop.by_hand("DELETE", f"/apps/{APP}", person="deployer@example.com")
    fresh = await shop.call("POST", "/apps", {"name": APP})
    estate = await shop.read()
    assert at(estate, "app", APP, "").id == fresh["id"] != shop.ids[APP]


async def test_apps_that_nobody_named_are_told(shop: Shop) -> None:
    """Those of a wanted pipeline or team, with few fields; those of others are not."""
    coupled = await shop.call("POST", "/apps", {"name": "stranger-in-pipeline"})
    await shop.call("POST", "/apps", {"name": "stranger-elsewhere"})
    await shop.call("POST", "/teams/apps", {"name": "stranger-in-team", "team": "practicalli-team"})
    link = {"app": coupled["id"], "pipeline": shop.ids[PIPELINE], "stage": "production"}
    await shop.call("POST", "/pipeline-couplings", link)
    wanted = Wanted({APP: shop.ids[APP]}, {PIPELINE: shop.ids[PIPELINE]}, ("practicalli-team",))
    estate = await read_heroku(shop.client(), wanted)
    apps = names(estate, "app", "")
    assert apps == [APP, OTHER, "stranger-in-pipeline", "stranger-in-team"]
    assert at(estate, "coupling", PIPELINE, "stranger-in-pipeline").fields == {"stage": "production"}
    assert names(estate, "config-var", "stranger-in-pipeline") == []


@pytest.mark.parametrize("status", [403, 500])
async def test_a_part_that_cannot_be_read_leaves_the_rest(shop: Shop, status: int) -> None:
    """It is told as unreadable, and its things are simply not there."""
    await shop.fault(kind="status", status=status, path=f"{shop.ids[APP]}/domains$")
    estate = await shop.read()
    assert [(one.kind, one.scope) for one in estate.unreadable] == [("domain", APP)]
    assert names(estate, "domain") == []
    assert names(estate, "drain") == ["logs"]
    assert len(names(estate, "domain", OTHER)) == 1


async def test_a_permission_that_lacks_is_named(shop: Shop) -> None:
    """Whoever may only view a team's app is told what else it takes."""
    app = await shop.call("POST", "/teams/apps", {"name": "team-app", "team": "practicalli-team"})
    wanted = Wanted({"team-app": app["id"]})
    estate = await read_heroku(shop.client(shop.cloud.pat_token), wanted)
    assert [one for one in estate.unreadable if one.kind == "config-var"] == [
        Unreadable(
            "heroku",
            "config-var",
            "team-app",
            "You need the permission deploy on the app team-app to do that. (HTTP 403)",
            "deploy on the app",
        )
    ]


async def test_a_scope_that_lacks_is_named(shop: Shop) -> None:
    """A token that may read but not what is protected sees no config vars, and says so."""
    made = await shop.call("POST", "/oauth/authorizations", {"scope": ["read"]})
    estate = await shop.read(token=made["access_token"]["token"])
    lacking = {(one.kind, one.needs) for one in estate.unreadable}
    assert lacking == {
        ("config-var", "a token with scope read-protected"),
        ("pipeline-config-var", "a token with scope read-protected"),
    }


async def test_a_wrong_token_sees_nothing(shop: Shop) -> None:
    """Everything is unreadable, nothing is missing, and few requests are wasted."""
    estate = await shop.read(token="HRKU-wrong")
    assert not estate.things
    assert {one.needs for one in estate.unreadable} == {"a valid Heroku token"}
    assert {one.scope for one in estate.unreadable if one.kind == "app" and one.scope} == {APP, OTHER}
    assert len(shop.requests()) < 10


async def test_a_broken_network_hides_everything(shop: Shop) -> None:
    """Nothing counts as missing because nobody answered."""
    await shop.fault(kind="drop_before")
    estate = await shop.read()
    assert not estate.things
    assert {one.scope for one in estate.unreadable if one.kind == "app" and one.scope} == {APP, OTHER}


async def test_add_ons_that_cannot_be_listed_hide_config_vars_too(shop: Shop) -> None:
    """Else an add-on's config var would look as if somebody had set it."""
    await shop.fault(kind="status", status=403, path="^/addons$")
    estate = await shop.read()
    assert names(estate, "config-var") == []
    assert {(one.kind, one.scope) for one in estate.unreadable} == {
        (kind, scope) for kind in ("addon", "config-var") for scope in (APP, OTHER)
    }


async def test_what_a_list_leaves_out_is_asked_for_alone(shop: Shop) -> None:
    """Absence from a list proves nothing: only a 404 does."""
    await shop.call("DELETE", f"/addon-attachments/{await _shared(shop)}")
    database = Subject("heroku", "addon", APP, "gone")
    shop.subjects["01234567-89ab-cdef-0123-456789abcdef"] = database
    estate = await shop.read()
    assert database not in estate.things
    assert "/addons/01234567-89ab-cdef-0123-456789abcdef" in shop.requests()


async def _shared(shop: Shop) -> str:
    rows = await shop.call("GET", f"/apps/{OTHER}/addon-attachments")
    found: str = next(row["id"] for row in rows if row["name"] == "SHARED")
    return found


async def test_certificates_are_looked_up_where_a_domain_or_the_state_has_one(shop: Shop) -> None:
    """By the digest of the leaf; the domain tells which one serves it."""
    await shop.read()
    assert not [path for path in shop.requests() if path.endswith("/sni-endpoints")]
    chain, key = new_certificate("www.shop.example")
    body = {"certificate_chain": chain, "private_key": key}
    endpoint = await shop.call("POST", f"/apps/{APP}/sni-endpoints", body)
    await shop.call("PATCH", f"/apps/{APP}/domains/www.shop.example", {"sni_endpoint": endpoint["id"]})
    estate = await shop.read()
    leaf = x509.load_pem_x509_certificate(chain.encode()).fingerprint(hashes.SHA256()).hex()
    assert at(estate, "domain", "www.shop.example").fields == {"certificate": endpoint["name"]}
    assert at(estate, "certificate", endpoint["name"]).fields == {"leaf": leaf}
    shop.subjects[endpoint["id"]] = Subject("heroku", "certificate", APP, "www")
    estate = await shop.read()
    assert at(estate, "domain", "www.shop.example").fields == {"certificate": "www"}
    assert at(estate, "certificate", "www").id == endpoint["id"]


async def test_releases_are_read_where_somebody_released_since_our_update(shop: Shop) -> None:
    """The list of apps tells when each was released last."""
    now = shop.cloud.clock()
    wanted = replace(shop.wanted(), updated={APP: now, OTHER: now})
    estate = await read_heroku(shop.client(), wanted)
    assert names(estate, "release") == names(estate, "release", OTHER) == []
    shop.cloud.clock.pass_seconds(60)
    await shop.by_hand("PATCH", f"/apps/{APP}/config-vars", {"LOG_LEVEL": "trace"})
    estate = await read_heroku(shop.client(), wanted)
    assert names(estate, "release")
    assert names(estate, "release", OTHER) == []
