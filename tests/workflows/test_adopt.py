"""Taking over what is live: the file says it afterwards and keeps all else; what cannot be said is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from infra.engine.passphrase import derive_key, salt_of, unseal
from infra.model.estate import Hidden, Subject, Thing, Unknown
from infra.model.project import Project, find_project
from infra.rules.drift import Context, compare
from infra.workflows.adopt import Adopted, adopt
from infra.workflows.read import read_environment
from tests.rules.engineless import secret_at
from tests.rules.estates import Estates, files, having, untouched, without
from tests.rules.test_drift import APP, REPOSITORY, github, heroku
from tests.workflows.cases import Case

PASSPHRASE = "correct horse"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """The project whose environment says everything."""
    return find_project(Case("", files(), {}).lay_out(tmp_path))


def taken(project: Project, estates: Estates, passphrase: str | None = PASSPHRASE) -> Adopted:
    """What taking over all findings makes of the file."""
    findings = compare(*estates, Context("staging"))
    environment = read_environment(project, "staging")
    return adopt(project, "staging", findings, environment, estates.live, passphrase=passphrase, secret=secret_at)


CHANGES: list[tuple[Subject, dict[str, Any], str]] = [
    (heroku("config-var", "LOG_LEVEL"), {"value": Hidden("debug")}, "+    config_vars: {LOG_LEVEL: debug,"),
    (heroku("app", APP, ""), {"maintenance": False}, "+    maintenance: false"),
    (heroku("app", APP, ""), {"buildpacks": ["a/b", "c/d"]}, "+    buildpacks: [a/b, c/d]"),
    (heroku("app", APP, ""), {"stack": "heroku-22"}, "+    stack: heroku-22"),
    (heroku("formation", "web"), {"quantity": 3}, "+        quantity: 3"),
    (heroku("addon", "database"), {"plan": "heroku-postgresql:mini"}, "+        plan: heroku-postgresql:mini"),
    (heroku("feature", "runtime-dyno-metadata"), {"enabled": False}, "+      runtime-dyno-metadata: false"),
    (heroku("collaborator", "ann@example.com"), {"permissions": ["deploy", "operate", "view"]}, "operate"),
    (heroku("webhook", "ci"), {"level": "notify"}, "level: notify"),
    (heroku("pipeline-config-var", "A", "shop/test"), {"value": Hidden("2")}, "A: 2"),
    (github("variable", "SHOP"), {"value": "closed"}, "SHOP: closed"),
    (github("environment", "staging"), {"wait_timer": 5}, "wait_timer: 5"),
    (github("ruleset", "main"), {"enforcement": "disabled"}, "enforcement: disabled"),
    (github("webhook", "ci"), {"events": ["push"]}, "events: [push]"),
]


@pytest.mark.parametrize(("subject", "fields", "said"), CHANGES, ids=lambda one: str(getattr(one, "kind", "")))
def test_a_change_is_taken_over(project: Project, subject: Subject, fields: dict[str, Any], said: str) -> None:
    """Read again, the file declares what is live."""
    estates = untouched()._replace(live=having(untouched().live, subject, **fields))
    found = taken(project, estates)
    assert [one.why for one in found.refused] == []
    assert said in found.diff
    assert found.before == project.stack_file("staging").read_text()
    found.write()
    assert read_environment(project, "staging")


ADDED: list[tuple[Subject, dict[str, Any], str]] = [
    (
        heroku("addon", "redis-7"),
        {"plan": "heroku-redis:mini", "name": "redis-7"},
        "heroku:addon/addon:Addon shop-staging-redis 7",
    ),
    (
        heroku("domain", "hand.example.com"),
        {"certificate": ""},
        "heroku:domain/domain:Domain hand.example.com shop-staging:hand",
    ),
    (heroku("collaborator", "eve@example.com"), {"permissions": ["view"]}, "shop-staging:eve@example.com"),
    (heroku("formation", "worker"), {"size": "basic", "quantity": 1}, "shop-staging-worker shop-staging:worker"),
    (heroku("feature", "preboot"), {"enabled": True}, "shop-staging-preboot shop-staging:preboot"),
    (heroku("drain", "7"), {"url": Hidden("https://logs.acme.test")}, "shop-staging-drain shop-staging:7:sensitive"),
    (github("variable", "OTHER"), {"value": "x"}, "OTHER shop:OTHER"),
    (github("deploy-key", "laptop"), {"key": "ssh-rsa AAAA", "read_only": False}, "laptop shop:7"),
    (github("environment", "hand-made"), {"wait_timer": 5}, "hand-made shop:hand-made"),
]


@pytest.mark.parametrize(("subject", "fields", "command"), ADDED, ids=lambda one: str(getattr(one, "kind", "")))
def test_what_nobody_declared_is_declared(
    project: Project, subject: Subject, fields: dict[str, Any], command: str
) -> None:
    """With the command that keeps the next update from making a second one."""
    estates = untouched()._replace(live=having(untouched().live, subject, Thing(fields, id="7")))
    found = taken(project, estates)
    assert [one.why for one in found.refused] == []
    assert len(found.taken) == 1
    assert command in found.imports[0]
    assert "--parent 'parent=urn:pulumi:staging::shop::twelvefold:index:Environment$twelvefold:" in found.imports[0]


def test_a_secret_is_sealed(project: Project) -> None:
    """Under the stack's own passphrase; nothing shows it."""
    secret = heroku("config-var", "BY_HAND")
    estates = untouched()._replace(live=having(untouched().live, secret, Thing({"value": Hidden("canary-value")})))
    found = taken(project, estates)
    assert len(found.taken) == 1
    assert "canary-value" not in f"{found.text}{found!r}{found.diff}"
    found.write()
    file = project.stack_file("staging")
    sealed = found.text.partition('BY_HAND: { secure: "')[2].partition('"')[0]
    assert unseal(derive_key(PASSPHRASE, salt_of(file)), sealed) == b"canary-value"


def test_open_text_that_became_a_secret_is_sealed(project: Project) -> None:
    """Credentials do not stand open because a level did."""
    url = Hidden("postgres://user:canary@db.acme.test")
    estates = untouched()._replace(live=having(untouched().live, heroku("config-var", "LOG_LEVEL"), value=url))
    found = taken(project, estates)
    assert "canary" not in found.text
    assert "LOG_LEVEL: { secure:" in found.text


def test_what_is_gone_is_taken_out(project: Project) -> None:
    """By null, which also takes away what the service says."""
    gone = (heroku("config-var", "LOG_LEVEL"), heroku("domain", "www.example.com"), github("variable", "SHOP"))
    found = taken(project, untouched()._replace(live=without(untouched().live, *gone)))
    assert [one.why for one in found.refused] == []
    assert "LOG_LEVEL: null" in found.text
    assert "domains: []" in found.text


REFUSED: list[tuple[Subject, dict[str, Any], str]] = [
    (heroku("app", APP, ""), {"name": "renamed"}, "would make a new app"),
    (heroku("config-var", "BY_HAND"), {"value": Hidden("x")}, "only the engine can seal it"),
    (github("secret", "OTHER"), {"value": Unknown("write-only")}, "nobody can read a secret"),
    (github("ruleset", "main"), {"rules": {"merge_queue": {}}}, "knows no rule merge_queue"),
    (github("deploy-key", "my laptop"), {"key": "ssh-rsa A", "read_only": True}, "no label"),
    (github("repository", REPOSITORY, ""), {"archived": True}, "archived"),
    (heroku("app", "shop-forgotten", ""), {"name": "shop-forgotten"}, "a stack of its own"),
    (heroku("config-var", "bad name"), {"value": Hidden("x")}, "seal"),
]


@pytest.mark.parametrize(("subject", "fields", "why"), REFUSED, ids=lambda one: str(getattr(one, "name", "")))
def test_what_is_no_setting_is_refused(project: Project, subject: Subject, fields: dict[str, Any], why: str) -> None:
    """With the reason, and the file as it was."""
    found = taken(project, untouched()._replace(live=having(untouched().live, subject, **fields)), passphrase=None)
    assert why in found.refused[0].why
    assert (found.text, found.diff) == (found.before, "")
