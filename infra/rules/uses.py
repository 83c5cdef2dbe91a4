"""Which workflows of a repository use a secret, variable or context that changes.

Read are GitHub's workflows (``secrets.NAME``, ``vars.NAME``, what belongs to an environment only in jobs with that
environment), Dependabot's configuration, CircleCI's (contexts of jobs) and GitLab's (``$NAME``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatch
from typing import Literal

import yaml

from infra.model.plan import CHANGING, Preview
from infra.model.report import Use

Kind = Literal["secret", "variable", "dependabot", "context", "gitlab"]
_TYPES: Mapping[str, tuple[Kind, str]] = {
    "github:index/actionsSecret:ActionsSecret": ("secret", "secretName"),
    "github:index/actionsEnvironmentSecret:ActionsEnvironmentSecret": ("secret", "secretName"),
    "github:index/actionsVariable:ActionsVariable": ("variable", "variableName"),
    "github:index/actionsEnvironmentVariable:ActionsEnvironmentVariable": ("variable", "variableName"),
    "github:index/dependabotSecret:DependabotSecret": ("dependabot", "secretName"),
    "gitlab:index/projectVariable:ProjectVariable": ("gitlab", "key"),
    "circleci:index/context:Context": ("context", "name"),
    "circleci:index/contextEnvironmentVariable:ContextEnvironmentVariable": ("context", "context"),
}
_CONTEXTS: Mapping[Kind, str] = {"secret": "secrets", "variable": "vars", "dependabot": "secrets"}
_EXPRESSION = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)
_CONDITION = re.compile(r"^[ \t-]*if:[ \t]*(?!\$\{\{|[|>])(.+)$", re.MULTILINE)
_COMMENT = re.compile(r"(?:^|(?<=\s))#[^\n]*")
_INHERITED = re.compile(r"^[ \t]*secrets:[ \t]*inherit\b", re.MULTILINE)
_GITHUB = (".github/workflows/*.yml", ".github/workflows/*.yaml")
_DEPENDABOT = (".github/dependabot.yml", ".github/dependabot.yaml")


@dataclass(frozen=True)
class Named:
    """What is looked for: a secret, variable or context by its name; ``environment`` where it belongs to one only."""

    kind: Kind
    name: str
    environment: str = ""


def changed_names(preview: Preview) -> tuple[Named, ...]:
    """The secrets, variables and contexts that a plan changes."""
    return tuple(dict.fromkeys(_changed(preview)))


def _changed(preview: Preview) -> Iterator[Named]:
    for step in preview.plan.steps:
        found = _TYPES.get(step.type)
        resource = preview.after.get(step.urn) or preview.before.get(step.urn)
        if found is None or resource is None or step.operation not in CHANGING or step.operation == "forget":
            continue
        kind, key = found
        scope = "environmentScope" if kind == "gitlab" else "environment"
        environment = str(resource.inputs.get(scope) or "")
        yield Named(kind, str(resource.inputs.get(key) or step.name), "" if environment == "*" else environment)


def find_uses(texts: Mapping[str, str], names: Iterable[Named]) -> tuple[Use, ...]:
    """Every place of ``texts`` (by path from the repository's root) that uses one of ``names``."""
    wanted = tuple(names)
    found = (use for path, text in sorted(texts.items()) for name in wanted for use in _uses(path, text, name))
    return tuple(sorted(dict.fromkeys(found), key=lambda use: (use.workflow, use.line, use.name)))


def _uses(path: str, text: str, name: Named) -> Iterator[Use]:
    if any(fnmatch(path, pattern) for pattern in (*_GITHUB, *_DEPENDABOT)):
        lines = _in_github(path, text, name)
    elif path in (".circleci/config.yml", ".circleci/config.yaml") and name.kind == "context":
        lines = _in_circleci(text, name)
    elif path == ".gitlab-ci.yml" and name.kind == "gitlab":
        lines = _in_gitlab(text, name)
    else:
        return
    yield from (Use(path, line, name.name) for line in lines)


def _in_github(path: str, text: str, name: Named) -> Iterator[int]:
    context = _CONTEXTS.get(name.kind)
    dependabot = any(fnmatch(path, pattern) for pattern in _DEPENDABOT)
    if context is None or (dependabot and name.kind != "dependabot"):
        return
    clean = _without_comments(text)
    jobs = _jobs_with(clean, name.environment) if name.environment else None
    for offset in _places(clean, context, name.name):
        line = clean.count("\n", 0, offset) + 1
        if jobs is None or any(first <= line <= last for first, last in jobs):
            yield line


def _without_comments(text: str) -> str:
    # A blank of the same length keeps every place where it was.
    return _COMMENT.sub(lambda found: " " * len(found.group()), text)


def _places(text: str, context: str, name: str) -> Iterator[int]:
    """Where an expression names it; GitHub takes names in any case."""
    pattern = re.compile(
        rf"\b{context}\s*(?:\.\s*{re.escape(name)}(?![\w-])|\[\s*(['\"]){re.escape(name)}\1\s*\])", re.IGNORECASE
    )
    for expression in (*_EXPRESSION.finditer(text), *_CONDITION.finditer(text)):
        for use in pattern.finditer(expression.group(1)):
            yield expression.start(1) + use.start()
    if context == "secrets":
        # A called workflow that inherits the secrets may use any of them.
        yield from (match.start() + match.group().index("secrets") for match in _INHERITED.finditer(text))


def _jobs_with(text: str, environment: str) -> list[tuple[int, int]]:
    """First and last lines of the jobs that run in an environment, or in one that an expression chooses."""
    found = []
    for key, job in _entries(_child(_document(text), "jobs")):
        if _may_be(_environment(job), environment):
            found.append((key.start_mark.line + 1, job.end_mark.line + 1))
    return found


def _environment(job: yaml.Node) -> str:
    node = _child(job, "environment")
    if isinstance(node, yaml.MappingNode):
        node = _child(node, "name")
    return str(node.value) if isinstance(node, yaml.ScalarNode) else ""


def _may_be(declared: str, environment: str) -> bool:
    return declared.lower() == environment.lower() or "${{" in declared or "$" in declared


def _in_circleci(text: str, name: Named) -> Iterator[int]:
    for node in _every(_document(text)):
        for key, value in _entries(node):
            if key.value != "context":
                continue
            items = value.value if isinstance(value, yaml.SequenceNode) else [value]
            yield from (item.start_mark.line + 1 for item in items if item.value == name.name)


def _in_gitlab(text: str, name: Named) -> Iterator[int]:
    clean = _without_comments(text)
    jobs = None
    if name.environment:
        entries = [(key, job) for key, job in _entries(_document(clean)) if isinstance(job, yaml.MappingNode)]
        chosen = [(key, job) for key, job in entries if _gitlab_job_is_in(_environment(job), name.environment)]
        jobs = [(key.start_mark.line + 1, job.end_mark.line + 1) for key, job in chosen]
    for use in re.finditer(rf"\$(?:{re.escape(name.name)}\b|\{{{re.escape(name.name)}\}})", clean):
        line = clean.count("\n", 0, use.start()) + 1
        if jobs is None or any(first <= line <= last for first, last in jobs):
            yield line


def _gitlab_job_is_in(declared: str, scope: str) -> bool:
    # Scopes may hold a star: review/*.
    return "$" in declared or fnmatch(declared, scope)


def _document(text: str) -> yaml.Node | None:
    try:
        return yaml.compose(text, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError):
        return None


def _entries(node: yaml.Node | None) -> Iterator[tuple[yaml.ScalarNode, yaml.Node]]:
    for key, value in node.value if isinstance(node, yaml.MappingNode) else ():
        if isinstance(key, yaml.ScalarNode):
            yield key, value


def _child(node: yaml.Node | None, name: str) -> yaml.Node | None:
    return next((value for key, value in _entries(node) if key.value == name), None)


def _every(root: yaml.Node | None) -> Iterator[yaml.Node]:
    """Every node once: an alias leads to a node that was seen, maybe to the one it stands in."""
    waiting, seen = [root] if root is not None else [], set[int]()
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        yield node
        if isinstance(node, yaml.MappingNode):
            waiting += [value for _, value in _entries(node)]
        elif isinstance(node, yaml.SequenceNode):
            waiting += node.value
