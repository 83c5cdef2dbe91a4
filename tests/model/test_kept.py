"""Which resources of a state hold a GitHub secret that is kept elsewhere."""

from __future__ import annotations

from infra.model.github import GitHub
from infra.model.kept import DEPENDABOT_SECRET, ENVIRONMENT_SECRET, SECRET, Held, held, keeps_secrets

ELSEWHERE = {"kept_in": "1Password"}
GITHUB = GitHub.model_validate(
    {
        "secrets": {"TOKEN": ELSEWHERE, "OURS": "${app.url}"},
        "dependabot_secrets": {"BOT": {"kept_in": "Doppler"}},
        "environments": {"live-eu": {"secrets": {"KEY": ELSEWHERE}}},
    }
)


def urn(type: str, name: str) -> str:
    """The URN of a resource inside the repository's component."""
    return f"urn:pulumi:staging::shop::twelvefold:github:Repository${type}::{name}"


def test_kept_secrets_are_known_by_type_and_name() -> None:
    """Each with its place in the stack files; other kinds and other names are not meant."""
    wanted = {
        urn(SECRET, "TOKEN"): (("github", "secrets", "TOKEN"), "1Password"),
        urn(DEPENDABOT_SECRET, "BOT"): (("github", "dependabot_secrets", "BOT"), "Doppler"),
        urn(ENVIRONMENT_SECRET, "live-eu-KEY"): (("github", "environments", "live-eu", "secrets", "KEY"), "1Password"),
    }
    others = [urn(SECRET, "OURS"), urn(SECRET, "BOT"), urn(ENVIRONMENT_SECRET, "TOKEN"), urn("a:b:C", "TOKEN")]
    found = held(GITHUB, [*others, *wanted])
    assert sorted(found, key=lambda one: one.urn) == [Held(one, *wanted[one]) for one in sorted(wanted)]
    assert held(GITHUB, ()) == ()


def test_whether_anything_is_kept_elsewhere() -> None:
    """Else no state is asked."""
    assert keeps_secrets(GITHUB)
    assert not keeps_secrets(GitHub.model_validate({"secrets": {"OURS": "${app.url}"}}))
