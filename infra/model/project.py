"""Find the project and put a stack's document together: the service, what the environment changes, and their lines."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any

from infra.errors import Problem, TwelvefoldError
from infra.model.environment import AppDefaults
from infra.model.merging import combine, settle
from infra.model.settings import (
    ENVIRONMENT_KEY,
    ENVIRONMENT_ROOT,
    SERVICE_KEY,
    SERVICE_ROOT,
    clear_credentials,
    find_section,
    misnamed_settings,
    section_fault,
    undeclared,
)
from infra.model.stackfile import StackFile, read_stack_file
from infra.model.values import Path, Secret
from infra.model.wording import closest, dotted, quoted, visible

__all__ = [
    "ENVIRONMENT_KEY",
    "ENVIRONMENT_ROOT",
    "SERVICE_KEY",
    "SERVICE_ROOT",
    "Declared",
    "EngineConfig",
    "Project",
    "closest",
    "declare",
    "find_project",
]

# As the engine takes them.
_STACK_NAME = re.compile(r"[A-Za-z0-9_.-]{1,100}")


@dataclass(frozen=True)
class EngineConfig:
    """What the engine passes to a program: each key's text, and which keys hold a secret somewhere inside."""

    values: Mapping[str, str]
    secret_keys: frozenset[str] = frozenset()

    def document(self, key: str) -> Any:
        """The value under ``key``: JSON, or the text itself where that is none; ``None`` where there is nothing."""
        try:
            return json.loads(self.values[key]) if key in self.values else None
        except ValueError:
            return self.values[key]


@dataclass(frozen=True)
class Project:
    """A folder with a ``Pulumi.yaml``, and the names of its stacks (one ``Pulumi.<stack>.yaml`` each)."""

    folder: FilePath
    stacks: tuple[str, ...]

    def stack_file(self, stack: str) -> FilePath:
        """Where the environment of ``stack`` is written."""
        return self.folder / f"Pulumi.{stack}.yaml"


@dataclass
class Declared:
    """One environment's merged document with the place of every path, before anyone judged it."""

    stack: str
    document: dict[str, Any]
    service: StackFile
    environment: StackFile
    problems: list[Problem] = field(default_factory=list)
    imports: tuple[str, ...] = ()
    whole: bool = False
    """Whether both files could be used; if not, nothing can be said of what is missing."""

    def place(self, path: Path) -> tuple[str, int]:
        """The file and line that say ``path``, or the nearest parent that stands in a file."""
        name, line, _ = self._found(path)
        return name, line

    def problem(self, path: Path, message: str, suggestion: str = "") -> Problem:
        """A problem at ``path``, with its file and line filled in."""
        name, line, _ = self._found(path)
        # What stands beside apps is told once, at its own path, and not once for each of them.
        told = path[2:] if self.stands_beside_apps(path) else path
        return Problem(visible(name), line, visible(dotted(told)), visible(message), visible(suggestion))

    def stands_beside_apps(self, path: Path) -> bool:
        """Whether an app has ``path`` only because it stands beside all apps."""
        return path[:1] == ("apps",) and self._found(path)[2] == path[2:]

    def _found(self, path: Path) -> tuple[str, int, Path]:
        for length in range(len(path), 0, -1):
            for steps in _spellings(path[:length]):
                for source, root in ((self.environment, ENVIRONMENT_ROOT), (self.service, SERVICE_ROOT)):
                    line = source.lines.get((*root, *steps))
                    if line:
                        return source.name, line, steps
        return self.environment.name, self.environment.line(ENVIRONMENT_ROOT), path


def _spellings(path: Path) -> tuple[Path, ...]:
    """Where ``path`` can stand: what is said beside ``apps`` holds for each of them."""
    return (path, path[2:]) if path[0] == "apps" and len(path) > 2 else (path,)


def find_project(start: FilePath) -> Project:
    """Look for ``Pulumi.yaml`` in ``start`` and the folders above it."""
    for folder in (start, *start.parents):
        if (folder / "Pulumi.yaml").is_file():
            names = (path.name.split(".") for path in folder.glob("Pulumi.*.yaml"))
            return Project(folder, tuple(sorted(".".join(name[1:-1]) for name in names)))
    raise TwelvefoldError(
        "there is no Pulumi.yaml here or in any folder above", where=str(start), todo="Go to the project's folder."
    )


def declare(project: Project, stack: str, engine: EngineConfig | None = None) -> Declared:
    """Merge service and environment of ``stack``; what ``engine`` says wins over the files where they differ."""
    service = read_stack_file(project.folder / "Pulumi.yaml", SERVICE_ROOT)
    path = project.stack_file(stack)
    environment = read_stack_file(path, ENVIRONMENT_ROOT) if engine is None or path.exists() else StackFile(path.name)
    declared = Declared(stack, {}, service, environment, [*service.problems, *environment.problems])
    if not _STACK_NAME.fullmatch(stack):
        message, advice = f"{quoted(stack)} is no name for a stack", "Letters, digits, -, _ and dots"
        declared.problems.append(Problem(visible(path.name), 0, "", visible(message), advice))
    if declared.problems:
        return declared
    wanted = _section(declared, service, SERVICE_ROOT, engine)
    changed = _section(declared, environment, ENVIRONMENT_ROOT, engine)
    if wanted is not None:
        _refuse_misplaced_secrets(declared, wanted)
    declared.whole = wanted is not None and changed is not None
    declared.document = combine(wanted or {}, changed or {}, AppDefaults.model_fields)
    declared.imports = _imports(environment)
    return declared


def _section(declared: Declared, source: StackFile, root: Path, engine: EngineConfig | None) -> dict[str, Any] | None:
    """The settings of one file, as the engine has them where it has spoken; ``None`` when they cannot be used."""
    key = str(root[1])
    misnamed = misnamed_settings(source, key)
    declared.problems += [*misnamed, *clear_credentials(source)]
    value, fault = find_section(source, root)
    if fault is None and engine is not None:
        value = settle(value, engine.document(key), key in engine.secret_keys, root)
        fault = section_fault(source, root, value)
    if fault is None and value is None and root == SERVICE_ROOT and not misnamed:
        fault = undeclared(source, root)
    if fault is not None:
        declared.problems.append(fault)
    if fault is not None or (value is None and misnamed):
        return None
    return value or {}


def _refuse_misplaced_secrets(declared: Declared, service: Any, path: Path = ()) -> None:
    if isinstance(service, Secret):
        advice = "The engine reads secrets from Pulumi.<stack>.yaml only: set it there for each environment"
        name, line = declared.service.name, declared.service.line(service.path)
        declared.problems.append(Problem(name, line, dotted(path), "a secret cannot stand in Pulumi.yaml", advice))
    items = service.items() if isinstance(service, dict) else enumerate(service) if isinstance(service, list) else ()
    for step, item in items:
        _refuse_misplaced_secrets(declared, item, (*path, step))


def _imports(environment: StackFile) -> tuple[str, ...]:
    listed = environment.document.get("environment") if isinstance(environment.document, dict) else None
    listed = listed.get("imports") if isinstance(listed, dict) else listed
    return tuple(visible(item) for item in listed if isinstance(item, str)) if isinstance(listed, list) else ()
