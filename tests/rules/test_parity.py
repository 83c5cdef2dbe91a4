"""Environments side by side: what one lacks, what they share, and what points to another one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from infra.model.environment import Environment, ServiceWide
from infra.model.estate import Estate, Hidden, Subject, Thing, Unreadable
from infra.model.finding import Finding
from infra.model.values import Kept, Path, Secret
from infra.rules.declared.estate import declared_estate
from infra.rules.parity import judge_parity
from infra.rules.sides import Side
from tests.rules.test_environment import app

SECRETS = {"one": "first-secret-value", "two": "second-secret-value"}


def secret(name: str) -> Secret:
    """A secret whose value is the one of that name."""
    return Secret(("config", "twelvefold:environment", name))


def opened(place: Path) -> Hidden:
    """The value at a place."""
    return Hidden(SECRETS[str(place[-1])])


def side(name: str, live: Estate | None = None, differences: dict[str, str] | None = None, **said: Any) -> Side:
    """An environment of one app that says ``said``."""
    config_vars = said.pop("config_vars", {})
    wanted = app(f"shop-{name}", **said)
    wanted = wanted.model_copy(update={"config_vars": config_vars})
    environment = Environment.model_construct(
        stack=name,
        stage=name,
        shared_in="staging",
        protect=False,
        single=True,
        service=ServiceWide.model_validate({"differences": differences or {}}),
        apps={"app": wanted},
    )
    return Side(environment, declared_estate(environment, opened), live)


def judged(*sides: Side) -> tuple[Finding, ...]:
    """What is found."""
    return judge_parity({one.stack: one for one in sides})


def told(*sides: Side) -> list[tuple[str, str, str]]:
    """Rule, stack and path of each finding."""
    return [(one.rule, one.stack, ".".join(map(str, one.path))) for one in judged(*sides)]


def pair(staging: dict[str, Any], production: dict[str, Any]) -> list[tuple[str, str, str]]:
    """What is found between two environments."""
    return told(side("staging", **staging), side("production", **production))


def variables(**values: Any) -> dict[str, Any]:
    """Settings of an app with these config vars."""
    return {"config_vars": values}


def test_environments_that_are_alike() -> None:
    """Values, sizes and quantities may differ as they like."""
    one = {"formation": {"web": {"size": "basic"}}, "stack": "heroku-24", **variables(LOG_LEVEL="debug")}
    two = {"formation": {"web": {"size": "standard-1x"}}, "stack": "heroku-24", **variables(LOG_LEVEL="info")}
    assert pair(one, two) == []


def test_a_key_that_is_in_one_only() -> None:
    """Told to the environment that lacks it."""
    assert pair(variables(A="1"), variables(A="1", B="2")) == [("parity-key-missing", "staging", "config_vars.B")]


def test_a_difference_that_is_meant() -> None:
    """Is no finding; one that no longer differs is told."""
    meant = {"config_vars.B": "only production sends mail", "stack": "to try it"}
    found = told(side("staging", **variables()), side("production", differences=meant, **variables(B="1")))
    assert found == [("parity-difference-unused", "production", "differences.stack")]


def test_a_secret_that_two_environments_share() -> None:
    """Under any name; told by its fingerprint, never by its value."""
    found = judged(side("staging", **variables(A=secret("one"))), side("production", **variables(A=secret("one"))))
    assert [one.rule for one in found] == ["parity-secret-shared"]
    assert SECRETS["one"] not in repr(found)
    assert "secret " in found[0].differences[0].live
    assert pair(variables(A=secret("one")), variables(A=secret("two"))) == []


@pytest.mark.parametrize(
    ("value", "rule"),
    [
        ("https://shop-staging.herokuapp.com", "parity-wrong-environment"),
        ("https://api.staging.acme.test/v1", "parity-wrong-environment"),
        ("https://staging.shop.test", "parity-wrong-environment"),
        ("postgres://user:key@localhost:5432/db", "parity-local-address"),
        ("http://127.0.0.1:3000", "parity-local-address"),
        ("https://api.example.com", "parity-local-address"),
        ("changeme", "parity-placeholder"),
        ("<your key>", "parity-placeholder"),
        ("TODO", "parity-placeholder"),
        ("xxxx", "parity-placeholder"),
        ("", "parity-placeholder"),
        ("   ", "parity-placeholder"),
        ("https://shop.test", ""),
        ("the staging area of a rocket", ""),
        ("shop-staging-assets", ""),
        ("my-secret-sauce", ""),
        ("localhosting.test", ""),
        ("example.community", ""),
        ("https://notexample.com", ""),
    ],
)
def test_values_that_betray_themselves(value: str, rule: str) -> None:
    """In plain config vars."""
    found = pair(variables(A="fine"), variables(A=value))
    assert found == ([(rule, "production", "config_vars.A")] if rule else [])


def test_a_domain_of_ones_own_may_be_an_example() -> None:
    """It is declared, so it is meant."""
    assert pair(variables(H="x"), {"domains": ["shop.example.com"], **variables(H="shop.example.com")}) == []


def test_stacks_buildpacks_features_and_processes() -> None:
    """The order of buildpacks counts."""
    one = {"stack": "heroku-22", "buildpacks": ["heroku/a", "heroku/b"], "formation": {"web": {}}}
    two = {"stack": "heroku-24", "buildpacks": ["heroku/b", "heroku/a"], "formation": {"web": {}, "worker": {}}}
    assert pair(one, {**two, "features": {"preboot": True}}) == [
        ("parity-stack", "staging", "stack"),
        ("parity-buildpacks", "staging", "buildpacks"),
        ("parity-formation", "staging", "formation.worker"),
        ("parity-feature", "staging", "features.preboot"),
    ]


def test_addons() -> None:
    """Another service is worth a warning, another plan a note."""
    one = {"addons": {"db": {"plan": "heroku-postgresql:mini"}, "cache": {"plan": "heroku-redis:mini"}}}
    two = {"addons": {"db": {"plan": "heroku-postgresql:standard-0"}, "cache": {"plan": "memcachier:dev"}}}
    found = judged(side("staging", None, None, **one), side("production", None, None, **two))
    assert [(one.rule, one.level) for one in found] == [("parity-addon", "warning"), ("parity-plan", "note")]
    fewer = {"addons": {"db": {"plan": "heroku-postgresql:mini"}}}
    assert [rule for rule, _, _ in pair(one, fewer)] == ["parity-addon"]


def live(stack: str, *more: tuple[Subject, Thing]) -> Estate:
    """What is live in an environment of one app."""
    name = f"shop-{stack}"
    itself = Thing({"name": name, "stack": "heroku-24", "buildpacks": []})
    return Estate("live", {Subject("heroku", "app", "", name): itself, **dict(more)})


def var(stack: str, name: str, value: str, **more: Any) -> tuple[Subject, Thing]:
    """A live config var."""
    return Subject("heroku", "config-var", f"shop-{stack}", name), Thing({"value": Hidden(value)}, **more)


def test_what_is_live_counts_where_it_is_known() -> None:
    """Keys that people set by hand, not those of add-ons or of Heroku."""
    ours = live("staging", var("staging", "A", "1"), var("staging", "BY_HAND", "x"))
    theirs = live("production", var("production", "A", "1"), var("production", "REDIS_URL", "redis://x", owner="addon"))
    found = told(side("staging", ours, **variables(A="1")), side("production", theirs, **variables(A="1")))
    assert found == [("parity-key-missing", "production", "config_vars.BY_HAND")]


def test_what_could_not_be_read_lacks_nothing() -> None:
    """Silence is no absence."""
    dark = replace(live("production"), unreadable=(Unreadable("heroku", "config-var", "shop-production", "403"),))
    ours = live("staging", var("staging", "A", "1"))
    assert told(side("staging", ours, **variables(A="1")), side("production", dark, **variables(A="1"))) == []


def test_an_attachment_of_another_environment() -> None:
    """Two environments share one backing service."""
    attached = Subject("heroku", "attachment", "shop-production", "DATABASE")
    theirs = live("production", (attached, Thing({"addon": "db", "app": "shop-staging"})))
    assert told(side("staging", live("staging")), side("production", theirs)) == [
        ("parity-attachment", "production", "attachments.DATABASE")
    ]


def test_an_add_on_of_a_third_app_that_two_environments_share() -> None:
    """Neither's own, and yet each can harm the other."""
    borrowed = Thing({"addon": "postgresql-round-1", "app": "shared"})
    ours, theirs = (
        live(stack, (Subject("heroku", "attachment", f"shop-{stack}", "DATABASE"), borrowed))
        for stack in ("staging", "production")
    )
    found = judged(side("staging", ours), side("production", theirs))
    assert [(one.rule, one.stack) for one in found] == [("parity-attachment", "production")]
    assert found[0].message == "DATABASE of shop-production and DATABASE of shop-staging are one add-on of shared"
    assert told(side("staging", ours), side("production", live("production"))) == []


def shared(*sides: Side) -> list[tuple[str, str]]:
    """Stack and message of each secret that is shared."""
    return [(one.stack, one.message) for one in judged(*sides) if one.rule == "parity-secret-shared"]


def test_live_secrets_that_nobody_declared_are_compared_too() -> None:
    """Under other names, and with what the other environment's add-ons said."""
    door = "postgres://u:pw1234@db.test/1"
    ours = live("staging", var("staging", "COPIED", door), var("staging", "BY_HAND", SECRETS["one"]))
    theirs = live("production", var("production", "DATABASE_URL", door, owner="addon"), var("production", "K", "k"))
    assert shared(side("staging", ours), side("production", theirs, **variables(K=secret("one")))) == [
        ("staging", "COPIED is the same secret in staging as DATABASE_URL in production"),
        ("staging", "BY_HAND is the same secret in staging as K in production"),
    ]


def test_what_add_ons_alone_say_is_no_secret_that_is_shared() -> None:
    """That is told of the attachment; and what is no secret may be the same everywhere."""
    both = (("DATABASE_URL", "postgres://u:pw1234@db.test/1"), ("NEW_RELIC_LOG", "stdout"))
    ours, theirs = (
        live(stack, *(var(stack, name, value, owner="addon") for name, value in both))
        for stack in ("staging", "production")
    )
    by_hand = live("staging", var("staging", "LOG", "stdout"))
    assert shared(side("staging", ours), side("production", theirs)) == []
    assert shared(side("staging", by_hand), side("production", theirs)) == []
    everywhere = [
        side(stack, live(stack, var(stack, "RAILS_ENV", "production"))) for stack in ("staging", "production")
    ]
    assert shared(*everywhere) == []


def test_a_secret_that_stands_open_elsewhere() -> None:
    """Where it looks like one; any other plain text may happen to be the same."""
    ours = side("staging", **variables(SESSION_KEY=SECRETS["one"]))
    assert shared(ours, side("production", **variables(SESSION_KEY=secret("one")))) == [
        ("production", "SESSION_KEY is the same secret in production as SESSION_KEY in staging")
    ]
    assert shared(ours, side("production", **variables(SESSION_KEY=SECRETS["one"]))) == []
    assert (
        shared(side("staging", **variables(A=SECRETS["one"])), side("production", **variables(A=secret("one")))) == []
    )


def test_what_is_declared_counts_beside_what_is_live() -> None:
    """A secret that is about to be shared, and one where nobody could look."""
    ours = live("staging", var("staging", "A", "still-another-value"))
    dark = replace(live("staging"), unreadable=(Unreadable("heroku", "config-var", "shop-staging", "403"),))
    theirs = side(
        "production", live("production", var("production", "A", SECRETS["one"])), **variables(A=secret("one"))
    )
    for seen in (ours, dark):
        assert shared(side("staging", seen, **variables(A=secret("one"))), theirs) == [
            ("staging", "A is the same secret in staging as A in production")
        ]


def test_a_secret_that_tests_share_with_production() -> None:
    """Also one that somebody put into the pipeline's stage by hand."""
    subject = Subject("heroku", "pipeline-config-var", "shop/test", "KEY")
    ours = live("staging", (subject, Thing({"value": Hidden(SECRETS["one"])})))
    assert shared(side("staging", ours), side("production", **variables(A=secret("one")))) == [
        ("staging", "the pipeline's KEY (test) is the same secret in staging as A in production")
    ]


def test_a_value_that_is_kept_elsewhere_is_no_difference() -> None:
    """It is there, whatever it is."""
    assert pair(variables(A=Kept("1Password")), variables(A=secret("one"))) == []


def test_one_environment_alone() -> None:
    """Only what betrays itself is told."""
    assert told(side("production", **variables(A="changeme"))) == [
        ("parity-placeholder", "production", "config_vars.A")
    ]
