"""The judgements on one environment, where the cases under ``tests/cases`` do not already show them."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from infra.model.dynos import DynoSize, tier
from infra.model.environment import Addon, App, Environment, ServiceWide
from infra.model.finding import Finding
from infra.model.values import Secret
from infra.rules.environment import judge_environment, owned_config_vars

SECRET = Secret(("config", "x"))


def app(name: str = "shop", **said: Any) -> App:
    """An app that says ``said``."""
    return App.model_validate({"app": name, **said})


def environment(apps: dict[str, App], unsound: tuple[tuple[str, ...], ...] = (), **service: Any) -> Environment:
    """An environment of ``apps`` (the one called ``app`` stands alone) in a service that says ``service``."""
    return Environment(
        stack="staging",
        stage="staging",
        shared_in="staging",
        protect=False,
        single=list(apps) == ["app"],
        service=ServiceWide.model_validate(service),
        apps=apps,
        unsound=unsound,
    )


def judged(*unsound: tuple[str, ...], service: dict[str, Any] | None = None, **said: Any) -> list[Finding]:
    """What is found in an environment of one app."""
    return judge_environment(environment({"app": app(**said)}, unsound, **(service or {})))


def rules(findings: list[Finding]) -> list[tuple[str, str]]:
    """Each finding's rule and dotted path."""
    return [(finding.rule, ".".join(map(str, finding.path))) for finding in findings]


def test_a_sound_environment_has_no_findings() -> None:
    """Silence is the answer to a good environment."""
    assert judged(formation={"web": {"size": "basic"}}, config_vars={"A": "x"}) == []


@pytest.mark.parametrize(
    ("sizes", "fine"),
    [
        (["basic", "basic"], True),
        (["standard-1x", "performance-l"], True),
        (["private-s", "private-xl"], True),
        (["eco", "basic"], False),
        (["basic", "standard-1x"], False),
        (["private-s", "shield-s"], False),
        (["performance-m", "private-m"], False),
    ],
)
def test_sizes_side_by_side(sizes: list[str], fine: bool) -> None:
    """Only sizes of one group run in one app, whatever the order."""
    for order in (sizes, sizes[::-1]):
        formation = {f"p{index}": {"size": size} for index, size in enumerate(order)}
        assert (judged(formation=formation) == []) is fine


def test_a_process_without_a_size_fits_anything() -> None:
    """Heroku's own choice stays."""
    assert judged(formation={"web": {"size": "performance-l"}, "worker": {}}) == []


def test_every_size_has_a_tier() -> None:
    """And the tiers are the five that Heroku keeps apart."""
    assert {tier(size) for size in get_args(DynoSize)} == {
        "eco",
        "basic",
        "standard and performance",
        "private",
        "shield",
    }


@pytest.mark.parametrize(
    ("plan", "name", "owned"),
    [
        ("heroku-postgresql:essential-0", None, ("DATABASE_URL",)),
        ("heroku-postgresql:essential-0", "MAIN", ("MAIN_URL",)),
        ("heroku-redis:mini", None, ("REDIS_URL",)),
        ("papertrail:choklad", None, ()),
        ("papertrail:choklad", "LOGS", ("LOGS_URL",)),
    ],
)
def test_config_vars_of_an_addon(plan: str, name: str | None, owned: tuple[str, ...]) -> None:
    """What it will surely bring; nothing is claimed of add-ons whose provider alone knows."""
    assert owned_config_vars(Addon.model_validate({"plan": plan, "as": name})) == owned


@pytest.mark.parametrize("name", ["JDBC_DATABASE_URL", "PORT", "DYNO", "PS", "HEROKU_APP_ID", "__A"])
def test_reserved_config_vars(name: str) -> None:
    """Names that the platform or the buildpack sets."""
    ((rule, path),) = rules(judged(config_vars={name: "x"}))
    assert rule in ("config-var-derived", "config-var-reserved")
    assert path == f"config_vars.{name}"


@pytest.mark.parametrize("name", ["DATABASE_URL", "MY_PORT", "PORTS", "HEROKU", "REDIS_URL", "_A"])
def test_free_config_vars(name: str) -> None:
    """Names that nobody else claims, DATABASE_URL too where no add-on brings it."""
    assert judged(config_vars={name: "x"}) == []


def test_an_attached_addon_owns_its_config_var_too() -> None:
    """The add-on of another app brings <NAME>_URL here."""
    apps = {
        "api": app("shop-api", addons={"db": {"plan": "heroku-postgresql:essential-0"}}),
        "web": app("shop-web", attachments={"MAIN": {"app": "api", "addon": "db"}}, config_vars={"MAIN_URL": "x"}),
    }
    assert rules(judge_environment(environment(apps))) == [("config-var-owned", "apps.web.config_vars.MAIN_URL")]


def test_what_points_at_an_unsound_part_is_not_blamed() -> None:
    """The add-on, the app or the certificate is there, only at fault itself."""
    apps = {
        "web": app(
            attachments={"A": {"app": "api", "addon": "db"}, "B": {"app": "gone", "addon": "db"}},
            domains={"a.example.com": {"certificate": "main"}},
            collaborators={"ann@example.com": {"permissions": ["view"]}},
            config_vars={"URL": "${apps.gone.url}", "DB": "${apps.api.addons.db.id}"},
        ),
        "api": app("shop-api"),
    }
    unsound = (
        ("apps", "gone"),
        ("apps", "api", "addons", "db"),
        ("apps", "web", "certificates", "main", "private_key"),
        ("apps", "web", "team"),
    )
    assert judge_environment(environment(apps, unsound)) == []
    assert len(judge_environment(environment(apps))) == 6


def test_an_unsound_stage_or_repository_is_not_missed() -> None:
    """Their own faults are told already."""
    service = {"pipeline": {"name": "shop", "stages": ["staging"]}, "github": {"variables": {"A": "x"}}}
    assert rules(judged(service=service)) == [("repository-missing", "github")]
    assert judged(("repository",), service=service) == []


def test_webhooks_at_secret_addresses_are_not_compared() -> None:
    """Two secrets look alike to us; that does not make them the same address."""
    hooks = {name: {"url": SECRET, "events": ["push"]} for name in ("one", "two")}
    assert judged(service={"repository": "acme/shop", "shared_in": "staging", "github": {"webhooks": hooks}}) == []


def test_the_limits_of_an_app() -> None:
    """Five drains and ten webhooks are fine, one more is not."""
    drains = {f"d{number}": {"url": "https://a.example"} for number in range(6)}
    webhooks = {f"w{number}": {"url": "https://a.example", "include": ["api:build"]} for number in range(11)}
    assert rules(judged(drains=drains, webhooks=webhooks)) == [
        ("too-many-drains", "drains"),
        ("too-many-webhooks", "webhooks"),
    ]
    drains.pop("d0")
    webhooks.pop("w0")
    assert judged(drains=drains, webhooks=webhooks) == []


def test_a_wildcard_needs_a_certificate_only_with_acm() -> None:
    """Without automated certificates nothing is promised for it."""
    assert judged(domains=["*.example.com"]) == []
    assert rules(judged(domains=["*.example.com"], acm=True)) == [("acm-wildcard", "domains.*.example.com")]


def test_findings_of_one_app_among_several_have_its_path() -> None:
    """So that their lines are found."""
    apps = {"web": app(config_vars={"PORT": "1"}), "api": app("shop-api", domains=["x.herokuapp.com"])}
    assert rules(judge_environment(environment(apps))) == [
        ("config-var-reserved", "apps.web.config_vars.PORT"),
        ("domain-herokus", "apps.api.domains.x.herokuapp.com"),
    ]
