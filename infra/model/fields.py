"""The field types of the model: names as the vendors spell them, text with references, and secrets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, GetJsonSchemaHandler, WithJsonSchema
from pydantic_core import CoreSchema, PydanticCustomError

from infra.model.scalars import Ambiguous, fraction_text
from infra.model.values import Kept, Secret, Template, Unsettled, is_open, parse_text
from infra.model.wording import quoted, short

TEXT_SCHEMA = {"type": ["string", "number", "boolean"]}
SECURE_SCHEMA = {
    "type": "object",
    "properties": {"secure": {"type": "string"}},
    "required": ["secure"],
    "additionalProperties": False,
    "description": "As `pulumi config set --secret --path` writes it.",
}
KEPT_IN = "kept_in"
KEPT_SCHEMA = {
    "type": "object",
    "properties": {KEPT_IN: {"type": "string", "pattern": r"\S", "description": "Where: 1Password, a person, …"}},
    "required": [KEPT_IN],
    "additionalProperties": False,
    "description": "Its value is kept elsewhere: it must be there, and is never written.",
}
_UNCLOSED = "holds a reference that is not closed (${ without })"


def refuse(message: str, suggestion: str = "") -> PydanticCustomError:
    """A validation error whose message and suggestion reach the person as written."""
    return PydanticCustomError("twelvefold", "{message}", {"message": message, "suggestion": suggestion})


def kind(value: Any) -> str:
    """What a person would call the value's type."""
    names = {dict: "a map", list: "a list", bool: "true or false", int: "a number", float: "a fraction"}
    if isinstance(value, Secret | Unsettled):
        return "a secret"
    if isinstance(value, Ambiguous):
        return short(value.text)
    return "nothing" if value is None else names.get(type(value), "text")


def _text(value: Any) -> str:
    if isinstance(value, Unsettled):
        value = value.value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        value = fraction_text(value) or Ambiguous(str(value))
    if isinstance(value, Ambiguous):
        raise refuse(f"{short(value.text)} would not be kept as written", f"Quote it: {quoted(value.text)}")
    if isinstance(value, str):
        return value
    raise refuse(f"must be text, not {kind(value)}")


def _plain(value: Any) -> str:
    text = _text(value)
    if "${" in text:
        raise refuse("cannot hold a reference (${…})", "Write the value itself")
    if not text.strip():
        raise refuse("is empty", "Write it, or leave the line out")
    if not text.isprintable():
        raise refuse(f"{quoted(text)} holds a character that cannot be printed", "Remove it")
    return text


def _rich(value: Any) -> str | Template:
    text = _text(value)
    if "\0" in text:
        raise refuse("holds a NUL character", "Remove it")
    if is_open(text):
        raise refuse(_UNCLOSED, "Close it, or write $${ for the characters themselves")
    return parse_text(text)


def _value(value: Any) -> str | Template | Secret:
    if isinstance(value, Secret):
        return value
    return Secret(value.path) if isinstance(value, Unsettled) else _rich(value)


def _open_value(value: Any) -> str | Template:
    if isinstance(value, Secret):
        raise refuse("is readable by everyone there, so it cannot be a secret", "Put it under secrets")
    return _rich(value)


def _secret_value(value: Any) -> Template | Secret:
    settled = _value(value)
    if isinstance(settled, str):
        raise refuse("is a secret in clear text", "Set it with: pulumi config set --secret --path")
    return settled


def _kept(value: Any) -> Kept | None:
    """The place that is named as the value's keeper; ``None`` where the value is no such map."""
    if not isinstance(value, dict) or not get_close_matches(KEPT_IN, map(str, value)):
        return None
    if set(value) != {KEPT_IN}:
        raise refuse("must be text, not a map", f"Where the value is kept elsewhere, write {KEPT_IN}: and the place")
    return Kept(_plain(value[KEPT_IN]))


def _keepable_value(value: Any) -> str | Template | Secret | Kept:
    return _kept(value) or _value(value)


def _keepable_secret(value: Any) -> Template | Secret | Kept:
    return _kept(value) or _secret_value(value)


@dataclass(frozen=True)
class Named(AfterValidator):
    """A validator of names that also tells editors the pattern."""

    pattern: str
    what: str

    def __get_pydantic_json_schema__(self, source: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """The pattern stands inside ``allOf``: pydantic would take it away from the names of a map elsewhere."""
        schema = {**handler(source), "type": "string", "allOf": [{"pattern": f"^(?:{self.pattern})$"}]}
        return {key: value for key, value in schema.items() if key != "pattern"}


def named(pattern: str, what: str, advice: str = "") -> Named:
    """Accept only text that matches ``pattern`` whole; ``what`` says what a good one looks like."""
    compiled = re.compile(pattern)

    def check(text: str) -> str:
        if not compiled.fullmatch(text):
            near = next(filter(compiled.fullmatch, _respelled(text)), "")
            raise refuse(f"{quoted(text)} is not {what}", f'Did you mean "{near}"?' if near else advice)
        return text

    return Named(check, pattern, what)


def _respelled(text: str) -> Iterator[str]:
    """Ways in which a person may have meant a name that is not quite right."""
    bare = text.strip().rstrip("/").removesuffix(".git")
    bare = re.sub(r"^(?:https?://|git@)(?:(?:www\.)?github\.com[/:])?", "", bare)
    for spelling in (bare, bare.lower(), bare.upper()):
        yield from (spelling, spelling.replace("_", "-"), re.sub(r"[-. ]", "_", spelling))
        yield re.sub(r"[_. ]+", "-", spelling)


def _absolute_url(value: str | Template | Secret) -> str | Template | Secret:
    # Addresses may carry credentials: no message repeats one.
    if isinstance(value, str) and not re.fullmatch(r"https?://[^/\s]+\S*", value):
        raise refuse("is not a web address", "It starts with https:// and names a host")
    return value


def _drain_url(value: str | Template | Secret) -> str | Template | Secret:
    if isinstance(value, str) and not re.fullmatch(r"(?:syslog|syslog\+tls|https)://[^/\s]+\S*", value):
        raise refuse("is not the address of a log drain", "It starts with syslog://, syslog+tls:// or https://")
    return value


def _certificate_chain(value: str | Template | Secret) -> str | Template | Secret:
    if isinstance(value, str) and not value.lstrip().startswith("-----BEGIN CERTIFICATE-----"):
        raise refuse("is not a certificate in PEM form", "It starts with -----BEGIN CERTIFICATE-----")
    return value


def address_schema(schemes: str) -> dict[str, Any]:
    """What editors know of an address: its schemes, unless a reference or a secret stands there."""
    return {"anyOf": [{"type": "string", "pattern": rf"^(?:{schemes})://[^/\s]+\S*$|\$\{{"}, SECURE_SCHEMA]}


APP_PATTERN = r"[a-z][a-z0-9-]{1,28}[a-z0-9]"
PLAN_PATTERN = r"[a-z0-9][a-z0-9-]*:[a-z0-9][a-z0-9._-]*"
REPOSITORY_PATTERN = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})/(?!\.{1,2}$)(?!.*\.git$)[A-Za-z0-9._-]{1,100}"
HOST_PATTERN = r"(?:\*\.)?(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{2,59})"
VARIABLE_PATTERN = r"[A-Za-z_][A-Za-z0-9_]*"
GITHUB_PATTERN = r"(?!GITHUB_)[A-Z_][A-Z0-9_]*"

_VARIABLE_ADVICE = "Letters, digits and _, not starting with a digit"
_GITHUB_ADVICE = "Upper-case letters, digits and _, starting neither with a digit nor with GITHUB_"

Text = Annotated[str, BeforeValidator(_plain), WithJsonSchema({**TEXT_SCHEMA, "pattern": r"\S"})]
Value = Annotated[Any, BeforeValidator(_value), WithJsonSchema({"anyOf": [TEXT_SCHEMA, SECURE_SCHEMA]})]
OpenValue = Annotated[Any, BeforeValidator(_open_value), WithJsonSchema(TEXT_SCHEMA)]
SecretValue = Annotated[
    Any,
    BeforeValidator(_secret_value),
    WithJsonSchema({"anyOf": [{"type": "string", "pattern": r"\$\{"}, SECURE_SCHEMA]}),
]
KeepableValue = Annotated[
    Any, BeforeValidator(_keepable_value), WithJsonSchema({"anyOf": [TEXT_SCHEMA, SECURE_SCHEMA, KEPT_SCHEMA]})
]
KeepableSecret = Annotated[
    Any,
    BeforeValidator(_keepable_secret),
    WithJsonSchema({"anyOf": [{"type": "string", "pattern": r"\$\{"}, SECURE_SCHEMA, KEPT_SCHEMA]}),
]
WebAddress = Annotated[Value, AfterValidator(_absolute_url), WithJsonSchema(address_schema("https?"))]
DrainAddress = Annotated[Value, AfterValidator(_drain_url), WithJsonSchema(address_schema(r"https|syslog(?:\+tls)?"))]
CertificateChain = Annotated[Value, AfterValidator(_certificate_chain)]

AppName = Annotated[Text, named(APP_PATTERN, "an app name: 3 to 30 lower-case letters, digits, dashes, a letter first")]
Label = Annotated[Text, named(r"[A-Za-z][A-Za-z0-9_-]{0,49}", "a label: a letter, then letters, digits, - or _")]
ProcessType = Annotated[Text, named(r"[A-Za-z0-9][A-Za-z0-9_-]{0,62}", "a process type as a Procfile has it")]
ConfigVarName = Annotated[Text, named(VARIABLE_PATTERN, "a config var name", _VARIABLE_ADVICE)]
# GitHub keeps these names in upper case whatever one sends; written so, no two of them can mean the same.
GitHubName = Annotated[Text, named(GITHUB_PATTERN, "a name as GitHub keeps it", _GITHUB_ADVICE)]
Hostname = Annotated[Text, named(HOST_PATTERN, "a host name in lower case (www.example.com or *.example.com)")]
Plan = Annotated[Text, named(PLAN_PATTERN, "a plan with its service (heroku-postgresql:essential-0)")]
AttachmentName = Annotated[Text, named(r"[A-Z][A-Z0-9_]*", "an attachment name: upper-case letters, digits and _")]
RepositoryName = Annotated[Text, named(REPOSITORY_PATTERN, "a repository as owner/name")]
Email = Annotated[Text, named(r"[^@\s]+@[^@\s]+\.[^@\s]+", "an e-mail address")]
PipelineName = Annotated[Text, named(APP_PATTERN, "a pipeline name: 3 to 30 lower-case letters, digits, dashes")]
Stage = Literal["test", "review", "development", "staging", "production"]
