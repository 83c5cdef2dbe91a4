"""Reports in which every name, value and message is what an attacker would choose."""

from __future__ import annotations

from datetime import UTC, date, datetime

from hypothesis import strategies as st

from infra.model.estate import Cause, Subject
from infra.model.finding import Acknowledgement, FieldDifference, Finding
from infra.model.plan import Diagnostic, Plan, PropertyChange, Step
from infra.model.report import Cost, Impact, Origin, Picture, Report, StackReport, Use

NAMES = (
    "@channel",
    "@practicalli/everyone",
    "#1",
    "GH-7 and practicalli/banking-on-clojure#2 !3 ~bug %1 &4 $5",
    "https://evil.example/x www.evil.example mailto:a@b.example",
    "[click](https://evil.example)",
    "![x](https://evil.example/pixel.png)",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</code></td></table></details><h1>owned",
    "<!-- twelvefold:shop:preview -->",
    "--> <b>out</b> <!--",
    "`", "``", "` `` ``` ````", "```\n/close\n```", "~~~\n/merge",
    "/approve",
    "a | b | c \\| d",
    "\\", "\\`*_{}[]()#+-.!|<>~$^",
    "- item\n- item\n\n# heading\n\n---\n",
    "1. one\n\n    code",
    "::set-output name=x::y",
    "::error file=a,line=1::owned",
    "\n::stop-commands::x\n",
    "##[set-env name=PATH;]/tmp",
    "##vso[task.setvariable variable=x]y",
    "##teamcity[buildProblem description='x']",
    "\x1b[2J\x1b]0;owned\x07\x1b]8;;https://evil.example\x07link\x1b]8;;\x07\x9b31m",
    "\r\nowned\r",
    "\u202egnp.exe\u202c \u2066x\u2069 \u200f",
    "zero\u200bwidth\ufeff \u00ad \u2060",
    "a\u0301" + "\u0301\u0316" * 400,
    "]]>&lt;x&gt; ]]&gt; <![CDATA[",
    "\x00\x01\x0b\ufffe\uffff\ud800",
    "%0A%0D%25::error::x",
    "a, b: c; d=e",
    "{{ 7*7 }} {% raw %} ${{ secrets.TOKEN }}",
    "n" * 10_000,
    "ｅｖｉｌ　ｎａｍｅ 名前 😀 👩‍👩‍👧",
    " ",
    "",
    "../../../etc/passwd",
    "C:\\windows\\x",
    "'\"><svg/onload=alert(1)>",
)  # fmt: skip
FRAGMENTS = st.sampled_from([*NAMES, *"`|<>@#*_[]()!\\&%:\n ~-+.$"])
texts = st.lists(FRAGMENTS | st.text(max_size=8), max_size=6).map("".join)


def hostile_report(name: str, *, verb: str = "preview") -> Report:
    """A report with ``name`` in every place that takes text."""
    urn = f"urn:pulumi:{name}::p::a:b/c:{name}::{name}"
    plan = Plan(
        name,
        "preview",
        (
            Step("update", urn, (PropertyChange(name, "update", name, {name: [name]}), PropertyChange(name, "add"))),
            Step("delete", urn + "2"),
            Step("create", urn + "3"),
        ),
        diagnostics=(Diagnostic("warning", name, urn), Diagnostic("error", name)),
    )
    finding = Finding(
        name,
        "error",
        (name, 0),
        name,
        name,
        kind="changed",
        stack=name,
        subject=Subject("heroku", "config-var", name, name),
        differences=(FieldDifference(name, name, name, name + "2"),),
        cause=Cause(name, datetime(2026, 1, 1, tzinfo=UTC), name, 3, name),
        needs=name,
        file=name,
        line=3,
    )
    known = Finding(name, "note", (), name, acknowledged=Acknowledgement(name, date(2027, 1, 1), name))
    impact = Impact({name: (name, name)}, {name: 2}, (name,), (Use(name, 3, name),), Cost(100, 200, (name,)))
    picture = Picture(name, name, (name, name, name), {name: name, "same": "x"})
    stacks = (
        StackReport(name, plan, impact, (finding, known), picture),
        StackReport(f"{name}2", error=name or "-", picture=Picture("other", rows={name: "y", "same": "x"})),
    )
    origin = Origin(name, name, name, name, name)
    made = datetime(2026, 11, 24, 9, tzinfo=UTC)
    return Report(name, verb, made, 1, stacks, (finding,), origin, (name,), 3, 1.5)  # type: ignore[arg-type]
