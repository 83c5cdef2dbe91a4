"""Reading one stack as the engine's program does: the files, and the engine's word over them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from infra.errors import InputError
from infra.model.environment import Environment
from infra.model.project import ENVIRONMENT_KEY, SERVICE_KEY, EngineConfig, find_project
from infra.model.values import Secret
from infra.workflows.read import read_environment
from tests.workflows.cases import SERVICE, STAGING, plain

SEALED = '"v1:AAAAAAAAAAAAAAAA:AAAAAAAAAAAAAAAAAAAAAAAA"'
KEYED = f"{STAGING}    config_vars:\n      KEY: {{secure: {SEALED}}}\n"
SAID: dict[str, Any] = {
    "repository": "acme/shop",
    "pipeline": {"name": "shop", "stages": ["staging", "production"]},
    "formation": {"web": {"size": "basic"}},
    "addons": {"database": {"plan": "heroku-postgresql:essential-0", "as": "DATABASE"}},
}


def read(folder: Path, environment: Any, *, staging: str = STAGING, secret: bool = True) -> Environment:
    """The environment of staging when the engine hands over ``environment``."""
    (folder / "Pulumi.yaml").write_text(SERVICE)
    (folder / "Pulumi.staging.yaml").write_text(staging)
    values = {SERVICE_KEY: json.dumps(SAID), ENVIRONMENT_KEY: json.dumps(environment)}
    keys = frozenset({ENVIRONMENT_KEY} if secret else ())
    return read_environment(find_project(folder), "staging", EngineConfig(values, keys))


def place(*steps: str) -> Secret:
    """A secret's place in the environment."""
    return Secret(("config", ENVIRONMENT_KEY, *steps))


def test_the_engine_and_the_files_agree(tmp_path: Path) -> None:
    """With and without the engine the same environment is read, down to the secrets' places."""
    live = {"app": "shop-staging", "config_vars": {"KEY": "hunter2"}}
    with_engine = read(tmp_path, live, staging=KEYED)
    assert with_engine == read_environment(find_project(tmp_path), "staging")
    assert with_engine.apps["app"].config_vars["KEY"] == place("config_vars", "KEY")


@pytest.mark.parametrize(
    ("said", "path"),
    [
        ({"config_vars": {"ESC": "hunter2"}}, ("config_vars", "ESC")),
        ({"drains": {"a": {"url": "hunter2"}}}, ("drains", "a", "url")),
        ({"github": {"secrets": {"ESC": "hunter2"}}}, ("github", "secrets", "ESC")),
        ({"pipeline": {"config_vars": {"test": {"ESC": "hunter2"}}}}, ("pipeline", "config_vars", "test", "ESC")),
        (
            {"certificates": {"a": {"certificate_chain": "-----BEGIN CERTIFICATE-----", "private_key": "hunter2"}}},
            ("certificates", "a", "private_key"),
        ),
    ],
)
def test_imported_secrets_stay_secret(tmp_path: Path, said: Any, path: tuple[str, ...]) -> None:
    """Text that no file shows is a secret wherever one fits; only its place enters the model."""
    environment = read(tmp_path, {"app": "shop-staging", **said})
    assert "hunter2" not in repr(environment)
    assert f"'secret': 'config.{ENVIRONMENT_KEY}.{'.'.join(path)}'" in str(plain(environment))


def test_imported_settings_are_plain_where_no_secret_fits(tmp_path: Path) -> None:
    """One secret under the key must not turn names, sizes and lists into secrets."""
    said = {
        "app": "shop-esc",
        "region": "us",
        "team": "acme",
        "acm": True,
        "formation": {"web": {"size": "standard-1x", "quantity": 2}},
        "buildpacks": ["heroku/clojure"],
        "domains": ["a.example.com"],
        "collaborators": {"ann@example.com": {"permissions": ["view", "deploy"]}},
        "features": {"runtime-dyno-metadata": True},
        "stage": "production",
        "webhooks": {"ci": {"url": "https://ci.example.com", "include": ["api:build"], "level": "sync"}},
        "github": {
            "variables": {"OPEN": "x"},
            "environments": {"staging": {"branch_policy": {"branches": ["main"]}}},
            "rulesets": {"main": {"target": "tag", "bypass": [{"actor_type": "Team", "actor_id": 7}]}},
        },
    }
    environment = read(tmp_path, said)
    app = environment.apps["app"]
    assert (app.name, app.region, app.team, app.buildpacks) == ("shop-esc", "us", "acme", ["heroku/clojure"])
    assert (list(app.domains), app.formation["web"].size, environment.stage) == (
        ["a.example.com"],
        "standard-1x",
        "production",
    )
    assert app.collaborators["ann@example.com"].permissions == ["view", "deploy"]
    assert app.webhooks["ci"].level == "sync"
    github = environment.service.github
    assert github.variables == {"OPEN": "x"}
    assert github.rulesets["main"].bypass[0].actor_type == "Team"


def test_an_override_beats_the_file(tmp_path: Path) -> None:
    """``-c 'twelvefold:environment.config_vars.LOG=debug' --config-path``."""
    staging = STAGING + "    config_vars: {LOG: info, OLD: x}\n"
    environment = read(
        tmp_path, {"app": "shop-staging", "config_vars": {"LOG": "debug"}}, staging=staging, secret=False
    )
    assert environment.apps["app"].config_vars == {"LOG": "debug"}


def test_an_override_of_a_secret_beats_it(tmp_path: Path) -> None:
    """The place stays, and the program reads there what the engine has."""
    environment = read(tmp_path, {"app": "shop-staging", "config_vars": {"KEY": "new"}}, staging=KEYED)
    assert environment.apps["app"].config_vars == {"KEY": place("config_vars", "KEY")}


@pytest.mark.parametrize(
    ("live", "message"),
    [
        ({"app": "shop-staging", "adons": {}}, "is not a known setting"),
        ({"app": "shop-staging", "formation": {"web": {"quantity": "2"}}}, "must be a whole number, not text"),
        ({"app": "shop-staging", "config_vars": {"A": {"b": "hunter2"}}}, "must be text, not a map"),
        ({"app": "shop-staging", "config_vars": {"A": ["hunter2"]}}, "must be text, not a list"),
        ({"app": "shop-staging", "config_vars": "hunter2"}, "must be a map, not a secret"),
        ({"app": "shop-staging", "config_vars": {"DATABASE_URL": "hunter2"}}, "DATABASE_URL is set by the add-on"),
        ({}, "the environment names no app"),
        ("hunter2", "must be a map of settings, not a secret"),
        ([], "must be a map of settings, not a list"),
    ],
)
def test_what_the_engine_adds_is_judged_too(tmp_path: Path, live: Any, message: str) -> None:
    """Overrides and imports are honoured or refused with a clear error, and never repeated in it."""
    with pytest.raises(InputError) as refused:
        read(tmp_path, live)
    (problem,) = refused.value.problems
    assert problem.message.startswith(message)
    assert "hunter2" not in refused.value.text()


def test_a_number_the_engine_changed_is_still_refused(tmp_path: Path) -> None:
    """1.10 arrives as 1.1: the person hears of it in the program as in the check."""
    with pytest.raises(InputError, match=r"1\.10 would not be kept as written"):
        read(
            tmp_path,
            {"app": "shop-staging", "config_vars": {"V": 1.1}},
            staging=STAGING + "    config_vars: {V: 1.10}\n",
        )
