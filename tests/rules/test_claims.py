"""Which stack answers for what is live."""

from __future__ import annotations

from infra.model.estate import Estate, Kind, Subject, Thing, Unreadable, Vendor
from infra.rules.claims import claimed, foreign, share

HUB = "Acme/Shop"


def _at(vendor: Vendor, kind: Kind, scope: str, name: str) -> Subject:
    return Subject(vendor, kind, scope, name)


MINE = (
    _at("heroku", "app", "", "shop"),
    _at("heroku", "domain", "shop", "www.shop.example"),
    _at("heroku", "coupling", "shop", "shop-pipeline"),
    _at("github", "environment", HUB, "production"),
    _at("github", "secret", HUB, "TOKEN"),
)
LIVE = (
    *MINE,
    _at("heroku", "config-var", "shop", "BY_HAND"),
    _at("heroku", "app", "", "strange"),
    _at("heroku", "config-var", "strange", "KEY"),
    _at("heroku", "pipeline", "", "shop-pipeline"),
    _at("heroku", "pipeline-config-var", "shop-pipeline/test", "CI"),
    _at("github", "variable", f"{HUB}/production", "BY_HAND"),
    _at("github", "variable", f"{HUB}/staging", "OTHERS"),
    _at("github", "secret", HUB, "BY_HAND"),
)


def _estate(subjects: tuple[Subject, ...], *dark: Unreadable) -> Estate:
    return Estate("live", dict.fromkeys(subjects, Thing({})), dark)


def test_a_stack_answers_for_what_is_in_its_apps_and_environments() -> None:
    """Also for what nobody declared there; in the repository and the pipeline only for what it claims."""
    mine = share(_estate(LIVE), claimed(_estate(MINE)), owner=False)
    assert set(mine.things) == {*MINE, LIVE[5], LIVE[10]}


def test_the_owner_of_what_is_shared_answers_for_all() -> None:
    """What other stacks claim is left out by the comparison."""
    assert share(_estate(LIVE), (), owner=True).things.keys() == set(LIVE)


def test_claims_hold_in_any_case() -> None:
    """GitHub's names and host names are the same however they are written."""
    mine = claimed(_estate(MINE))
    live = _estate((_at("github", "secret", "acme/shop", "token"), _at("heroku", "domain", "shop", "WWW.shop.example")))
    assert share(live, mine, owner=False).things.keys() == live.things.keys()


def _part(vendor: Vendor, kind: str, scope: str) -> Unreadable:
    return Unreadable(vendor, kind, scope, "HTTP 403")


def test_what_is_dark_is_told_where_it_belongs() -> None:
    """Each stack hears of its own apps and environments; nobody of another's, and all of what has no place."""
    own, other = _part("heroku", "config-var", "shop"), _part("heroku", "config-var", "other")
    hidden = _part("github", "secret", f"{HUB}/production")
    everywhere = _part("heroku", "pipeline", "")
    mine = claimed(_estate(MINE))
    dark = share(_estate((), own, other, hidden, everywhere), mine, owner=False).unreadable
    assert dark[:2] == (own, hidden)
    repository = _part("github", "repository", HUB)
    environments = claimed(_estate((_at("github", "variable", f"{HUB}/production", "STAGE"),)))
    assert share(_estate((), repository), environments, owner=False).unreadable == (repository,)
    others = claimed(_estate((_at("heroku", "app", "", "other"),)))
    assert foreign((own, other, everywhere), others) == (own, everywhere)
