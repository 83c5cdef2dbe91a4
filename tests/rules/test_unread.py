"""What could not be read: each place by itself where they are few, all in one where they are many."""

from __future__ import annotations

import time

from infra.model.estate import Estate, Subject, Unreadable
from infra.rules.unread import judge_unread


def _dark(*scopes: str, kind: str = "config-var", why: str = "HTTP 403") -> Estate:
    return Estate("live", {}, tuple(Unreadable("heroku", kind, scope, why, "deploy on the app") for scope in scopes))


def test_a_few_are_told_each() -> None:
    """Three apps are three findings, each of its own app."""
    found = judge_unread(_dark("a", "b", "c"), [Subject("heroku", "config-var", "b", "KEY")], "staging")
    assert [one.subject and one.subject.scope for one in found] == ["a", "b", "c"]
    assert ["1 declared there cannot be verified" in one.message for one in found] == [False, True, False]


def test_many_alike_are_one() -> None:
    """A thousand apps are one finding with three names, the count, and what is hidden in all of them."""
    names = [f"app-{number:03}" for number in range(1000)]
    unseen = [Subject("heroku", "config-var", name, key) for name in names for key in ("A", "B")]
    (found,) = judge_unread(_dark(*names), unseen, "staging")
    assert found.message == (
        "the config vars of app-000, app-001, app-002 and 997 more could not be read: HTTP 403; "
        "2000 declared there cannot be verified"
    )
    assert found.subject == Subject("heroku", "config-var", "", "")
    assert found.needs == "deploy on the app"


def test_other_reasons_and_kinds_stand_apart() -> None:
    """What was refused is not told with what was left for the next run."""
    many = [f"app-{number}" for number in range(9)]
    refused, left = _dark(*many), _dark(*many, why="left for the next run: rate budget")
    domains = _dark(*many, kind="domain")
    found = judge_unread(refused.merged(left).merged(domains), [], "staging")
    assert [one.rule for one in found] == ["config-var-unverifiable", "config-var-unverifiable", "domain-unverifiable"]


def test_thousands_take_no_time() -> None:
    """Looking up what was hidden does not take every part for every thing."""
    names = [f"app-{number}" for number in range(2000)]
    unseen = [Subject("heroku", "config-var", name, "KEY") for name in names for _ in range(5)]
    began = time.process_time()
    judge_unread(_dark(*names).merged(_dark(*names, kind="domain")), unseen, "staging")
    assert time.process_time() - began < 2
