"""The fields' types: which names are good, what is offered instead of bad ones, and what never is repeated."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from infra.model import fields
from infra.model.environment import Process
from infra.model.github import EnvironmentName
from infra.model.scalars import Ambiguous
from infra.model.values import Secret, Template, Unsettled

SECRET = Secret(("config", "a"))
UNSETTLED = Unsettled(("config", "a"), "hunter2")

GOOD = {
    "AppName": ["abc", "shop-staging", "a-1", "a" * 30],
    "Label": ["a", "Main_1-x", "a" * 50],
    "ProcessType": ["web", "release", "2nd", "Worker_1"],
    "ConfigVarName": ["A", "_a1", "lower", "A" * 200],
    "GitHubName": ["A", "_X1", "MY_GITHUB_TOKEN", "GITHUB"],
    "Hostname": ["example.com", "*.example.com", "a.b.c.example", "xn--bcher-kva.example", "example.xn--p1ai"],
    "Plan": ["heroku-postgresql:essential-0", "papertrail:choklad", "x:y"],
    "AttachmentName": ["DATABASE", "A1", "HEROKU_POSTGRESQL_RED"],
    "RepositoryName": ["acme/shop", "a/b.c", "A-1/_x", "o/.github"],
    "Email": ["a@b.c", "ann.lee+x@mail.example.com"],
    "PipelineName": ["shop", "shop-2"],
}
BAD = {
    "AppName": ["ab", "-abc", "abc-", "1abc", "Abc", "a_c", "a" * 31, "a c", "ä-app", "abc\n"],
    "Label": ["", "1a", "a b", "a.b", "a" * 51, "é"],
    "ProcessType": ["", "-web", "web server", "web.1"],
    "ConfigVarName": ["", "1A", "A-B", "A B", "A.B", "Ä"],
    "GitHubName": ["", "1A", "a", "GITHUB_TOKEN", "A-B"],
    "Hostname": ["localhost", "Example.com", "a..b", "-a.example", "a_b.example", "example.com.", "1.2.3.4", "*.*.com"],
    "Plan": ["essential-0", ":x", "x:", "Heroku:x", "a:b:c"],
    "AttachmentName": ["database", "1A", "A-B", "_A"],
    "RepositoryName": ["shop", "acme/", "/shop", "a/b/c", "-a/b", "a/..", "a/.", "a/b.git", "a b/c"],
    "Email": ["a", "a@b", "a b@c.d", "@b.c", "a@b@c.d"],
    "PipelineName": ["ab", "My Pipeline"],
}


def check(name: str, value: Any) -> Any:
    """The value as the field type ``name`` takes it."""
    return TypeAdapter(getattr(fields, name)).validate_python(value)


def refusal(name: str, value: Any) -> tuple[str, str]:
    """Message and suggestion of the field type ``name`` for a bad value."""
    with pytest.raises(ValidationError) as refused:
        check(name, value)
    (detail,) = refused.value.errors()
    return detail["ctx"]["message"], detail["ctx"]["suggestion"]


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, good in GOOD.items() for text in good])
def test_good_names_are_taken(name: str, text: str) -> None:
    """As they are, without any change."""
    assert check(name, text) == text


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, bad in BAD.items() for text in bad])
def test_bad_names_are_refused(name: str, text: str) -> None:
    """With a sentence of ours, never pydantic's."""
    message, suggestion = refusal(name, text)
    assert message
    assert "${" not in suggestion


@pytest.mark.parametrize(
    ("name", "text", "meant"),
    [
        ("AppName", "Shop_Staging", "shop-staging"),
        ("AppName", "shop staging", "shop-staging"),
        ("Hostname", "HTTPS://WWW.Example.com", ""),
        ("Hostname", "https://www.example.com/", "www.example.com"),
        ("Hostname", "WWW.Example.com", "www.example.com"),
        ("ConfigVarName", "my-var", "my_var"),
        ("ConfigVarName", "my.var", "my_var"),
        ("GitHubName", "my-token", "MY_TOKEN"),
        ("GitHubName", "github_token", ""),
        ("AttachmentName", "red-db", "RED_DB"),
        ("RepositoryName", "https://github.com/acme/shop", "acme/shop"),
        ("RepositoryName", "git@github.com:acme/shop.git", "acme/shop"),
        ("RepositoryName", "acme/shop.git", "acme/shop"),
        ("Email", " ann@example.com ", "ann@example.com"),
        ("Label", "my label", "my_label"),
    ],
)
def test_what_was_meant_is_offered(name: str, text: str, meant: str) -> None:
    """A suggestion is itself a good name; where there is none, nothing misleading is offered."""
    _, suggestion = refusal(name, text)
    assert ("Did you mean" in suggestion) is bool(meant)
    if meant:
        assert suggestion == f'Did you mean "{meant}"?'
        assert check(name, meant) == meant


@given(st.sampled_from(sorted(BAD)), st.text())
def test_every_offer_is_good(name: str, text: str) -> None:
    """Whatever is typed, what is offered would be taken."""
    try:
        check(name, text)
    except ValidationError as refused:
        suggestion = refused.errors()[0]["ctx"]["suggestion"]
        if suggestion.startswith("Did you mean"):
            check(name, suggestion.removeprefix('Did you mean "').removesuffix('"?'))


@pytest.mark.parametrize(
    ("value", "text"), [(1, "1"), (-5, "-5"), (True, "true"), (False, "false"), (0.5, "0.5"), ("yes", "yes")]
)
def test_numbers_and_truth_become_text(value: object, text: str) -> None:
    """The text that a shell would see."""
    assert check("Text", value) == text
    assert check("Value", value) == text
    assert check("OpenValue", value) == text


@pytest.mark.parametrize("value", [None, [], {}, [1], {"a": 1}, Ambiguous("1.10"), 1e300])
@pytest.mark.parametrize("name", ["Text", "Value", "OpenValue", "SecretValue"])
def test_what_is_no_text_is_refused(name: str, value: object) -> None:
    """With the type that was found, in a person's words."""
    message, _ = refusal(name, value)
    assert message.startswith(("must be text, not", "1.10 would", "1e+300 would"))


def test_values_hold_secrets_where_they_may() -> None:
    """A secret's place passes; what only the engine knows becomes one."""
    assert check("Value", SECRET) == SECRET
    assert check("Value", UNSETTLED) == SECRET
    assert check("SecretValue", UNSETTLED) == SECRET
    assert check("Text", UNSETTLED) == "hunter2"
    assert check("OpenValue", UNSETTLED) == "hunter2"
    assert isinstance(check("SecretValue", "${config_vars.A}"), Template)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SecretValue", "hunter2"),
        ("DrainAddress", "http://ann:hunter2@logs.example.com"),
        ("WebAddress", "ftp://ann:hunter2@example.com"),
        ("CertificateChain", "hunter2"),
        ("Value", "hunter2 ${app.url"),
        ("Value", "hunter2 \0"),
        ("OpenValue", SECRET),
        ("Text", SECRET),
    ],
)
def test_refused_values_are_not_repeated(name: str, value: object) -> None:
    """What may be a secret stands in no message."""
    assert "hunter2" not in "".join(refusal(name, value))


@pytest.mark.parametrize("text", ["https://a", "http://a.b:8080/c?d=e#f", "${app.url}hooks", "https://${stack}.b"])
def test_web_addresses(text: str) -> None:
    """With scheme and host, or made by a reference."""
    assert str(check("WebAddress", text)) == text


@pytest.mark.parametrize("text", ["example.com", "https://", "https:///x", "ftp://a", "https://a b", "//a", ""])
def test_what_is_no_web_address(text: str) -> None:
    """An address without scheme or host, or with a space."""
    assert refusal("WebAddress", text)[0] == "is not a web address"


@pytest.mark.parametrize("text", ["syslog://a:514", "syslog+tls://a", "https://a/b"])
def test_drain_addresses(text: str) -> None:
    """The three that Heroku takes."""
    assert check("DrainAddress", text) == text


@pytest.mark.parametrize("name", ["preview", "release/1", " x", "a" * 256, "2024 preview"])
def test_environment_names(name: str) -> None:
    """As GitHub takes them."""
    good = name in ("preview", "2024 preview")
    adapter: TypeAdapter[str] = TypeAdapter(EnvironmentName)
    if good:
        assert adapter.validate_python(name) == name
    else:
        with pytest.raises(ValidationError):
            adapter.validate_python(name)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        *((None, "nothing"), (1, "a number"), (True, "true or false"), (0.5, "a fraction"), ("x", "text")),
        *(([], "a list"), ({}, "a map"), (SECRET, "a secret"), (UNSETTLED, "a secret"), (Ambiguous("1.10"), "1.10")),
    ],
)
def test_kinds_in_words(value: object, words: str) -> None:
    """What a person would call it."""
    assert fields.kind(value) == words


def test_a_part_of_the_model_does_not_change() -> None:
    """Once read, the model is only looked at."""
    with pytest.raises(ValidationError):
        Process(quantity=1).quantity = 2
