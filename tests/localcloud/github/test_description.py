"""The check against GitHub's description, and that every route of the stand-in is in it."""

from __future__ import annotations

from typing import Any

import pytest

from infra.localcloud.github import ROUTES
from tests.contract.github_openapi import template_of, validate_exchange

BASIC = {"message": "Not Found", "documentation_url": "https://docs.github.com/rest", "status": "404"}


@pytest.mark.parametrize(("method", "template"), sorted((method, template) for method, template, _, _ in ROUTES))
def test_every_route_is_described(method: str, template: str) -> None:
    """Method and path are an operation of GitHub's."""
    path = template.replace(":path", "").replace("{repository_id}", "1").replace("{organization_id}", "1")
    validate_exchange(method, path, None, 404, BASIC)


@pytest.mark.parametrize(
    ("method", "path", "status", "body", "told"),
    [
        ("GET", "/nothing", 200, {}, "not an operation"),
        ("POST", "/user", 200, {}, "not an operation"),
        ("GET", "/repos/o/r/topics", 200, {"names": [1]}, "$.names[0]"),
        ("GET", "/repos/o/r/topics", 200, {}, "'names' is a required property"),
        ("GET", "/repos/o/r/topics", 201, {"names": []}, "only 200, 404 are described"),
        ("DELETE", "/repos/o/r", 204, {"ok": True}, "no body is described"),
        ("GET", "/repos/o/r", 304, {}, "no body is described"),
        ("GET", "/repos/o/r/topics", 404, {"message": 1}, "$.message"),
        ("GET", "/repos/o/r/actions/secrets/X", 200, {"name": "X", "created_at": "now", "updated_at": "now"}, "now"),
    ],
)
def test_what_does_not_fit_is_named(method: str, path: str, status: int, body: Any, told: str) -> None:
    """The operation, the place in the answer and what is wrong there."""
    with pytest.raises(AssertionError) as caught:
        validate_exchange(method, path, None, status, body)
    assert told in str(caught.value)


def test_requests_are_checked_when_they_were_accepted() -> None:
    """A stand-in must not accept what GitHub would not; a refused request may be as wrong as it likes."""
    path = "/repos/o/r/actions/secrets/X"
    with pytest.raises(AssertionError, match="request"):
        validate_exchange("PUT", path, {"key_id": "1"}, 201, {})
    validate_exchange("PUT", path, {"key_id": "1"}, 422, BASIC)


def test_nothing_may_be_null_unless_described_so() -> None:
    """OpenAPI 3.0's ``nullable``."""
    path = "/repos/o/r/hooks/1/config"
    validate_exchange("GET", path, None, 200, {"url": "https://example.com"})
    with pytest.raises(AssertionError):
        validate_exchange("GET", path, None, 200, {"url": None})


def test_paths_are_found() -> None:
    """Literal segments first, references with slashes, queries and the mount left aside."""
    assert template_of("/repos/o/r/git/ref/heads/a/b") == "/repos/{owner}/{repo}/git/ref/{ref}"
    assert template_of("/repos/o/r/hooks/1/config") == "/repos/{owner}/{repo}/hooks/{hook_id}/config"
    validate_exchange("GET", "/api/v3/repositories/7/topics?page=1", None, 200, {"names": []})
    validate_exchange("GET", "/repos/o/r/issues", None, 501, {"message": "not served"})
    validate_exchange("POST", "/api/graphql", {}, 200, {})
