"""What a person sees while something runs: plain lines on a pipe, a line that moves on a terminal."""

from __future__ import annotations

import os
import sys
import time
from enum import StrEnum
from functools import cache
from itertools import pairwise
from textwrap import wrap
from threading import Event, Lock, Thread
from typing import Self

import typer
from rich.console import Console
from rich.text import Text

from infra.engine.progress import SECONDS_BETWEEN_LINES, PlainLines, Progress, elapsed
from infra.errors import InputError, TwelvefoldError
from infra.model.plan import Diagnostic, Plan, Step
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
    if _asks_for_json(arguments):
        # What shapes documents takes as long to load as all else that a person sees.
        from infra.reports.document import error_document

        say(error_document(error))
    elif isinstance(error, InputError):
        for problem in error.problems:
            tell(problem.text())
        tell(error.text().splitlines()[-1], style="red")
    else:
        tell(f"Error: {error.text()}", style="red")


def _asks_for_json(arguments: list[str]) -> bool:
    """Whether a format option says so; errors may come before the options were parsed."""
    joined, apart = {"-fjson", "-f=json", "--format=json"}, {("-f", "json"), ("--format", "json")}
    return not joined.isdisjoint(arguments) or not apart.isdisjoint(pairwise(arguments))


def show_plans(plans: list[Plan]) -> None:
    """Each plan as text, coloured by operation."""
    for plan in plans:
        for line in plan_text(plan).splitlines():
            say(line, style=_STYLES.get(line.strip()[:1], "") if line.startswith(" ") else "bold")


class Working:
    """Shows that something long is under way: a moving line on a terminal, a line every 15 s elsewhere."""

    def __init__(self, text: str) -> None:
        self.text = self._usual = text
        self._over = Event()
        self._status = console(stderr=True).status(Text(text), spinner="dots")

    def __enter__(self) -> Self:
        self._over.clear()
        self._status.start()
        if not console(stderr=True).is_terminal:
            Thread(target=self._repeat, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._status.stop()

    def show(self, text: str = "") -> None:
        """Say what is under way now; nothing in particular is what was said at first."""
        self.text = text or self._usual
        self._status.update(Text(self.text))

    def _repeat(self) -> None:
        began = time.monotonic()
        while not self._over.wait(SECONDS_BETWEEN_LINES):
            tell(f"{self.text} … {elapsed(time.monotonic() - began)}")


class Watcher:
    """Shows a run of the engine as it goes: each finished change a line, and what was said meanwhile."""

    lock = Lock()

    def __init__(self, stack: str, working: Working) -> None:
        self.stack = stack
        self.working = working
        self.running: dict[str, str] = {}

    def started(self, step: Step) -> None:
        """Say that work on the resource is under way."""
        self.running[step.urn] = f"{SIGNS[step.operation]} {short_type(step.type)} {step.name}"
        self._update()

    def finished(self, step: Step, seconds: float) -> None:
        """One line for the resource that is done."""
        self.running.pop(step.urn, None)
        sign = SIGNS[step.operation]
        took = f" ({seconds:.1f} s)" if seconds >= 1 else ""
        self._line(f"{self.stack}: {sign} {short_type(step.type)} {step.name}{took}", _STYLES.get(sign, ""))
        self._update()

    def said(self, diagnostic: Diagnostic) -> None:
        """Warnings and remarks as they come; errors are told together at the end."""
        if diagnostic.severity == "error":
            return
        for line in wrap(f"{self.stack}: {diagnostic.severity}: {diagnostic.message}", _width()):
            self._line(line, "yellow")

    def _update(self) -> None:
        running = list(self.running.values())
        more = f" and {len(running) - 1} more" if len(running) > 1 else ""
        self.working.show(cut(f"{self.stack}: {running[0]}{more}", _width() - 4) if running else "")

    def _line(self, text: str, style: str) -> None:
        with self.lock:
            tell(cut(text, _width()), style=style)


class QuietWatcher(Watcher):
    """Shows only what was said: for previews, whose plan is shown whole at the end."""

    def started(self, step: Step) -> None:
        """Nothing: the plan tells it."""

    def finished(self, step: Step, seconds: float) -> None:
        """Nothing: the plan tells it."""


def _width() -> int:
    return max(WIDTH, console(stderr=True).width)


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


def ask(question: str) -> bool:
    """A yes or no from the person at the terminal; an error where there is nobody."""
    if not console().is_terminal:
        raise TwelvefoldError("this needs a yes, and there is nobody to ask", todo="Add --yes.")
    return typer.confirm(question)
