"""Taking away what nobody declares: each kind is made by hand, found, removed, and gone; what holds data stays."""

from __future__ import annotations

import base64
from collections.abc import Callable

import pytest
from nacl.public import PublicKey, SealedBox

from infra.model.estate import Kind, Subject, Vendor
from infra.model.project import find_project
from infra.workflows.fix import _REQUESTS, _joined, removals, remove_unmanaged
from tests.certificates import new_certificate
from tests.workflows.shop import HUB, Shop, of

APP = "shop-staging"
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJdD7y3aLq454yWBdwLWbieU1ebz9/cu7/QEXn9OIeZJ"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """One stack, up, with a repository."""
    shop = Shop(tmp_path_factory.mktemp("fix") / "shop", github=True)
    shop.bring_up("staging")
    return shop


def _here(shop: Shop) -> str:
    return f"/apps/{shop.ids[APP]}"


def _heroku(kind: Kind, name: str, scope: str = APP) -> Subject:
    return Subject("heroku", kind, scope, name)


def _github(kind: Kind, name: str, scope: str = HUB) -> Subject:
    return Subject("github", kind, scope, name)


def _attach(shop: Shop) -> Subject:
    addon = shop.heroku("GET", f"{_here(shop)}/addons")[0]["id"]
    shop.heroku("POST", "/addon-attachments", {"addon": addon, "app": APP, "name": "AGAIN"})
    return _heroku("attachment", "AGAIN")


def _certify(shop: Shop) -> Subject:
    chain, key = new_certificate("staging.shop.test")
    made = shop.heroku("POST", f"{_here(shop)}/sni-endpoints", {"certificate_chain": chain, "private_key": key})
    # A certificate that serves no domain is not looked for.
    shop.heroku("PATCH", f"{_here(shop)}/domains/other.shop.test", {"sni_endpoint": made["id"]})
    return _heroku("certificate", made["name"])


def _invite(shop: Shop) -> Subject:
    shop.heroku("POST", f"{_here(shop)}/collaborators", {"user": "pat@example.com"})
    return _heroku("collaborator", "pat@example.com")


def _set_var(shop: Shop) -> Subject:
    shop.heroku("PATCH", f"{_here(shop)}/config-vars", {"BY_HAND": "1", "TOO": "2"})
    return _heroku("config-var", "BY_HAND")


def _add_domain(shop: Shop) -> Subject:
    shop.heroku("POST", f"{_here(shop)}/domains", {"hostname": "other.shop.test", "sni_endpoint": None})
    return _heroku("domain", "other.shop.test")


def _add_drain(shop: Shop) -> Subject:
    made = shop.heroku("POST", f"{_here(shop)}/log-drains", {"url": "https://logs.example/x"})
    return _heroku("drain", made["id"])


def _enable(shop: Shop) -> Subject:
    shop.heroku("PATCH", f"{_here(shop)}/features/preboot", {"enabled": True})
    return _heroku("feature", "preboot")


def _scale(shop: Shop) -> Subject:
    slug = shop.heroku("POST", f"{_here(shop)}/slugs", {"process_types": {"worker": "work"}, "stack": "heroku-24"})
    shop.heroku("POST", f"{_here(shop)}/releases", {"slug": slug["id"]})
    shop.heroku("PATCH", f"{_here(shop)}/formation", {"updates": [{"type": "worker", "quantity": 1}]})
    return _heroku("formation", "worker")


def _set_in_pipeline(shop: Shop) -> Subject:
    shop.heroku("PATCH", f"/pipelines/{shop.pipeline}/stage/test/config-vars", {"BY_HAND": "1"})
    return _heroku("pipeline-config-var", "BY_HAND", "shop/test")


def _hook_up(shop: Shop) -> Subject:
    hook = {"url": "https://hooks.example/x", "include": ["api:release"], "level": "notify"}
    return _heroku("webhook", shop.heroku("POST", f"{_here(shop)}/webhooks", hook)["id"])


def _seal(shop: Shop, keys: str) -> None:
    key = shop.github("GET", f"{keys}/public-key")
    sealed = SealedBox(PublicKey(base64.b64decode(key["key"]))).encrypt(b"by hand")
    shop.github(
        "PUT", f"{keys}/BY_HAND", {"encrypted_value": base64.b64encode(sealed).decode(), "key_id": key["key_id"]}
    )


def _secret(shop: Shop) -> Subject:
    _seal(shop, "/actions/secrets")
    return _github("secret", "BY_HAND")


def _dependabot_secret(shop: Shop) -> Subject:
    _seal(shop, "/dependabot/secrets")
    return _github("dependabot-secret", "BY_HAND")


def _variable(shop: Shop) -> Subject:
    shop.github("POST", "/actions/variables", {"name": "BY_HAND", "value": "1"})
    return _github("variable", "BY_HAND")


def _environment(shop: Shop) -> Subject:
    shop.github("PUT", "/environments/by hand", {"wait_timer": 1})
    return _github("environment", "by hand")


def _deploy_key(shop: Shop) -> Subject:
    shop.github("POST", "/keys", {"title": "by hand", "key": KEY, "read_only": True})
    return _github("deploy-key", "by hand")


def _ruleset(shop: Shop) -> Subject:
    shop.github("POST", "/rulesets", {"name": "by hand", "enforcement": "active", "rules": [{"type": "deletion"}]})
    return _github("ruleset", "by hand")


def _hub_hook(shop: Shop) -> Subject:
    hook = {"config": {"url": "https://hooks.example/x", "content_type": "json"}, "events": ["push"]}
    return _github("webhook", f"hook {shop.github('POST', '/hooks', hook)['id']}")


BY_HAND: dict[tuple[Vendor, Kind], Callable[[Shop], Subject]] = {
    ("heroku", "attachment"): _attach,
    ("heroku", "collaborator"): _invite,
    ("heroku", "config-var"): _set_var,
    ("heroku", "domain"): _add_domain,
    ("heroku", "certificate"): _certify,
    ("heroku", "drain"): _add_drain,
    ("heroku", "feature"): _enable,
    ("heroku", "formation"): _scale,
    ("heroku", "pipeline-config-var"): _set_in_pipeline,
    ("heroku", "webhook"): _hook_up,
    ("github", "dependabot-secret"): _dependabot_secret,
    ("github", "deploy-key"): _deploy_key,
    ("github", "environment"): _environment,
    ("github", "ruleset"): _ruleset,
    ("github", "secret"): _secret,
    ("github", "variable"): _variable,
    ("github", "webhook"): _hub_hook,
}
# Only apps of the Fir generation have them: see tests/apis/live.
ELSEWHERE = {("heroku", "telemetry-drain")}


def test_every_kind_that_can_be_taken_away_is_tried() -> None:
    """No request is without its test."""
    assert set(_REQUESTS) == set(BY_HAND) | ELSEWHERE


def test_what_was_made_by_hand_is_found_and_taken_away(shop: Shop) -> None:
    """One of every kind: found, listed for removal, removed, and not found again."""
    before = {one.subject for one in of(shop.audit("staging"), "staging")}
    made = {place: make(shop) for place, make in BY_HAND.items()}
    found = shop.audit("staging")
    listed = removals(found)
    assert {one.subject for one in listed} >= set(made.values())
    assert not [one for one in listed if one.subject.kind in ("app", "addon", "pipeline", "repository")]
    # A release that is made in the same second as another cannot be told from it.
    shop.later(minutes=1)
    requests = _joined(listed)
    assert len(requests) < len(listed), "the config vars of one app go in one request"
    assert not remove_unmanaged(find_project(shop.folder), found, listed, shop.cloud.transport)
    after = {one.subject for one in of(shop.audit("staging"), "staging")}
    assert not after & set(made.values())
    assert after <= before | {one for one in after if one and one.kind == "release"}


def test_what_holds_data_is_told_and_never_taken_away(shop: Shop) -> None:
    """An add-on and an app that nobody declares stay."""
    shop.heroku("POST", f"{_here(shop)}/addons", {"plan": "heroku-redis:mini"})
    app = shop.heroku("POST", "/apps", {"name": "strange-app", "region": "us"})
    place = {"app": app["id"], "pipeline": shop.pipeline, "stage": "staging"}
    shop.heroku("POST", "/pipeline-couplings", place)
    found = shop.audit("staging")
    kinds = {one.subject.kind for one in of(found, "staging") if one.subject and one.kind == "unmanaged"}
    assert {"addon", "app"} <= kinds
    assert not {one.subject.kind for one in removals(found)} & {"addon", "app"}
