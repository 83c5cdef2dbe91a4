"""The names that secrets and variables may have."""

from __future__ import annotations

import re

from infra.localcloud.github.refusals import invalid

_NAME = re.compile(r"[A-Z_][A-Z0-9_]*")


def stored_name(name: str, noun: str) -> str:
    """The name in the upper case GitHub stores; ``noun`` is ``Secret`` or ``Variable``; 422 breaks a rule."""
    upper = name.upper()
    if upper.startswith("GITHUB_"):
        raise invalid(f"{noun} names must not start with GITHUB_.")
    if not _NAME.fullmatch(upper):
        raise invalid(
            f"{noun} names can only contain alphanumeric characters ([a-z], [A-Z], [0-9]) or underscores (_). "
            "Spaces are not allowed. Must start with a letter ([a-z], [A-Z]) or underscores (_)."
        )
    return upper
