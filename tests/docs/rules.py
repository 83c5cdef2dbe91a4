"""docs/rules.md, made from the catalogue of the audit's rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from infra.model.finding import DRIFT
from infra.model.report import FACTORS
from infra.model.rule import Rule
from infra.rules.catalogue import CATALOGUE, NOUNS

FILE = Path(__file__).parents[2] / "docs/rules.md"
INTRODUCTION = """# The rules of the audit

Made by `make docs` from `infra/rules/catalogue.py`; a test keeps it true. Ids stand in every format of a report and in
`drift.yaml`, where `*` stands for any text. Errors and warnings decide the exit code, notes do not. The factor is the
one of [the twelve](https://12factor.net) that the rule concerns. [drift.md](drift.md) tells what the classes mean.
"""
CLASS_TITLES = {
    "missing": "Missing: declared and made, and no longer there",
    "changed": "Changed: live is not what was last applied",
    "unmanaged": "Unmanaged: live, and declared by no stack",
    "pending": "Pending: declared, and not applied yet",
    "unverifiable": "Unverifiable: could not be read",
}


def document() -> str:
    """The whole page."""
    return "\n".join([INTRODUCTION, *_lines()]) + "\n"


def _lines() -> Iterator[str]:
    of_drift = {f"{kind}-{class_}": class_ for class_ in DRIFT for kind in NOUNS}
    for class_ in DRIFT:
        rules = [CATALOGUE[id] for id, own in of_drift.items() if own == class_]
        yield from (f"## {CLASS_TITLES[class_]}", "", rules[0].help, "", *_short(rules), "")
    rest = [rule for rule in CATALOGUE.values() if rule.id not in of_drift]
    between = [rule for rule in rest if rule.id.startswith("parity-")]
    yield from ("## Secrets, releases, acknowledgements", "", *_long(rule for rule in rest if rule not in between), "")
    yield from ("## Between environments", "", *_long(between))


def _short(rules: Iterable[Rule]) -> Iterator[str]:
    yield from ("| rule | level | factor |", "| --- | --- | --- |")
    yield from (f"| `{rule.id}` | {rule.level} | {_factor(rule)} |" for rule in rules)


def _long(rules: Iterable[Rule]) -> Iterator[str]:
    yield from ("| rule | level | factor | what | what to do |", "| --- | --- | --- | --- | --- |")
    for rule in rules:
        yield f"| `{rule.id}` | {rule.level} | {_factor(rule)} | {rule.title} | {rule.help} |"


def _factor(rule: Rule) -> str:
    return f"{rule.factor}: {FACTORS[rule.factor - 1]}" if rule.factor else ""
