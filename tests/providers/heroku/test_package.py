"""How the provider is configured: from its settings, else from the environment."""

from __future__ import annotations

import httpx
import pytest

from infra.errors import TwelvefoldError, Unauthorized
from infra.providers.heroku.package import package
from infra.providers.kit.plugin import Plugin
from infra.providers.kit.values import Secret, Values

ENVIRONMENT = {"HEROKU_API_KEY": "HRKU-canary-env", "HEROKU_API_URL": "http://env.test"}


class Listener(httpx.AsyncBaseTransport):
    """Answers everything with nothing, and remembers what it heard."""

    def __init__(self) -> None:
        self.heard: list[httpx.Request] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.heard.append(request)
        return httpx.Response(200, json={})


async def asked(environment: dict[str, str], config: Values) -> httpx.Request:
    """The request that a provider with this configuration sends."""
    listener = Listener()
    plugin = Plugin(package(environment, listener))
    plugin.configure(config)
    assert listener.heard == []
    await plugin.client.get("/account")
    await plugin.client.aclose()
    return listener.heard[0]


async def test_the_environment_is_enough() -> None:
    """Key and address."""
    request = await asked(ENVIRONMENT, {})
    assert str(request.url) == "http://env.test/account"
    assert request.headers["authorization"] == "Bearer HRKU-canary-env"


async def test_settings_go_before_the_environment() -> None:
    """Key, address (a slash at its end is no harm) and more headers."""
    config: Values = {"apiKey": Secret("HRKU-canary"), "url": "http://set.test/", "headers": '{"X-Team": "acme"}'}
    request = await asked(ENVIRONMENT, config)
    assert str(request.url) == "http://set.test/account"
    assert request.headers["authorization"] == "Bearer HRKU-canary"
    assert request.headers["x-team"] == "acme"


async def test_the_address_is_herokus_own_by_default() -> None:
    """Production, when nothing is said."""
    assert (await asked({"HEROKU_API_KEY": "x"}, {})).url.host == "api.heroku.com"


@pytest.mark.parametrize("environment", [{}, {"HEROKU_API_KEY": " "}])
def test_a_missing_key_says_what_to_set(environment: dict[str, str]) -> None:
    """When the provider is configured."""
    with pytest.raises(Unauthorized, match="HEROKU_API_KEY"):
        Plugin(package(environment)).configure({})


@pytest.mark.parametrize(
    ("environment", "reason"),
    [
        ({"HEROKU_API_URL": "api.heroku.com"}, "must be an address"),
        ({"HEROKU_HEADERS": "{nonsense canary"}, "must be a JSON object"),
        ({"HEROKU_HEADERS": "[1]"}, "must be a JSON object"),
    ],
)
def test_a_bad_environment_is_told_like_a_bad_setting(environment: dict[str, str], reason: str) -> None:
    """Without its value, which may be secret."""
    with pytest.raises(TwelvefoldError, match=reason) as caught:
        Plugin(package({"HEROKU_API_KEY": "x", **environment})).configure({})
    assert "canary" not in str(caught.value)


def test_settings_of_the_published_provider_are_accepted() -> None:
    """Those that we do not need, too, also as the JSON texts that its SDK sends."""
    plugin = Plugin(package({}))
    news: Values = {
        "version": "1.0.4",
        "email": "a@example.com",
        "delays": '{"postAppCreateDelay": 0}',
        "customizations": '[{"setAppAllConfigVarsInState": false}]',
        "timeouts": {"addonCreateTimeout": 20},
    }
    assert plugin.check_config(news)[1] == []


def test_wrong_settings_are_told_by_name() -> None:
    """A slip, and an address that is none."""
    plugin = Plugin(package({}))
    assert "did you mean `apiKey`?" in plugin.check_config({"apikey": "x"})[1][0].reason
    assert "must be an address" in plugin.check_config({"url": "nonsense"})[1][0].reason
