"""Turn a merged document into an ``Environment``, telling every fault at once in a person's words."""

from __future__ import annotations

import types
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from infra.errors import Problem
from infra.model.environment import App, AppDefaults, AppEntry, AppOwn, Document, Environment, ServiceWide
from infra.model.fields import Stage, kind
from infra.model.project import Declared, Project
from infra.model.values import Path
from infra.model.wording import closest, listing, quoted

ONLY_APP = "app"
STAGES: tuple[Stage, ...] = get_args(Stage)
_WANTED = {
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "bool_type": "true or false",
    "dict_type": "a map",
    "model_type": "a map of settings",
    "model_attributes_type": "a map of settings",
    "list_type": "a list",
}
_SAID = {
    "missing": "is missing",
    "too_short": "must not be empty",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
}
_TRUTH_WORDS = {"yes": "true", "on": "true", "true": "true", "no": "false", "off": "false", "false": "false"}
MOST_ROUNDS = 10


def build(project: Project, declared: Declared) -> tuple[Environment | None, list[Problem]]:
    """The environment that ``declared`` describes, and all that is wrong with it.

    Parts that are at fault are left out and the rest is still built, so that later rules can speak too; the
    environment is ``None`` when a file could not be used at all.
    """
    problems = list(declared.problems)
    document, faults, unsound = _document(declared)
    problems += [_problem(declared, fault) for fault in faults]
    if document is None or not declared.whole:
        return None, problems
    problems += [declared.problem(*fault) for fault in _shape_faults(declared.document, document)]
    return _environment(project, declared, document, unsound), problems


def _document(declared: Declared) -> tuple[Document | None, list[ErrorDetails], tuple[Path, ...]]:
    """What is left of the document without its faulty parts, the faults, and the paths that were left out."""
    raw: Any = declared.document
    faults: list[ErrorDetails] = []
    unsound: list[Path] = []
    for _ in range(MOST_ROUNDS):
        try:
            return Document.model_validate(raw), faults, tuple(unsound)
        except ValidationError as refusal:
            details = refusal.errors(include_url=False)
        faults += [detail for detail in details if _is_news(detail, details, unsound, declared)]
        for detail in details:
            unsound.append(_path(detail)[:-1] if detail["type"] == "missing" else _path(detail))
            raw = _without(raw, unsound[-1])
    return None, faults, tuple(unsound)


def _is_news(detail: ErrorDetails, details: list[ErrorDetails], unsound: list[Path], declared: Declared) -> bool:
    """Whether it is a fault of its own, and not the mark that another one, or its removal, left."""
    path, missing = _path(detail), detail["type"] == "missing"
    if missing and (path in unsound or not declared.whole):
        return False
    within = path[2:] if path[:1] == ("apps",) else ()
    if not any(other and within[: len(other)] == other for other in map(_path, details)):
        return True
    return not missing and not declared.stands_beside_apps(path)


def _path(detail: ErrorDetails) -> Path:
    location = detail["loc"]
    return location[:-1] if location[-1:] == ("[key]",) else location


def _without(raw: Any, path: Path) -> Any:
    """The document without what stands at ``path``; a list goes as a whole, unless its items stand for keys."""
    if isinstance(raw, list):
        return [item for item in raw if item != path[0]]
    if not path or not isinstance(raw, dict) or path[0] not in raw:
        return raw if path else {}
    inside = raw[path[0]]
    if path[1:] and (isinstance(inside, dict) or (isinstance(inside, list) and isinstance(path[1], str))):
        return {**raw, path[0]: _without(inside, path[1:])}
    return {key: value for key, value in raw.items() if key != path[0]}


def _problem(declared: Declared, detail: ErrorDetails) -> Problem:
    return declared.problem(_path(detail), *_worded(detail))


def _worded(detail: ErrorDetails) -> tuple[str, str]:
    """Message and suggestion for what pydantic found."""
    context = detail.get("ctx", {})
    match detail["type"]:
        case "twelvefold":
            return context["message"], context["suggestion"]
        case "extra_forbidden":
            known = known_keys(Document, _path(detail)[:-1])
            return "is not a known setting", closest(str(_path(detail)[-1]), known) or listing(known)
        case "literal_error":
            return _no_choice(detail["input"], context["expected"])
        case wrong if wrong in _WANTED:
            return f"must be {_WANTED[wrong]}, not {kind(detail['input'])}", _meant(wrong, detail["input"])
        case simple if simple in _SAID:
            return _SAID[simple].format(**context), ""
    return (detail["msg"][:1].lower() + detail["msg"][1:]).replace("input should", "should"), ""


def _meant(wanted: str, given: Any) -> str:
    """What a person meant who wrote text where YAML wants a number or a truth value."""
    if not isinstance(given, str):
        return ""
    if wanted == "bool_type" and given.lower() in _TRUTH_WORDS:
        return f"Write {_TRUTH_WORDS[given.lower()]}"
    return "Write it without quotation marks" if given.isdecimal() and wanted == "int_type" else ""


def _no_choice(given: Any, expected: str) -> tuple[str, str]:
    options = [option.strip("'") for option in expected.replace(" or ", ", ").split(", ")]
    if not isinstance(given, str):
        return f"cannot be {kind(given)}", listing(options)
    return f"cannot be {quoted(given)}", closest(given.lower(), options) or listing(options)


def known_keys(model: type[BaseModel], path: Path) -> list[str]:
    """The keys that the model knows at ``path``."""
    here: Any = model
    for step in path:
        here = _step(here, step)
    return sorted(field.alias or name for name, field in here.model_fields.items()) if _is_model(here) else []


def _step(here: Any, step: str | int) -> Any:
    if _is_model(here):
        for name, field in here.model_fields.items():
            if step in (name, field.alias):
                return _inner(field.annotation)
        return None
    arguments = get_args(here)
    return _inner(arguments[-1]) if arguments else None


def _inner(annotation: Any) -> Any:
    if get_origin(annotation) in (Union, types.UnionType):
        return next(part for part in get_args(annotation) if part is not type(None))
    return annotation


def _is_model(here: Any) -> bool:
    return isinstance(here, type) and issubclass(here, BaseModel)


def _shape_faults(raw: dict[str, Any], document: Document) -> list[tuple[Path, str, str]]:
    if not raw.get("apps"):
        return [] if "app" in raw else [(("app",), "the environment names no app", "Give it one: app: my-app-staging")]
    both = [(("app",), "app and apps exclude each other", "Name each app inside apps")] if "app" in raw else []
    if not isinstance(raw["apps"], dict):
        return list(both)
    advice = f"Move it into one of apps: {', '.join(raw['apps'])}"
    own = [name for name in AppOwn.model_fields if getattr(document, name)]
    return [*both, *(((name,), "belongs to one app alone", advice) for name in own)]


def _environment(project: Project, declared: Declared, document: Document, unsound: tuple[Path, ...]) -> Environment:
    stack, single = declared.stack, not declared.document.get("apps")
    stage = document.stage or next((stage for stage in STAGES if stage == stack), None)
    apps: dict[str, Document] | dict[str, AppEntry] = {ONLY_APP: document} if single else document.apps
    return Environment(
        stack=stack,
        stage=stage,
        shared_in=document.shared_in or _first_stack(project, stack, document, stage),
        protect=stage == "production" if document.protect is None else document.protect,
        single=single,
        service=ServiceWide.model_construct(**{name: getattr(document, name) for name in ServiceWide.model_fields}),
        apps={key: _app(app) for key, app in apps.items()},
        stacks=project.stacks,
        unsound=unsound,
    )


def _first_stack(project: Project, stack: str, document: Document, stage: str | None) -> str:
    """The stack that owns what is shared: the one of the pipeline's first stage, by the stack's own name elsewhere."""
    if document.pipeline is None:
        return min(project.stacks, default=stack)
    first = document.pipeline.stages[0]
    return stack if stage == first else first


def _app(written: Document | AppEntry) -> App:
    fields = (*AppDefaults.model_fields, *AppOwn.model_fields)
    return App.model_construct(name=written.app or "", **{name: getattr(written, name) for name in fields})
