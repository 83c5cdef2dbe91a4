"""Wrong types everywhere: whatever is sent, the answer is a vendor's answer and never a crash."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.localcloud.github.hub import REPO
from tests.localcloud.github.test_ruleset_rules import rule

ODD: list[Any] = [None, True, 5, -1, 1.5, "x", "", [], [1], [None], [{}], {}, {"a": 1}, "9" * 5000]
SENDINGS: list[tuple[str, str, dict[str, Any]]] = [
    ("POST", "/user/repos", {"name": "x", "private": True, "auto_init": True}),
    ("PATCH", REPO, {"name": "x", "visibility": "public", "default_branch": "main", "security_and_analysis": {}}),
    ("PUT", f"{REPO}/topics", {"names": ["x"]}),
    ("POST", f"{REPO}/git/refs", {"ref": "refs/heads/x", "sha": "x"}),
    ("PUT", f"{REPO}/actions/secrets/A", {"encrypted_value": "eA==", "key_id": "1"}),
    ("POST", f"{REPO}/actions/variables", {"name": "A", "value": "x"}),
    ("PUT", f"{REPO}/environments/e", {"wait_timer": 1, "reviewers": [], "deployment_branch_policy": None}),
    ("PUT", f"{REPO}/environments/e", {"reviewers": [{"type": "User", "id": 1}], "can_admins_bypass": True}),
    ("POST", f"{REPO}/hooks", {"name": "web", "active": True, "events": ["push"], "config": {}}),
    ("POST", f"{REPO}/keys", {"title": "x", "key": "x", "read_only": True}),
    ("PUT", f"{REPO}/actions/permissions", {"enabled": True, "allowed_actions": "all"}),
    (
        "POST",
        f"{REPO}/rulesets",
        {"name": "x", "target": "branch", "enforcement": "active", "rules": [], "conditions": {}, "bypass_actors": []},
    ),
]


@pytest.mark.parametrize(("method", "path", "body"), SENDINGS)
async def test_odd_fields(deployer: httpx.AsyncClient, method: str, path: str, body: dict[str, Any]) -> None:
    """Every field in turn holds every odd value."""
    for field in body:
        for odd in ODD:
            answer = await deployer.request(method, path, json={**body, field: odd})
            assert answer.status_code < 500, (field, odd)


@pytest.mark.parametrize("field", ["url", "content_type", "insecure_ssl", "secret"])
async def test_odd_configurations(deployer: httpx.AsyncClient, field: str) -> None:
    """The same inside a webhook's configuration."""
    for number, odd in enumerate(ODD):
        config = {"url": f"https://example.com/{number}", field: odd}
        answer = await deployer.post(f"{REPO}/hooks", json={"config": config})
        assert answer.status_code < 500, odd


@pytest.mark.parametrize("name", ["pull_request", "required_status_checks", "workflows", "code_scanning"])
async def test_odd_parameters(deployer: httpx.AsyncClient, name: str) -> None:
    """The same inside a rule's parameters."""
    good = rule(name)
    for field in good["parameters"]:
        for odd in ODD:
            wish = {"type": name, "parameters": {**good["parameters"], field: odd}}
            body = {"name": f"{field} {ODD.index(odd)}", "enforcement": "active", "rules": [wish]}
            answer = await deployer.post(f"{REPO}/rulesets", json=body)
            assert answer.status_code < 500, (field, odd)


@pytest.mark.parametrize("body", [b"[]", b"5", b'"x"', b"null", b"[{}]"])
async def test_odd_bodies(deployer: httpx.AsyncClient, body: bytes) -> None:
    """What is JSON but no object."""
    for method, path, _ in SENDINGS:
        answer = await deployer.request(method, path, content=body)
        assert answer.status_code in (200, 400, 422), (method, path)


@pytest.mark.parametrize("odd", ["0", "-1", "x", "%00", "%2F", "..%2F", "9" * 400])
async def test_odd_paths(deployer: httpx.AsyncClient, odd: str) -> None:
    """Numbers and names that are nothing of the kind."""
    for place in ("hooks", "keys", "rulesets", "environments", "actions/secrets", "actions/variables", "branches"):
        answer = await deployer.get(f"{REPO}/{place}/{odd}")
        assert answer.status_code == 404, place
