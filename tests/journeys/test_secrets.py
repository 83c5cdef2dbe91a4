"""Secrets planted everywhere are found nowhere in clear."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.certificates import new_certificate
from tests.journeys.checkout import Checkout, Outcome

ENVIRONMENT = "twelvefold:environment"


def canaries() -> dict[str, str]:
    """A canary for each field that can hold a secret, by its path in the environment."""
    chain, key = new_certificate("canary.practicalli.example")
    planted = {
        path: f"canary+{number}/Zx9~{os.urandom(6).hex()}"
        for number, path in enumerate(
            (
                "config_vars.SESSION_KEY",
                "config_vars.SECOND_KEY",
                "webhooks.events.secret",
                "webhooks.events.authorization",
                "github.secrets.REPOSITORY_SECRET",
                "github.dependabot_secrets.DEPENDABOT_SECRET",
                "github.environments.staging.secrets.HEROKU_API_KEY",
                "github.webhooks.deployments.secret",
                "pipeline.config_vars.review.REVIEW_SECRET",
            )
        )
    }
    planted["drains.archive.url"] = f"https://user:canary{os.urandom(6).hex()}@logs.practicalli.example/x"
    planted["certificates.own.private_key"] = key
    planted["certificates.own.certificate_chain"] = chain
    return planted


def forms(secret: str) -> Iterator[bytes]:
    """The secret as it might show: plain, URL-encoded, in JSON, in base64 at each alignment."""
    yield secret.encode()
    yield quote(secret, safe="").encode()
    yield json.dumps(secret)[1:-1].encode()
    for shift in range(3):
        encoded = base64.b64encode(b"x" * shift + secret.encode())
        yield encoded[4 if shift else 0 : -4]


class Processes(threading.Thread):
    """Reads the arguments of every process again and again while commands run."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.over = threading.Event()
        self.seen: set[bytes] = set()

    def run(self) -> None:
        while not self.over.wait(0.02):
            for path in Path("/proc").glob("[0-9]*/cmdline"):
                try:
                    self.seen.add(path.read_bytes())
                except OSError:
                    continue


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="process arguments are read from /proc")
def test_canaries_are_found_nowhere(checkout: Checkout, tmp_path: Path) -> None:
    """State, every output at the highest log level, request log, page, temporary files, arguments: no canary.

    The project's ``pulumi`` lowers a log level at which the engine itself would write secrets in clear.
    """
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    checkout.environment["TMPDIR"] = str(temporary)
    planted = canaries()
    for path, secret in planted.items():
        _plant(checkout, path, secret)
    checkout.edit("Pulumi.staging.yaml", "  twelvefold:environment:\n", "  twelvefold:environment:\n" + EXTRA)
    searched: dict[str, bytes] = {}
    watcher = Processes()
    watcher.start()
    for name, outcome in _commands(checkout):
        searched[name] = outcome.text.encode()
    watcher.over.set()
    watcher.join()

    state = checkout.state
    searched |= {str(path): path.read_bytes() for folder in (state, temporary) for path in _files(folder)}
    searched |= {path: (checkout.folder / path).read_bytes() for path in ("Pulumi.yaml", "Pulumi.staging.yaml")}
    searched["process arguments"] = b"\n".join(watcher.seen)
    searched["request log"] = json.dumps(checkout.requests()).encode()
    searched["serve.log"] = (checkout.cloud.data / "serve.log").read_bytes()
    searched["page"] = _page(checkout)
    secrets = {**planted, "HEROKU_API_KEY": checkout.environment["HEROKU_API_KEY"]}
    secrets["GITHUB_TOKEN"] = checkout.environment["GITHUB_TOKEN"]
    # A certificate is public: only its key is a secret.
    del secrets["certificates.own.certificate_chain"]
    found = {
        (name, where): _around(text, form)
        for name, secret in secrets.items()
        for form in forms(secret)
        for where, text in searched.items()
        if form in text
    }

    assert not found
    assert any(b"canary" not in text and len(text) > 1000 for text in searched.values())


EXTRA = """    domains: { canary.practicalli.example: { certificate: own } }
"""


def _around(text: bytes, form: bytes) -> bytes:
    """What stands before a secret that was found, without the secret."""
    end = text.index(form)
    return text[max(0, end - 200) : end]


def _plant(checkout: Checkout, path: str, secret: str) -> None:
    value = checkout.folder / "value"
    value.write_text(secret)
    with value.open() as stream:
        subprocess.run(
            ["pulumi", "config", "set", "--secret", "--path", f"{ENVIRONMENT}.{path}", "--stack", "staging"],
            cwd=checkout.folder,
            env=checkout.environment,
            stdin=stream,
            check=True,
            capture_output=True,
            timeout=60,
        )
    value.unlink()
    for plain, text in (
        ("webhooks.events.url", "https://hooks.practicalli.example/heroku"),
        ("webhooks.events.include[0]", "api:release"),
    ):
        if path == "webhooks.events.secret":
            outcome = checkout.pulumi("config", "set", "--path", f"{ENVIRONMENT}.{plain}", text, "--stack", "staging")
            assert outcome.code == 0, outcome.text


def _commands(checkout: Checkout) -> Iterator[tuple[str, Outcome]]:
    loud = ("--logtostderr", "--logflow", "-v=11", "--debug")
    staging = ("--stack", "staging")
    plain: list[tuple[str, ...]] = [
        ("preview", "--diff", *staging, *loud),
        ("up", "--yes", *staging, *loud),
        ("refresh", "--preview-only", "--diff", *staging, *loud),
        ("stack", "output", "--json", *staging),
        ("stack", "export", *staging),
    ]
    ours: list[tuple[str, ...]] = [
        ("preview", "staging", "--format", "json"),
        ("preview", "staging"),
        ("cloud", "export"),
    ]
    after_change: list[tuple[str, ...]] = [
        ("preview", "staging", "--refresh"),
        ("preview", "staging", "--refresh", "--format", "json"),
    ]
    for arguments in plain:
        outcome = checkout.pulumi(*arguments)
        assert outcome.code == 0, outcome.text[-3000:]
        yield " ".join(arguments), outcome
    for arguments in ours:
        outcome = checkout.twelvefold(*arguments)
        assert outcome.code == 0, outcome.text[-3000:]
        yield " ".join(arguments), outcome
    checkout.cloud.by_hand("heroku", "PATCH", "/apps/banking-staging/config-vars", {"SESSION_KEY": "changed"})
    for arguments in after_change:
        outcome = checkout.twelvefold(*arguments)
        assert outcome.code == 2, outcome.text[-3000:]
        yield f"changed {' '.join(arguments)}", outcome
    yield "changed refresh", checkout.pulumi("refresh", "--preview-only", "--diff", *staging, *loud)


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file())


def _page(checkout: Checkout) -> bytes:
    import httpx

    return httpx.get(checkout.cloud.connection().url, trust_env=False, timeout=30).content


def test_the_forms_of_a_secret() -> None:
    """A secret is looked for as it is, URL-encoded, in JSON and in base64 wherever it starts."""
    shown = list(forms("a+b/c d\n"))

    assert b"a+b/c d\n" in shown
    assert b"a%2Bb%2Fc%20d%0A" in shown
    assert b"a+b/c d\\n" in shown
    for before in (b"", b"1", b"12", b"123"):
        text = base64.b64encode(before + b"a+b/c d\n" + b"tail")
        assert any(form in text for form in shown[3:])
