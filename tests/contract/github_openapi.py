"""GitHub's own description of its REST API, as a check on every answer of the stand-in.

``validate_exchange`` finds the operation of a request and checks the answer's body, and the request's body when it
was accepted, against the schemas of that operation. The description comes from npm once, into the user's cache; of it
only the paths that are asked for are read again later.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jsonschema import Draft4Validator, FormatChecker
from jsonschema.exceptions import ValidationError, best_match

from tests.contract.tools import npm

_MANIFEST = Path(__file__).with_suffix("")
_PACKAGE = "@octokit/openapi"
_DESCRIPTION = "api.github.com.json"
_METHODS = ("get", "post", "put", "patch", "delete")
_REFERENCE = "#/components/schemas/"
_ONE_OR_MORE_SEGMENTS = ("{ref}", "{path}", "{branch}")
_ERROR = {"$ref": f"{_REFERENCE}basic-error"}

Schema = dict[str, Any]

_OTHER_FORMS = (
    # What the published Terraform provider and redirects use; the same operations by id.
    (re.compile(r"^/repositories/\d+"), "/repos/owner/repo"),
    (re.compile(r"^/organizations/\d+/team/"), "/teams/"),
)
_UNDESCRIBED_FIELDS = {
    # Sent by go-github, understood and answered by the site, missing in the description.
    ("put", "/repos/{owner}/{repo}/environments/{environment_name}"): {"can_admins_bypass"},
}
_AUDIT_EVENT: Schema = {
    "type": "object",
    "required": ["@timestamp", "_document_id", "action", "actor", "org"],
    "properties": {
        **{name: {"type": "integer"} for name in ("@timestamp", "created_at", "actor_id", "org_id", "repo_id")},
        **{name: {"type": "string"} for name in ("_document_id", "action", "actor", "org", "repo", "key")},
    },
}
_UNDESCRIBED_PATHS: dict[str, Schema] = {
    # Only the cloud of enterprises has it, whose description is another file.
    "/orgs/{org}/audit-log": {
        "operations": {"get": {"answers": {"200": {"type": "array", "items": _AUDIT_EVENT}}, "request": None}}
    },
}


def validate_exchange(method: str, path: str, request_body: Any, status: int, response_body: Any) -> None:
    """Raise AssertionError naming the place, unless the answer (and an accepted request) is as GitHub describes it.

    ``path`` may carry the ``/api/v3`` prefix and a query. Answers with 501, the stand-in's own "not served", and
    GraphQL are outside the description and pass.
    """
    place = _plain(path)
    if status == 501 or place.endswith("/graphql"):
        return
    template = template_of(place)
    operation = _described(template)["operations"].get(method.lower()) if template else None
    if template is None or operation is None:
        raise AssertionError(f"{method} {place} is not an operation in GitHub's description")
    where = f"{method} {template} {status}"
    _check_answer(where, template, operation, status, response_body)
    if status < 300 and operation["request"] and request_body not in (None, ""):
        extra = _UNDESCRIBED_FIELDS.get((method.lower(), template), set())
        sent = {name: value for name, value in request_body.items() if name not in extra}
        _check(f"{where} request", template, operation["request"], sent)


def template_of(path: str) -> str | None:
    """The description's template for a path, literal segments before parameters; ``None`` when there is none."""
    return next(_matches(_tree(), path.strip("/").split("/")), None)


def _plain(path: str) -> str:
    plain = urlsplit(path).path.removeprefix("/api/v3")
    for form, described in _OTHER_FORMS:
        plain = form.sub(described, plain)
    return plain


def _check_answer(where: str, template: str, operation: Schema, status: int, body: Any) -> None:
    answers = operation["answers"]
    if status == 304 or (status < 400 and answers.get(str(status), _ERROR) is None):
        if body not in (None, ""):
            raise AssertionError(f"{where}: no body is described, but one was answered")
        return
    if status < 300 and str(status) not in answers:
        raise AssertionError(f"{where}: only {', '.join(sorted(answers))} are described")
    _check(where, template, answers.get(str(status)) or _ERROR, body)


def _check(where: str, template: str, schema: Schema, body: Any) -> None:
    problem = _problem(template, json.dumps(schema), json.dumps(body))
    if problem:
        raise AssertionError(f"{where}: {problem}")


# Most of what is asked was asked before and answered the same, and the check takes longer than the answer.
@lru_cache(maxsize=4096)
def _problem(template: str, schema: str, body: str) -> str:
    """Where and how a body differs from its schema, both JSON texts; "" when it does not."""
    root = {"allOf": [json.loads(schema)], "components": {"schemas": _described(template)["schemas"]}}
    error = best_match(Draft4Validator(root, format_checker=_FORMATS).iter_errors(json.loads(body)))
    if error is None:
        return ""
    error = _deepest(error)
    return f"{error.json_path}: {error.message[:400]}"


def _deepest(error: ValidationError) -> ValidationError:
    """The failure furthest inside the answer: of several schemas to choose from, the one that came closest."""
    while error.context:
        error = max(error.context, key=lambda inner: len(inner.absolute_path))
    return error


# ------------------------------------------------------------------------------------------------ formats

_FORMATS = FormatChecker(formats=())


@_FORMATS.checks("date-time")
def _is_time(value: object) -> bool:
    return not isinstance(value, str) or bool(
        re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", value)
    )


@_FORMATS.checks("uri")
def _is_address(value: object) -> bool:
    return not isinstance(value, str) or bool(re.fullmatch(r"[a-z][a-z0-9+.-]*:[^\s{}]*|", value))


# ------------------------------------------------------------------------------------------------ finding a path


@cache
def _tree() -> Schema:
    tree: Schema = {}
    for template in [*json.loads((_folder() / "templates.json").read_text()), *_UNDESCRIBED_PATHS]:
        node = tree
        for segment in template.strip("/").split("/"):
            node = node.setdefault(segment, {})
        node[""] = template
    return tree


def _matches(node: Schema, segments: list[str]) -> Iterator[str]:
    if not segments:
        if "" in node:
            yield node[""]
        return
    head, tail = segments[0], segments[1:]
    if head in node:
        yield from _matches(node[head], tail)
    for name, below in node.items():
        if name.startswith("{") and head:
            yield from _matches(below, tail)
            if name in _ONE_OR_MORE_SEGMENTS and "" in below:
                yield below[""]


# ------------------------------------------------------------------------------------------------ one path's schemas


@cache
def _described(template: str) -> Schema:
    """The operations of a path and every schema they reach; kept in a small file after the first time."""
    kept = _folder() / "paths" / f"{hashlib.sha256(template.encode()).hexdigest()[:24]}.json"
    if not kept.exists():
        _write(kept, _reduced(template))
    reduced: Schema = json.loads(kept.read_text())
    return reduced


@cache
def _whole() -> Schema:
    whole: Schema = json.loads((_folder() / _DESCRIPTION).read_text())
    return whole


def _reduced(template: str) -> Schema:
    if template in _UNDESCRIBED_PATHS:
        operations = _UNDESCRIBED_PATHS[template]["operations"]
    else:
        described = _whole()["paths"][template]
        operations = {method: _operation(described[method]) for method in _METHODS if method in described}
    schemas: Schema = {}
    wanted = [*_references(operations), "basic-error"]
    while wanted:
        name = wanted.pop()
        if name not in schemas:
            schemas[name] = _as_json_schema(_whole()["components"]["schemas"][name])
            wanted += _references(schemas[name])
    return {"operations": operations, "schemas": schemas}


def _operation(described: Schema) -> Schema:
    answers = {status: _schema_of(_resolved(answer)) for status, answer in described["responses"].items()}
    request = _schema_of(_resolved(described["requestBody"])) if "requestBody" in described else None
    return {"answers": answers, "request": request}


def _schema_of(part: Schema) -> Schema | None:
    content = part.get("content", {}).get("application/json")
    return _as_json_schema(content["schema"]) if content else None


def _resolved(part: Schema) -> Schema:
    while "$ref" in part:
        found: Schema = _whole()
        for name in part["$ref"].removeprefix("#/").split("/"):
            found = found[name]
        part = found
    return part


def _references(node: Any) -> list[str]:
    if isinstance(node, list):
        return [name for item in node for name in _references(item)]
    if not isinstance(node, dict):
        return []
    own = [node["$ref"].removeprefix(_REFERENCE)] if isinstance(node.get("$ref"), str) else []
    return own + [name for item in node.values() for name in _references(item)]


_KEPT_AS_IT_IS = ("$ref", "type", "enum", "format", "pattern", "required", "uniqueItems", "minProperties")
_BOUNDS = ("minimum", "maximum", "minItems", "maxItems", "minLength", "maxLength")


def _as_json_schema(schema: Schema) -> Schema:
    """An OpenAPI 3.0 schema as JSON Schema draft 4: ``nullable`` becomes a choice, prose and examples go."""
    plain: Schema = {name: schema[name] for name in _KEPT_AS_IT_IS + _BOUNDS if name in schema}
    for name in ("allOf", "anyOf", "oneOf"):
        if name in schema:
            plain[name] = [_as_json_schema(item) for item in schema[name]]
    if "properties" in schema:
        plain["properties"] = {name: _as_json_schema(item) for name, item in schema["properties"].items()}
    for name in ("items", "additionalProperties", "not"):
        if name in schema:
            inner = schema[name]
            plain[name] = _as_json_schema(inner) if isinstance(inner, dict) else inner
    return {"anyOf": [{"type": "null"}, plain]} if schema.get("nullable") else plain


# ------------------------------------------------------------------------------------------------ getting it


@cache
def _folder() -> Path:
    """The description's folder in the user's cache, by version; fetched when it is not there yet."""
    version = json.loads((_MANIFEST / "package.json").read_text())["dependencies"][_PACKAGE]
    caches = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = caches / "twelvefold" / "contract" / f"github-openapi-{version}"
    if not folder.exists():
        _fetch(folder)
    return folder


def _fetch(folder: Path) -> None:
    """Fetch with npm beside the folder, then rename: an interrupted or doubled fetch leaves nothing half done."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix="fetching-") as name:
        work, ready = Path(name), Path(name) / "ready"
        for manifest in ("package.json", "package-lock.json"):
            shutil.copy(_MANIFEST / manifest, work)
        command = [*npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        subprocess.run(command, cwd=work, check=True, timeout=300)
        (ready / "paths").mkdir(parents=True)
        shutil.move(work / "node_modules" / _PACKAGE / "generated" / _DESCRIPTION, ready)
        templates = sorted(json.loads((ready / _DESCRIPTION).read_text())["paths"])
        (ready / "templates.json").write_text(json.dumps(templates))
        try:
            ready.rename(folder)
        except OSError:
            if not folder.exists():
                raise


def _write(path: Path, content: Schema) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "w") as file:
        json.dump(content, file)
    Path(name).replace(path)
