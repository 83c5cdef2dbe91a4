"""Heroku's own hyper-schema of its Platform API, as a check on every exchange with the stand-in.

The schema ships in the Go module ``github.com/heroku/heroku-go/v6``; ``heroku_schema/go.mod`` pins it and ``go.sum``
its content. Heroku marks few properties as required, yet answers all of them: an answer must carry every property
its definition lists.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from uuid import UUID

from jsonschema import Draft4Validator, FormatChecker
from jsonschema.exceptions import best_match
from referencing import Registry
from referencing.jsonschema import DRAFT4

from tests.contract.tools import go

MODULE = "github.com/heroku/heroku-go/v6"
_MANIFEST = Path(__file__).with_suffix("")
_PARAMETER = re.compile(r"\{\(([^)]*)\)\}")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_URI = "urn:heroku"
_ROLES = ("admin", "collaborator", "member", "owner", "viewer")

Schema = dict[str, Any]


@dataclass(frozen=True)
class Link:
    """One operation: its method, the form of its paths, and the schemas of its bodies."""

    definition: str
    title: str
    method: str
    pattern: re.Pattern[str]
    literals: int
    request: Schema | None
    response: Schema | None
    ranges: tuple[str, ...]
    template: str = ""
    """The path with its parameters by name: ``/apps/{app}/addons``."""

    @property
    def key(self) -> str:
        """``app: Create``, different for each operation."""
        return f"{self.definition}: {self.title}"


def validate_exchange(method: str, path: str, request_body: Any, status: int, response_body: Any) -> None:
    """Raise AssertionError naming the place, unless the answer (and an accepted request) is as Heroku describes it.

    ``path`` may carry a query. Answers with 501, the stand-in's own "not served", are outside the schema and pass.
    """
    if status == 501:
        return
    where = f"{method} {urlsplit(path).path} {status}"
    links = links_for(method, path)
    assert links, f"{where}: Heroku's schema has no such operation"
    if status >= 400:
        _check_error(where, response_body)
    elif status not in (204, 304):
        _check_one_of(f"{where}: answer", [link.response for link in links], response_body)
        if request_body not in (None, {}):
            _check_one_of(f"{where}: request", [link.request for link in links], request_body)


def validate_as(link: Link, path: str, request_body: Any, status: int, response_body: Any) -> None:
    """Like ``validate_exchange``, for one operation where several share a path."""
    where = f"{link.definition} {link.title}: {link.method} {path} {status}"
    if status >= 400:
        _check_error(where, response_body)
        return
    if status not in (204, 304):
        _check_one_of(f"{where}: answer", [link.response], response_body)
    if link.request is not None:
        _check_one_of(f"{where}: request", [link.request], request_body)


def stability_of(definition: str) -> str:
    """``production``, ``development``, ``prototype`` or ``deprecated``."""
    return str(_document()["definitions"][definition].get("stability", "production"))


def links_for(method: str, path: str) -> list[Link]:
    """The operations a request can mean: of those that fit, the ones with the most literal path."""
    return list(_links_at(method, urlsplit(path).path))


@lru_cache(maxsize=4096)
def _links_at(method: str, place: str) -> tuple[Link, ...]:
    fitting = [link for link in _links() if link.method == method and link.pattern.fullmatch(place)]
    most = max((link.literals for link in fitting), default=0)
    return tuple(link for link in fitting if link.literals == most)


def all_links() -> list[Link]:
    """Every operation of the schema."""
    return list(_links())


def _check_error(where: str, body: Any) -> None:
    assert isinstance(body, dict), f"{where}: an error body is an object"
    for name in ("id", "message"):
        assert isinstance(body.get(name), str), f"{where}: an error body has a text {name!r}"


def _check_one_of(where: str, schemas: list[Schema | None], body: Any) -> None:
    """One path may serve several operations (a release by slug or by rollback): one of their schemas must fit."""
    problems = []
    text = json.dumps(body)
    for schema in schemas:
        problem = _problem(json.dumps(schema), text) if schema is not None else ""
        if not problem:
            return
        problems.append(problem)
    raise AssertionError(f"{where}: {'; '.join(problems)}")


# Most of what is asked was asked before and answered the same, and the check takes longer than the answer.
@lru_cache(maxsize=4096)
def _problem(schema: str, body: str) -> str:
    """Where and how a body differs from its schema, both JSON texts; "" when it does not."""
    error = best_match(_validator(schema).iter_errors(json.loads(body)))
    return "" if error is None else f"{error.json_path}: {error.message[:400]}"


def _module_folder() -> Path:
    """Where Go keeps the pinned module: its cache, filled on first use and checked against ``go.sum``."""
    command = [go(), "mod", "download", "-json", MODULE]
    environment = {**os.environ, "GOWORK": "off", "GOFLAGS": "-mod=readonly"}
    try:
        done = subprocess.run(
            command, cwd=_MANIFEST, env=environment, capture_output=True, text=True, check=True, timeout=120
        )
    except subprocess.CalledProcessError as error:
        raise RuntimeError(f"Go could not get {MODULE}: {error.stdout}{error.stderr}") from None
    return Path(json.loads(done.stdout)["Dir"])


@cache
def _document() -> Schema:
    document: Schema = json.loads((_module_folder() / "schema.json").read_text(encoding="utf-8"))
    for name in ("id", "$schema"):
        document.pop(name, None)
    for definition in document["definitions"].values():
        definition.pop("$schema", None)
        _demand_everything(definition)
    _mend(document["definitions"])
    return document


def _mend(definitions: Schema) -> None:
    """Where the schema contradicts itself: a release of an OCI image has no slug, and members may be viewers."""
    create = next(link for link in definitions["release"]["links"] if link["title"] == "Create")
    create["schema"] = {**create["schema"], "anyOf": [{"required": ["slug"]}, {"required": ["oci_image"]}]}
    del create["schema"]["required"]
    definitions["team-member"]["properties"]["role"] = {"type": ["null", "string"], "enum": [*_ROLES, None]}


def _demand_everything(schema: Any) -> None:
    """Require each listed property of a definition, and of the objects inside it."""
    if not isinstance(schema, dict):
        return
    properties = schema.get("properties", {})
    if properties:
        schema["required"] = sorted(properties)
    for inner in properties.values():
        _demand_everything(inner)
    _demand_everything(schema.get("items"))


@cache
def _links() -> tuple[Link, ...]:
    return tuple(_each_link())


def _each_link() -> Iterator[Link]:
    for name, definition in _document()["definitions"].items():
        for link in definition.get("links", []):
            forms = [_form(part) for part in link["href"].strip("/").split("/")]
            yield Link(
                definition=name,
                title=link.get("title", ""),
                method=link["method"],
                pattern=re.compile("/" + "/".join(forms)),
                literals=sum(form != "[^/]+" for form in forms),
                request=link.get("schema"),
                response=link.get("targetSchema"),
                ranges=tuple(link.get("ranges", ())),
                template="/" + "/".join(_named(part) for part in link["href"].strip("/").split("/")),
            )


def _form(part: str) -> str:
    return "[^/]+" if _PARAMETER.fullmatch(unquote(part)) or _PARAMETER.fullmatch(part) else re.escape(part)


def _named(part: str) -> str:
    match = _PARAMETER.fullmatch(unquote(part)) or _PARAMETER.fullmatch(part)
    return part if match is None else "{" + unquote(match[1]).split("/")[2] + "}"


@cache
def _validator(schema: str) -> Draft4Validator:
    resource = DRAFT4.create_resource({**_document(), "_": json.loads(schema)})
    registry: Registry[Any] = Registry().with_resource(_URI, resource)
    return Draft4Validator({"$ref": f"{_URI}#/_"}, registry=registry, format_checker=_formats())


def _formats() -> FormatChecker:
    checker = FormatChecker(formats=())
    checker.checks("uuid")(_is_uuid)
    checker.checks("date-time")(lambda value: not isinstance(value, str) or bool(_TIME.fullmatch(value)))
    checker.checks("email")(lambda value: not isinstance(value, str) or "@" in value)
    return checker


def _is_uuid(value: object) -> bool:
    try:
        return not isinstance(value, str) or str(UUID(value)) == value
    except ValueError:
        return False
