"""An approval of one stack is bound to what is that stack's own."""

from __future__ import annotations

from infra.model.estate import Estate, Kind, Subject, Thing, Unreadable, Vendor
from infra.rules.claims import claimed
from infra.rules.standing import standing

REPOSITORY = "acme/Shop"


def things(*subjects: tuple[Vendor, Kind, str, str]) -> Estate:
    """These things, without fields."""
    return Estate("live", {Subject(*one): Thing({}) for one in subjects})


def test_strangers_and_what_other_stacks_claim_are_left_out() -> None:
    """Of the owner's share: its own app with all that is in it, what is shared, and nothing else."""
    mine = things(("heroku", "app", "", "staging"), ("github", "environment", REPOSITORY, "staging"))
    others = things(
        ("heroku", "app", "", "production"),
        ("github", "environment", REPOSITORY, "production"),
        ("github", "variable", REPOSITORY, "OF_PRODUCTION"),
    )
    own = things(
        ("heroku", "app", "", "staging"),
        ("heroku", "config-var", "staging", "BY_HAND"),
        ("heroku", "pipeline", "", "shop"),
        ("heroku", "pipeline-config-var", "shop/test", "BY_HAND"),
        ("github", "repository", "", REPOSITORY),
        ("github", "variable", REPOSITORY, "BY_HAND"),
        ("github", "environment", REPOSITORY, "by-hand"),
        ("github", "variable", f"{REPOSITORY}/Staging", "BY_HAND"),
    )
    strange = things(
        ("heroku", "app", "", "review-17"),
        ("heroku", "coupling", "review-17", "shop"),
        ("heroku", "config-var", "production", "BY_HAND"),
        ("github", "variable", f"{REPOSITORY}/production", "BY_HAND"),
        ("github", "variable", REPOSITORY.lower(), "OF_PRODUCTION"),
    )

    seen = standing(own.merged(strange), claimed(mine), claimed(others))

    assert set(seen.things) == set(own.things)


def test_process_types_that_nobody_declares_are_left_out() -> None:
    """A deploy brings them and takes them away; a declared one counts."""
    mine = things(("heroku", "app", "", "staging"), ("heroku", "formation", "staging", "web"))
    live = mine.merged(things(("heroku", "formation", "staging", "worker")))

    assert set(standing(live, claimed(mine), frozenset()).things) == set(mine.things)


def test_what_stays_dark_is_told_by_its_name() -> None:
    """A list of all apps that may not be read concerns only those that nobody declares."""
    dark = tuple(Unreadable("heroku", kind, scope, "403") for kind, scope in (("app", ""), ("domain", "staging")))

    assert standing(Estate("live", {}, dark), frozenset(), frozenset()).unreadable == dark[1:]
