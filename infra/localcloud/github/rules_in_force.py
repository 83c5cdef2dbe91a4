"""Which rules apply to a branch: active rulesets whose patterns match its name."""

from __future__ import annotations

import re
from typing import Any

from infra.localcloud.store import Store

RULESET = "github.ruleset"

Document = dict[str, Any]


def rules_for_branch(store: Store, repository: Document, branch: str) -> list[Document]:
    """The rules of every active ruleset for branches that covers ``branch``, each naming its ruleset."""
    rulesets = store.find(RULESET, parent=str(repository["id"]), target="branch", enforcement="active")
    covering = [ruleset for ruleset in rulesets if _covers(ruleset, repository, f"refs/heads/{branch}")]
    return [{**rule, **_origin(ruleset, repository)} for ruleset in covering for rule in ruleset["rules"]]


def matches(pattern: str, ref: str, default_branch: str) -> bool:
    """Whether a ruleset's pattern (fnmatch with ``**/``, ``~ALL``, ``~DEFAULT_BRANCH``) matches a full reference."""
    if pattern == "~ALL":
        return True
    if pattern == "~DEFAULT_BRANCH":
        return ref == f"refs/heads/{default_branch}"
    return re.fullmatch(_expression(pattern), ref) is not None


def _covers(ruleset: Document, repository: Document, ref: str) -> bool:
    names = (ruleset["conditions"] or {}).get("ref_name", {})

    def matched_by(patterns: list[str]) -> bool:
        return any(matches(pattern, ref, repository["default_branch"]) for pattern in patterns)

    return matched_by(names.get("include", [])) and not matched_by(names.get("exclude", []))


def _origin(ruleset: Document, repository: Document) -> Document:
    source = f"{repository['owner']}/{repository['name']}"
    return {"ruleset_source_type": "Repository", "ruleset_source": source, "ruleset_id": ruleset["id"]}


_WILDCARDS = re.compile(r"\*\*/|\*+|\?|\[[^\]/]+\]|\\.|[^*?\\]")


def _expression(pattern: str) -> str:
    """The regular expression for a pattern; ``*`` and ``?`` stop at slashes, as in Ruby's File.fnmatch."""
    return "".join(_piece(found.group()) for found in _WILDCARDS.finditer(pattern))


def _piece(text: str) -> str:
    if text == "**/":
        return "(?:[^/]+/)*"
    if text.startswith("*"):
        return "[^/]*"
    if text == "?":
        return "[^/]"
    if len(text) > 2 and text.startswith("["):
        return "[" + text[1:-1].replace("\\", "\\\\").replace("!", "^", 1 if text[1] == "!" else 0) + "]"
    return re.escape(text[-1])
