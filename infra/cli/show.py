"""What a person sees while something runs: plain lines on a pipe, a line that moves on a terminal."""

from __future__ import annotations

import os
import sys
from enum import StrEnum
from functools import cache
from threading import Lock

from rich.console import Console
from rich.text import Text

from infra.engine.progress import PlainLines, Progress, elapsed
from infra.errors import InputError, TwelvefoldError
from infra.model.plan import Diagnostic, Plan, Step
from infra.reports.document import error_document
from infra.reports.terminal import SIGNS, WIDTH, cut, heading, plan_text, short_type

_STYLES = {"+": "green", "~": "yellow", "±": "magenta", "-": "red"}


class Format(StrEnum):
    """How a result is written."""

    text = "text"
    json = "json"


@cache
def console(*, stderr: bool = False) -> Console:
    """The terminal, or a pipe without colour; rich itself respects NO_COLOR."""
    interactive = (sys.stderr if stderr else sys.stdout).isatty() and "CI" not in os.environ
    return Console(
        stderr=stderr, highlight=False, soft_wrap=True, emoji=False, markup=False, force_terminal=interactive or False
    )


def say(line: str = "", *, style: str = "") -> None:
    """One line on standard output."""
    console().print(Text(line, style=style))


def tell(line: str, *, style: str = "") -> None:
    """One line on standard error: progress, remarks."""
    console(stderr=True).print(Text(line, style=style))


def complain(error: TwelvefoldError, arguments: list[str]) -> None:
    """Show an error: as JSON where JSON was asked for, else in red on standard error."""
    if "json" in arguments or "--format=json" in arguments:
        say(error_document(error))
    elif isinstance(error, InputError):
        for problem in error.problems:
            tell(problem.text())
        tell(error.text().splitlines()[-1], style="red")
    else:
        tell(f"Error: {error.text()}", style="red")


def show_plans(plans: list[Plan]) -> None:
    """Each plan as text, coloured by operation."""
    for plan in plans:
        for line in plan_text(plan).splitlines():
            say(line, style=_STYLES.get(line.strip()[:1], "") if line.startswith(" ") else "bold")


class Watcher:
    """Shows a run of the engine as it goes: each finished change a line, and what was said meanwhile."""

    lock = Lock()

    def __init__(self, stack: str) -> None:
        self.stack = stack

    def started(self, step: Step) -> None:
        """Nothing to show yet."""

    def finished(self, step: Step, seconds: float) -> None:
        """One line for the resource that is done."""
        sign = SIGNS[step.operation]
        took = f" ({seconds:.1f} s)" if seconds >= 1 else ""
        self._line(f"{self.stack}: {sign} {short_type(step.type)} {step.name}{took}", _STYLES.get(sign, ""))

    def said(self, diagnostic: Diagnostic) -> None:
        """Warnings and remarks as they come; errors are told together at the end."""
        if diagnostic.severity == "error":
            return
        lines = diagnostic.message.splitlines()
        self._line(f"{self.stack}: {diagnostic.severity}: {lines[0]}", "yellow" if lines else "")
        for line in lines[1:]:
            self._line(f"  {line}", "yellow")

    def _line(self, text: str, style: str) -> None:
        with self.lock:
            tell(cut(text, max(WIDTH, console(stderr=True).width)), style=style)


class QuietWatcher(Watcher):
    """Shows only what was said: for previews, whose plan is shown whole at the end."""

    def finished(self, step: Step, seconds: float) -> None:
        """Nothing: the plan tells it."""


class MovingLine:
    """Installation progress on a terminal: one line that is written over."""

    def __init__(self) -> None:
        self.name = ""

    def stage(self, name: str) -> None:
        """A stage begins."""
        self.name = name
        self._write(name)

    def tick(self, seconds: float) -> None:
        """The stage goes on."""
        self._write(f"{self.name} … {elapsed(seconds)}")

    def line(self, text: str) -> None:
        """Something worth a line of its own."""
        self._write("")
        tell(text)

    def done(self) -> None:
        """The stage has ended well."""
        self._write("")
        tell(f"{self.name}: done")

    def _write(self, text: str) -> None:
        sys.stderr.write(f"\r\x1b[2K{text[: console(stderr=True).width - 1]}")
        sys.stderr.flush()


def progress() -> Progress:
    """Progress of an installation, as fits where standard error goes."""
    return MovingLine() if console(stderr=True).is_terminal else PlainLines(sys.stderr)


def show_summary(plan: Plan) -> None:
    """One line on how a run ended."""
    say(f"{heading(plan)} in {plan.seconds:.1f} s", style="bold")
