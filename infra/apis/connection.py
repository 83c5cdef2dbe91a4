"""Who we are at Heroku: token, address and headers, from a configuration or the environment, make a client."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx

from infra.apis.budget import Limits, Notice, Sleep
from infra.apis.heroku import URL, Heroku, headers, refusal
from infra.apis.rest import Rest
from infra.errors import TwelvefoldError, Unauthorized

NAMES = {
    "api_key": "HEROKU_API_KEY",
    "url": "HEROKU_API_URL",
    "headers": "HEROKU_HEADERS",
    "allow_data_loss": "HEROKU_ALLOW_DATA_LOSS",
}


def heroku_defaults(environ: Mapping[str, str]) -> dict[str, Any]:
    """What the environment says where a configuration is silent."""
    return {key: environ[name] for key, name in NAMES.items() if environ.get(name)}


def connect_heroku(
    config: Mapping[str, Any],
    *,
    notice: Notice = lambda _text: None,
    sleep: Sleep = asyncio.sleep,
    transport: httpx.AsyncBaseTransport | None = None,
    limits: Limits | None = None,
) -> Heroku:
    """The client for ``config`` (api_key, url, headers); an error says what is lacking and how to set it."""
    token = str(config.get("api_key", "")).strip()
    if not token:
        raise Unauthorized(
            "there is no token for Heroku",
            todo="Set HEROKU_API_KEY, or: pulumi config set --secret heroku:apiKey TOKEN",
        )
    wrong = heroku_faults(config)
    if wrong:
        raise TwelvefoldError(
            "; ".join(reason for _, reason in wrong),
            todo="It comes from the provider's configuration or from HEROKU_API_URL and HEROKU_HEADERS.",
        )
    rest = Rest(
        str(config.get("url", URL)),
        vendor="Heroku",
        headers=headers(token, _more_headers(config)),
        refusal=refusal,
        notice=notice,
        sleep=sleep,
        transport=transport,
        limits=limits,
    )
    return Heroku(rest)


def heroku_faults(config: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What is wrong with a configuration, by its key."""
    failures = []
    address = urlsplit(str(config.get("url", URL)))
    if address.scheme not in ("http", "https") or not address.netloc:
        failures.append(("url", "`heroku:url` must be an address such as https://api.heroku.com"))
    try:
        valid = isinstance(json.loads(config.get("headers", "{}")), dict)
    except ValueError:
        valid = False
    if not valid:
        failures.append(("headers", '`heroku:headers` must be a JSON object such as {"X-Name": "value"}'))
    return failures


def _more_headers(config: Mapping[str, Any]) -> dict[str, str]:
    found = json.loads(config.get("headers", "{}"))
    return {str(key): str(value) for key, value in found.items()}
