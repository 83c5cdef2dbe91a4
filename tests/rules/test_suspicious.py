"""Names of another environment in a value: found however many there are, as whole words only."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from infra.rules.suspicious import SHORTEST_NAME, Names

PIECES = [
    "shop",
    "shop-web",
    "staging",
    "example.com",
    "www.example.com",
    "*.example.com",
    ".",
    "-",
    "//",
    " ",
    "_",
    "X",
]
text = st.lists(st.sampled_from(PIECES), max_size=8).map("".join)
name = st.lists(st.sampled_from(PIECES[:7]), min_size=1, max_size=3).map("-".join)


def holds(text: str, name: str) -> bool:
    """Whether a name is in a text as a whole word, looked for by itself."""
    before = r"(?<![\w.-])" if "." in name else r"(?<![\w-])"
    return bool(re.search(before + re.escape(name) + r"(?![\w-])", text, re.IGNORECASE))


@given(text, st.lists(name, max_size=5))
def test_one_is_found_exactly_where_one_is(text: str, names: list[str]) -> None:
    """As if each of them had been looked for by itself."""
    there = {one for one in names if len(one) >= SHORTEST_NAME and holds(text, one)}
    found = Names(names).first_in(text)
    assert bool(found) == bool(there)
    assert not found or found.lower() in {one.lower() for one in there}


def test_the_one_that_stands_first_is_told() -> None:
    """In the spelling that it has at home, whatever order the names come in."""
    for names in (["shop-staging", "shop-worker"], ["shop-worker", "shop-staging"]):
        assert Names(names).first_in("https://SHOP-worker.herokuapp.com and shop-staging") == "shop-worker"
    assert Names(["shop-staging"]).first_in("postgres://old-shop-staging/x") == ""
