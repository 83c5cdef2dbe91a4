"""The code of what was imported, from a state as the engine exports it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from infra.providers.kit.values import SECRET, SIGNATURE
from infra.workflows.imported import declarations

BEGAN = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
HIDDEN = {SIGNATURE: SECRET, "ciphertext": "canary"}


def resource(token: str, inputs: dict[str, Any], name: str = "it", **more: Any) -> dict[str, Any]:
    """A resource in the state."""
    urn = f"urn:pulumi:dev::shop::{token}::{name}"
    return {
        "urn": urn, "type": token, "custom": True, "inputs": inputs, "created": "2026-01-02T03:04:05.123456789Z",
        "protect": True, **more,
    }  # fmt: skip


def code(*resources: dict[str, Any]) -> str:
    """What is printed of them; it must be Python."""
    text = declarations({"resources": list(resources)}, BEGAN)
    compile(text, "program", "exec")
    return text


def test_only_what_the_import_made_is_told() -> None:
    """Not what was there, nor the stack and its providers."""
    stack = resource("pulumi:pulumi:Stack", {}, custom=False)
    provider = resource("pulumi:providers:heroku", {})
    before = resource("heroku:app/app:App", {"name": "old"}, created="2026-01-02T03:04:04Z")
    assert code(stack, provider, before) == ""


def test_a_published_class_and_what_it_does_not_know() -> None:
    """Properties by Python name; more of them by the way that passes them."""
    text = code(resource("heroku:app/app:App", {"name": "shop", "acm": False, "maintenance": True, "__defaults": []}))
    assert 'it = heroku.app.App(\n    "it",\n    name="shop",\n    acm=False,\n' in text
    assert "opts=more_inputs(pulumi.ResourceOptions(protect=True), maintenance=True)," in text
    assert "import pulumiverse_heroku as heroku" in text
    assert "from infra.program.heroku_resources import more_inputs" in text
    assert "__defaults" not in text


def test_secrets_are_read_from_the_configuration() -> None:
    """By a key that says how to set it; no value, sealed or not, is in the text."""
    inputs = {"appId": "a1", "sensitiveVars": {"A_KEY": HIDDEN}, "vars": {"odd key": "x"}}
    text = code(resource("heroku:app/configAssociation:ConfigAssociation", inputs, name="the vars"))
    assert "# pulumi config set --secret the-vars-sensitiveVars-A_KEY\n" in text
    assert 'sensitive_vars={"A_KEY": config.require_secret("the-vars-sensitiveVars-A_KEY")},' in text
    assert "the_vars = heroku.app.ConfigAssociation(" in text
    assert "canary" not in text


@pytest.mark.parametrize(
    ("token", "inputs", "start"),
    [
        ("heroku:addon/config:Config", {"addonId": "a", "config": {"k": HIDDEN}}, "AddonConfig(\n"),
        ("heroku:app/release:Release", {"appId": "a", "ociImage": "i"}, "ImageRelease(\n"),
        ("heroku:app/release:Release", {"appId": "a", "slugId": "s"}, "heroku.app.Release(\n"),
        ("github:index/repository:Repository", {"name": "shop"}, "github.Repository(\n"),
        ("elsewhere:a/b:C", {"someThing": ["x", 1]}, 'pulumi.CustomResource(\n    "elsewhere:a/b:C",\n    "it",\n'),
    ],
)
def test_every_kind_of_class(token: str, inputs: dict[str, Any], start: str) -> None:
    """Ours, the published ones of both vendors, and whatever has no class here."""
    assert f"it = {start}" in code(resource(token, inputs))


@pytest.mark.parametrize("name", ["class", "2nd", "a.b"])
def test_names_that_are_no_python(name: str) -> None:
    """They stay the resource's names, and become names of variables."""
    text = code(resource("heroku:pipeline/pipeline:Pipeline", {"name": "x"}, name=name))
    assert f'    "{name}",\n' in text
