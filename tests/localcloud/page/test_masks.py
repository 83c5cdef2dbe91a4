"""What of an address is shown."""

from __future__ import annotations

import pytest

from infra.localcloud.page.masks import host_of, masked_drain, masked_path


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://user:word@hooks.example.com:8443/path?key=1", "hooks.example.com"),
        ("http://[::1]:80/x", "::1"),
        ("https://[broken", "•••"),
        ("nowhere", "•••"),
    ],
)
def test_only_the_host_of_a_webhook_is_shown(url: str, shown: str) -> None:
    """Neither user, port, path nor query."""
    assert host_of(url) == shown


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("syslog+tls://token.logs.example.com:6514", "syslog+tls://•••.example.com"),
        ("https://user:word@example.com/path?key=1", "https://•••.example.com"),
        ("syslog://192.168.0.7:514", "syslog://•••"),
        ("syslog://[fe80::1]:514", "syslog://•••"),
        ("https://localhost/x", "https://•••"),
        ("https://[broken", "•••://•••"),
    ],
)
def test_a_drain_is_masked(url: str, shown: str) -> None:
    """The scheme and the end of the host's name remain."""
    assert masked_drain(url) == shown


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/apps/banking/config-vars", "/apps/banking/config-vars"),
        ("/apps/banking/log-drains", "/apps/banking/log-drains"),
        (
            "/apps/banking/log-drains/0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f",
            "/apps/banking/log-drains/0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f",
        ),
        ("/apps/banking/log-drains/d.0a1b2c3d", "/apps/banking/log-drains/•••"),
        ("/apps/banking/log-drains/https%3A%2F%2Fuser%3Aword%40example.com", "/apps/banking/log-drains/•••"),
        ("/apps/banking/log-drains/https://user:word@example.com/x", "/apps/banking/log-drains/•••"),
        ("/anything/https://user:word@example.com/x", "/anything/https:•••"),
        ("/anything/https%3a%2f%2Fuser%3Aword%40example.com", "/anything/https:•••"),
    ],
)
def test_no_address_is_shown_in_a_path(path: str, shown: str) -> None:
    """A drain may be named by its whole URL, secrets and all."""
    assert masked_path(path) == shown
