"""Run the shell lines of the templates as the vendors' runners would, in a folder, with the declared environment.

What only prepares a machine is not done again: Python and Twelvefold are there already.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.ci.files import ACTION, ROOT, load

LONGEST_SECONDS = 180
PREPARATION = ("Install Twelvefold",)
_EXPRESSION = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)
_TOKEN = re.compile(r"'[^']*'|&&|\|\||!=|==|!|[(),]|[A-Za-z_][\w.*-]*")
_WORDS = {"&&": " and ", "||": " or ", "!": " not ", "!=": " != ", "==": " == ", "(": "(", ")": ")", ",": ","}


def evaluate(expression: str, known: Mapping[str, Any]) -> Any:
    """An expression of GitHub's, as far as the templates use them; what is not known is empty."""
    return eval(_python(expression), {"__builtins__": {}, "known": known})  # noqa: S307 - our own templates


def _python(expression: str) -> str:
    return "".join(_translated(token) for token in _TOKEN.findall(expression))


def _translated(token: str) -> str:
    if token in _WORDS:
        return _WORDS[token]
    if token.startswith("'"):
        return repr(token[1:-1])
    if token in ("true", "false"):
        return token.title()
    return f"known[{token!r}]" if token in ("always", "cancelled", "hashFiles") else f"known.get({token!r}, '')"


def filled(value: Any, known: Mapping[str, Any]) -> Any:
    """A value with its expressions evaluated."""
    if isinstance(value, dict):
        return {key: filled(item, known) for key, item in value.items()}
    if not isinstance(value, str):
        return value
    return _EXPRESSION.sub(lambda match: str(evaluate(match[1], known)), value)


@dataclass
class GitHub:
    """What outlives a job: artifacts and caches."""

    store: Path
    logs: list[str] = field(default_factory=list)

    def artifact(self, name: str) -> Path:
        """Where an artifact is kept."""
        return self.store / "artifacts" / name

    def run(self, job: Mapping[str, Any], folder: Path, environ: Mapping[str, str], known: Mapping[str, Any]) -> Job:
        """Run a job to its end."""
        temporary = self.store / "temp"
        temporary.mkdir(parents=True, exist_ok=True)
        functions = {"always": lambda: True, "cancelled": lambda: False, "hashFiles": lambda *_: "0123"}
        scope = {"runner.temp": str(temporary), "runner.os": "Linux", "runner.arch": "X64", "github.run_id": "7"}
        running = Job(self, folder, dict(environ), {**scope, **functions, **known})
        running.environ |= filled(job.get("env", {}), running.known)
        running.steps(job["steps"])
        return running


@dataclass
class Job:
    """A job that runs, or has run: whether it failed, its outputs, and what it printed."""

    github: GitHub
    folder: Path
    environ: dict[str, str]
    known: dict[str, Any]
    failed: bool = False
    text: str = ""
    summary: str = ""

    def steps(self, steps: list[dict[str, Any]]) -> None:
        """Run steps; after a failure only those that run always."""
        for step in steps:
            condition = str(step.get("if", ""))
            if (self.failed and "always()" not in condition) or (condition and not evaluate(condition, self.known)):
                continue
            failed, self.failed = self.failed, False
            self._step(step)
            self.failed = failed or (self.failed and not step.get("continue-on-error"))

    def _step(self, step: dict[str, Any]) -> None:
        if "run" in step:
            self._shell(step)
        elif step["uses"].startswith("./.github/actions/"):
            self._action(step)
        else:
            self._published(step["uses"].partition("@")[0], filled(step.get("with", {}), self.known))

    def _action(self, step: dict[str, Any]) -> None:
        action = load(ACTION)
        defaults = {name: one.get("default", "") for name, one in action["inputs"].items()}
        inputs = {**defaults, **filled(step.get("with", {}), self.known)}
        inside = {**self.known, **{f"inputs.{name}": value for name, value in inputs.items()}}
        environ = {**self.environ, **filled(step.get("env", {}), self.known)}
        running = Job(self.github, self.folder, environ, inside)
        running.steps(action["runs"]["steps"])
        self.failed, self.text, self.summary = running.failed, self.text + running.text, running.summary
        code = running.known.get("steps.run.outputs.exit-code", "")
        self.known[f"steps.{step.get('id', '')}.outputs.exit-code"] = self.known["exit-code"] = code

    def _shell(self, step: dict[str, Any]) -> None:
        if step.get("name") in PREPARATION:
            return
        files = {name: self.github.store / name for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
        for file in files.values():
            file.write_text("")
        variables = {name: str(file) for name, file in files.items()}
        environ = {**self.environ, **variables, **filled(step.get("env", {}), self.known)}
        code, text = bash(step["run"], self.folder, environ)
        self.text += text
        self.failed = code != 0
        self.summary += files["GITHUB_STEP_SUMMARY"].read_text()
        for line in files["GITHUB_OUTPUT"].read_text().splitlines():
            name, _, value = line.partition("=")
            self.known[f"steps.{step.get('id', '')}.outputs.{name}"] = value

    def _published(self, action: str, inputs: dict[str, Any]) -> None:
        path = self.folder / str(inputs.get("path", "."))
        if action == "actions/upload-artifact" and path.exists():
            kept = self.github.artifact(inputs["name"])
            kept.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, kept / path.name)
        elif action == "actions/upload-artifact":
            self.failed = inputs.get("if-no-files-found") == "error"
        elif action == "actions/download-artifact":
            self._download(self.github.artifact(inputs["name"]), path)
        elif action == "actions/cache/save":
            shutil.copy(path, self.github.store / path.name)
        elif action == "actions/cache/restore" and (self.github.store / path.name).exists():
            shutil.copy(self.github.store / path.name, path)

    def _download(self, kept: Path, path: Path) -> None:
        shutil.rmtree(path, ignore_errors=True) if path != self.folder else None
        self.failed = not kept.exists()
        if kept.exists():
            path.mkdir(parents=True, exist_ok=True)
            for file in kept.iterdir():
                shutil.copy(file, path / file.name)


def bash(script: str, folder: Path, environ: Mapping[str, str]) -> tuple[int, str]:
    """Run a script as GitHub and CircleCI do; its exit code, and all it printed."""
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
        cwd=folder,
        env=dict(environ),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=LONGEST_SECONDS,
        check=False,
    )
    return done.returncode, done.stdout


def equip(folder: Path) -> None:
    """Put into a checkout what the templates call: their scripts, and the command in its virtual environment."""
    for name in (".ci", ".github", "templates"):
        shutil.copytree(ROOT / name, folder / name)
    command = folder / ".venv/bin/twelvefold"
    command.write_text('#!/bin/sh\nexec "$(dirname "$0")/python" -m infra.cli "$@"\n')
    command.chmod(0o755)
