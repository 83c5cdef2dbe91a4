"""A report as one self-contained page: no script, no network, readable on a phone, in the dark and on paper."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from infra.errors import EXIT_CHANGES, EXIT_CLEAN
from infra.model.finding import Finding
from infra.model.report import Report
from infra.reports.escape import LONGEST_NAME, entire, lines_of, plain, prose, web_address
from infra.reports.pipeline import drawings
from infra.reports.ranking import ranked_findings
from infra.reports.rows import OWNERS, Group, Row, finding_facts, rows_of, shortened_in, subject_text
from infra.reports.words import (
    Name,
    Sharers,
    Words,
    counted,
    label_of,
    moment,
    outcome,
    sharers,
    source_words,
    summary,
    tally,
)

_FOLDER = Path(__file__).parent / "templates"
_TONES = {
    **dict.fromkeys(("delete", "replace", "data loss", "error", "missing"), "bad"),
    **dict.fromkeys(("update", "forget", "import", "warning", "changed", "unverifiable", "pending"), "warn"),
}
_SOURCES = ("declared", "recorded", "live")
_OPTION = re.compile(r"(?<!\S)(--\w[\w-]{0,24})(?!\S)")
_SPAN = Markup('<span class="keep">{}</span>')
_ENDS = re.compile(r"(?<=[_/.:=@])")


@dataclass(frozen=True)
class Compared:
    """One line of the comparison: what, and what each environment says of it; ``None`` where it has no such thing."""

    label: str
    values: tuple[str | None, ...]

    @property
    def differs(self) -> bool:
        """Whether it is not the same everywhere."""
        return len(set(self.values)) > 1


def html(report: Report) -> str:
    """The whole report as an HTML document."""
    style = (_FOLDER / "report.css").read_text("utf-8")
    compared = list(comparison(report))
    groups: dict[Group, list[Row]] = {}
    for row in rows_of(report):
        groups.setdefault(row.group, []).append(row)
    return (
        _templates()
        .get_template("report.html")
        .render(
            report=report,
            style=Markup(style),  # noqa: S704 our own file
            policy=_policy(style),
            groups=groups,
            owners=OWNERS,
            told=partial(_told, held=sharers(report)),
            tone={EXIT_CLEAN: "calm", EXIT_CHANGES: "warn"}.get(report.exit_code, "bad"),
            pictures=[stack.picture for stack in report.stacks if stack.picture],
            differing=[one for one in compared if one.differs],
            same=[one for one in compared if not one.differs],
            drawings=drawings(report),
            run_url=web_address(report.origin.run_url),
        )
    )


def comparison(report: Report) -> Iterator[Compared]:
    """The environments side by side, line by line, in the order in which labels first come up."""
    pictures = [stack.picture for stack in report.stacks if stack.picture]
    for label in dict.fromkeys(label for picture in pictures for label in picture.rows):
        yield Compared(label, tuple(picture.rows.get(label) for picture in pictures))


@dataclass(frozen=True)
class _Told:
    """What there is to say of a finding: its fields by source, and facts with a word for each."""

    differences: list[tuple[str, list[tuple[str, Words]]]]
    facts: list[tuple[str, Words]]


def _told(finding: Finding, held: Sharers) -> _Told:
    differences = [
        (one.name, [(source, source_words(getattr(one, source), finding.stack, held)) for source in _SOURCES])
        for one in finding.differences
    ]
    return _Told(differences, list(finding_facts(finding)))


def html_words(words: Words) -> Markup:
    """A sentence with names as code."""
    return Markup("").join(prose(part) if isinstance(part, str) else _code(part) for part in words)


def _code(name: Name) -> Markup:
    return Markup("<code>{}</code>").format(soft(name.text, name.longest))


def soft(text: str, longest: int = LONGEST_NAME) -> Markup:
    """A name that may break where its parts end; joining escapes the parts."""
    return Markup("<wbr>").join(map(_kept, _ENDS.split(plain(text, longest))))


def _kept(piece: str) -> Markup:
    """A piece of a name, in which no line breaks within ``--option``."""
    parts = _OPTION.split(piece)
    kept = (_SPAN.format(part) if index % 2 else part for index, part in enumerate(parts))
    return Markup("").join(kept)


def _policy(style: str) -> str:
    """What the page may load: nothing; and its own style is known by its digest."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        finalize=_shown,
    )
    environment.filters |= {"words": html_words, "soft": soft, "summary": summary, "tally": tally, "moment": moment}
    environment.filters |= {"outcome": outcome, "counted": counted, "ranked": ranked_findings, "badge": _badge}
    environment.filters |= {"lines": _lines, "label": label_of, "subject": subject_text}
    environment.filters |= {"long": shortened_in, "entire": _entire}
    return environment


def _lines(text: str) -> Markup:
    return Markup("\n").join(lines_of(text))


def _entire(name: Name) -> Markup:
    return Markup("{}").format(entire(name.entire))


def _badge(label: str) -> str:
    """The tone of a label."""
    return _TONES.get(label, "calm")


def _shown(value: Any) -> Any:
    """Whatever a template writes: text of others is made plain before it is escaped."""
    return prose(value) if isinstance(value, str) and not isinstance(value, Markup) else value
