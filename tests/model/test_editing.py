"""Changing a YAML file as text: one value changes, and not a mark besides."""

from __future__ import annotations

from pathlib import Path as FilePath
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from infra.model.editing import Sealed, Uneditable, edited, put_in_place
from infra.model.values import Path

FILE = """\
# On top
config:
  twelvefold:environment:   # ours
    app: shop-staging
    formation: { web: { size: basic, quantity: 1 } }  # small
    config_vars:
      LOG_LEVEL: debug  # loud
      KEY:
        secure: v1:AAAA:BBBB
      TEXT: |
        two
        lines
    # between
    domains: [a.example.com, b.example.com]
    drains:

# the end
"""
ROOT: Path = ("config", "twelvefold:environment")


@pytest.mark.parametrize(
    ("path", "value", "old", "new"),
    [
        (("app",), "other", "app: shop-staging", "app: other"),
        (("config_vars", "LOG_LEVEL"), "info", "LOG_LEVEL: debug  # loud", "LOG_LEVEL: info  # loud"),
        (("config_vars", "LOG_LEVEL"), None, "LOG_LEVEL: debug", "LOG_LEVEL: null"),
        (("config_vars", "LOG_LEVEL"), "a # b: ${c}", "debug", '"a # b: ${c}"'),
        (("config_vars", "KEY"), "plain", "KEY:\n        secure: v1:AAAA:BBBB", "KEY: plain"),
        (("config_vars", "KEY"), Sealed("v1:CC:DD"), "v1:AAAA:BBBB", "v1:CC:DD"),
        (
            ("config_vars", "LOG_LEVEL"),
            Sealed("v1:CC:DD"),
            "LOG_LEVEL: debug  # loud",
            "LOG_LEVEL: # loud\n        secure: v1:CC:DD",
        ),
        (("config_vars", "TEXT"), "one", "TEXT: |\n        two\n        lines", "TEXT: one"),
        (("config_vars", "NEW"), "1.10", "lines\n", 'lines\n      NEW: "1.10"\n'),
        (("formation", "web", "quantity"), 2, "quantity: 1", "quantity: 2"),
        (("formation", "worker"), {"size": "basic"}, "1 } }", "1 }, worker: { size: basic } }"),
        (("domains",), ["c.example.com"], "[a.example.com, b.example.com]", "[c.example.com]"),
        (
            ("drains", "x", "url"),
            Sealed("v1:CC:DD"),
            "drains:\n",
            "drains:\n      x:\n        url:\n          secure: v1:CC:DD\n",
        ),
        (("features", "preboot"), True, "    drains:\n", "    drains:\n    features:\n      preboot: true\n"),
    ],
)
def test_one_value_changes(path: Path, value: Any, old: str, new: str) -> None:
    """Where it stands, in the style that is there."""
    assert edited(FILE, (*ROOT, *path), value) == FILE.replace(old, new, 1)


def test_an_empty_file() -> None:
    """Is filled."""
    assert edited("", ("config", "a:b", "app"), "x") == "config:\n  a:b:\n    app: x\n"
    assert edited("# only this\n", ("a",), 1) == "# only this\na: 1\n"


def test_what_cannot_be_changed() -> None:
    """An alias means more than one place; a list is no map."""
    with pytest.raises(Uneditable):
        edited("a: &x {b: 1}\nc: *x\n", ("c", "b"), 2)
    with pytest.raises(Uneditable):
        edited("a: [b]\n", ("a", "b"), 2)


SCALARS = st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text(max_size=12)
KEYS = st.sampled_from(["a", "b", "config_vars", "1", "on", "x y", "é"])


@given(
    st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3)),
    st.lists(KEYS, min_size=1, max_size=3),
    SCALARS,
    st.booleans(),
)
def test_any_file_keeps_all_else(document: Any, path: list[str], value: Any, flow: bool) -> None:
    """Whatever it holds, in either style: read again, it is the same but for that value."""
    text = yaml.safe_dump({"top": document}, default_flow_style=flow, allow_unicode=True)
    try:
        after = edited(text, ("top", *path), value)
    except Uneditable:
        return
    assert _as_text(yaml.safe_load(after)) == _as_text({"top": _expected(document, path, value)})


def _as_text(document: Any) -> Any:
    """Whole numbers may stand for text, as the model takes them."""
    if isinstance(document, dict):
        return {key: _as_text(item) for key, item in document.items()}
    if isinstance(document, list):
        return [_as_text(item) for item in document]
    return str(document) if isinstance(document, int) and not isinstance(document, bool) else document


def _expected(document: Any, path: list[str], value: Any) -> Any:
    if not path:
        return value
    inside = document if isinstance(document, dict) else {}
    return {**inside, path[0]: _expected(inside.get(path[0]), path[1:], value)}


def test_a_file_is_replaced_all_at_once(tmp_path: FilePath) -> None:
    """It stays as private as it was, and nothing is left beside it."""
    file = tmp_path / "Pulumi.staging.yaml"
    file.write_text("old")
    file.chmod(0o600)
    put_in_place(file, "new")
    assert (file.read_text(), file.stat().st_mode & 0o777) == ("new", 0o600)
    assert list(tmp_path.iterdir()) == [file]
