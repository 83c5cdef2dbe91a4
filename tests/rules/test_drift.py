"""Comparing declared, recorded and live: silence where nothing differs, and each difference told once, in its class."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.model.estate import Cause, Estate, Hidden, Subject, Thing, Unknown, Unreadable
from infra.model.finding import Finding
from infra.rules.catalogue import CATALOGUE, NOUNS
from infra.rules.places import containers, key
from infra.rules.sameness import UNASKED
from tests.rules.estates import WRITTEN, Estates, dark, having, untouched, without

APP = "shop-staging"
REPOSITORY = "acme/shop"


def told(findings: tuple[Finding, ...]) -> list[tuple[str, str]]:
    """Rule and subject of each finding."""
    return [(finding.rule, str(finding.subject)) for finding in findings]


def subjects(estate: Estate) -> list[Subject]:
    """The things of an estate, in order."""
    return sorted(estate.things)


def heroku(kind: Any, name: str, scope: str = APP) -> Subject:
    """Something in the app."""
    return Subject("heroku", kind, scope, name)


def github(kind: Any, name: str, scope: str = REPOSITORY) -> Subject:
    """Something in the repository."""
    return Subject("github", kind, scope, name)


def inside(subject: Subject) -> list[Subject]:
    """What goes along when a thing goes."""
    things = untouched().live.things
    return [one for one, thing in things.items() if key(subject) in containers(one, thing)]


def other(value: Any) -> Any:
    """Another value of the same kind."""
    match value:
        case bool():
            return not value
        case int():
            return value + 1
        case Hidden():
            return Hidden(value.reveal() + "x")
        case list():
            return [*value, "more"] if not value or isinstance(value[0], str) else []
        case dict():
            return {**value, "required_signatures": {}}
    return f"{value}x"


def test_an_untouched_estate_is_clean() -> None:
    """Nothing is found."""
    assert untouched().findings() == ()


def test_every_kind_is_tried() -> None:
    """The estate that is touched here has all there is."""
    kinds = {subject.kind for subject in untouched().declared.things}
    assert {*kinds, "release", "telemetry-drain", "certificate"} >= set(NOUNS)


@given(st.data())
def test_what_is_gone_is_missing(data: st.DataObject) -> None:
    """One finding, for the whole that is gone."""
    estates = untouched()
    gone = data.draw(st.sampled_from([one for one in subjects(estates.live) if one.kind != "repository"]))
    found = estates._replace(live=without(estates.live, gone, *inside(gone))).findings()
    assert told(found) == [(f"{gone.kind}-missing", str(gone))]
    assert found[0].kind == "missing"
    assert ("more in it" in found[0].message) == bool(inside(gone))


@given(st.data())
def test_what_was_changed_by_hand_is_changed(data: st.DataObject) -> None:
    """With the field, as it is in all three; and no secret in clear."""
    estates = untouched()
    changed = data.draw(st.sampled_from(subjects(estates.live)))
    fields = estates.live.things[changed].fields
    open_fields = [name for name, value in fields.items() if not isinstance(value, Unknown) and name not in UNASKED]
    # With automated certificates it is Heroku that chooses one.
    open_fields = [name for name in open_fields if name != "certificate"]
    if not open_fields:
        return
    name = data.draw(st.sampled_from(open_fields))
    found = estates._replace(live=having(estates.live, changed, **{name: other(fields[name])})).findings()
    assert told(found) == [(f"{changed.kind}-changed", str(changed))]
    assert [one.name.split(".")[0] for one in found[0].differences] == [name]
    assert "secret of" not in repr(found)


@given(st.data())
def test_what_nobody_declares_is_unmanaged(data: st.DataObject) -> None:
    """Of every kind that people can make by hand."""
    estates = untouched()
    kind = data.draw(st.sampled_from(sorted(UNMANAGED, key=lambda one: str(one[0]))))
    found = estates._replace(live=having(estates.live, kind[0], Thing(kind[1], id="7"))).findings()
    assert told(found) == [(f"{kind[0].kind}-unmanaged", str(kind[0]))]
    assert (found[0].kind, found[0].owner) == ("unmanaged", "unmanaged")


UNMANAGED: list[tuple[Subject, dict[str, Any]]] = [
    (heroku("config-var", "BY_HAND"), {"value": Hidden("x")}),
    (heroku("addon", "redis-7"), {"plan": "heroku-redis:mini", "name": "redis-7"}),
    (heroku("attachment", "COLOR"), {"addon": "database", "app": APP}),
    (heroku("domain", "hand.example.com"), {"certificate": ""}),
    (heroku("formation", "worker"), {"size": "basic", "quantity": 1}),
    (heroku("collaborator", "eve@example.com"), {"permissions": ["view"]}),
    (heroku("drain", "7"), {"url": Hidden("https://x")}),
    (heroku("webhook", "hook 7"), {"url": Hidden("https://x")}),
    (heroku("feature", "preboot"), {"enabled": True}),
    (heroku("app", "shop-forgotten", ""), {"name": "shop-forgotten"}),
    (heroku("pipeline-config-var", "B", "shop/test"), {"value": Hidden("x")}),
    (github("secret", "OTHER"), {"value": Unknown("write-only")}),
    (github("secret", "OTHER", f"{REPOSITORY}/staging"), {"value": Unknown("write-only")}),
    (github("dependabot-secret", "OTHER"), {"value": Unknown("write-only")}),
    (github("variable", "OTHER"), {"value": "x"}),
    (github("environment", "hand-made"), {"wait_timer": 0}),
    (github("webhook", "hook 7"), {"url": Hidden("https://x")}),
    (github("ruleset", "other"), {"target": "branch"}),
    (github("deploy-key", "laptop"), {"key": "ssh-rsa A", "read_only": False}),
]
PLATFORM: list[tuple[Subject, Thing]] = [
    (heroku("domain", "shop-staging-123.herokuapp.com"), Thing({"certificate": ""})),
    (heroku("config-var", "HEROKU_APP_ID"), Thing({"value": Hidden("x")})),
    (heroku("config-var", "DATABASE_URL"), Thing({"value": Hidden("x")}, owner="addon", brought_by="database")),
    (heroku("feature", "preboot"), Thing({"enabled": False})),
    (heroku("formation", "console"), Thing({"size": "basic", "quantity": 0})),
    (heroku("collaborator", "owner@example.com"), Thing({}, owner="platform")),
    (heroku("certificate", "acm-1"), Thing({"leaf": "00"})),
    (github("environment", "github-pages"), Thing({})),
    (github("ruleset", "of the organization"), Thing({}, owner="platform")),
]


@pytest.mark.parametrize(("subject", "thing"), PLATFORM, ids=lambda one: str(getattr(one, "name", "")))
def test_what_vendors_make_is_not_unmanaged(subject: Subject, thing: Thing) -> None:
    """Defaults and what add-ons bring."""
    estates = untouched()
    assert estates._replace(live=having(estates.live, subject, thing)).findings() == ()


@pytest.mark.parametrize(("subject", "fields"), UNMANAGED, ids=lambda one: str(getattr(one, "kind", "")))
def test_what_other_stacks_own_is_not_unmanaged(subject: Subject, fields: dict[str, Any]) -> None:
    """By itself, or by what it stands in."""
    estates = untouched()
    live = having(estates.live, subject, Thing(fields))
    assert estates._replace(live=live).findings(known={key(subject)}) == ()


@given(st.data())
def test_what_the_code_changed_waits(data: st.DataObject) -> None:
    """Another value in the stack file, a thing more, or a thing less."""
    estates = untouched()
    subject = data.draw(st.sampled_from(subjects(estates.declared)))
    fields = estates.declared.things[subject].fields
    names = [name for name, value in fields.items() if not isinstance(value, Unknown) and name not in UNASKED]
    unnumbered = [name for name in names if not name.startswith("reviewers")]
    if unnumbered:
        name = data.draw(st.sampled_from(unnumbered))
        moved = having(estates.declared, subject, **{name: other(fields[name])})
        found = estates._replace(declared=moved).findings()
        assert told(found) == [(f"{subject.kind}-pending", str(subject))]
    fewer = without(estates.declared, subject, *inside(subject))
    assert told(estates._replace(declared=fewer).findings()) == [(f"{subject.kind}-pending", str(subject))]


@given(st.data())
def test_what_was_never_made_waits(data: st.DataObject) -> None:
    """Neither recorded nor live."""
    estates = untouched()
    subject = data.draw(st.sampled_from(subjects(estates.declared)))
    gone = (subject, *inside(subject))
    found = Estates(estates.declared, without(estates.recorded, *gone), without(estates.live, *gone)).findings()
    assert told(found) == [(f"{subject.kind}-pending", str(subject))]


@given(st.data())
def test_what_cannot_be_read_is_never_missing(data: st.DataObject) -> None:
    """One finding for the part, naming what was lacking."""
    estates = untouched()
    subject = data.draw(st.sampled_from([one for one in subjects(estates.live) if one.scope]))
    hidden = [one for one in subjects(estates.live) if replace(one, name="") == replace(subject, name="")]
    live = dark(without(estates.live, *hidden), subject.kind, subject.scope, subject.vendor)
    found = estates._replace(live=live).findings()
    assert [(one.rule, one.kind, one.needs) for one in found] == [
        (f"{subject.kind}-unverifiable", "unverifiable", "view on the app")
    ]
    assert f"{len(hidden)} declared there" in found[0].message


def test_an_app_that_cannot_be_read_hides_all_that_is_in_it() -> None:
    """As a repository does."""
    estates = untouched()
    app = heroku("app", APP, "")
    live = dark(without(estates.live, app, *inside(app)), "app", APP)
    assert told(estates._replace(live=live).findings()) == [("app-unverifiable", f"heroku/app/{APP}")]


def test_a_list_of_strangers_hides_none_of_ours() -> None:
    """Apps of ours are asked for by name."""
    estates = untouched()
    app = heroku("app", APP, "")
    live = dark(without(estates.live, app, *inside(app)), "app", "")
    assert [rule for rule, _ in told(estates._replace(live=live).findings())] == ["app-missing", "app-unverifiable"]


@pytest.mark.parametrize(
    ("seconds", "rules"), [(-60, []), (0, []), (1, []), (2, ["secret-touched"]), (None, ["secret-unverifiable"])]
)
def test_a_secret_tells_by_its_time_whether_we_wrote_it_last(seconds: int | None, rules: list[str]) -> None:
    """Times of stores that agree only after a while are off by a second, or not there yet."""
    estates, secret = untouched(), github("secret", "TOKEN")
    when = None if seconds is None else WRITTEN + timedelta(seconds=seconds)
    live = having(estates.live, secret, replace(estates.live.things[secret], updated_at=when))
    assert [one.rule for one in estates._replace(live=live).findings()] == rules


def test_a_secret_that_was_never_ours() -> None:
    """It is there, declared, and not in the state."""
    estates, secret = untouched(), github("secret", "API_KEY", f"{REPOSITORY}/staging")
    found = estates._replace(recorded=without(estates.recorded, secret)).findings()
    assert [(one.rule, one.kind) for one in found] == [("secret-never-ours", "pending")]


@pytest.mark.parametrize("subject", [heroku("config-var", "LOG_LEVEL"), github("secret", "TOKEN")])
def test_what_is_kept_elsewhere_must_be_there(subject: Subject) -> None:
    """Whatever its value is."""
    estates = untouched()
    declared = replace(estates.declared, things={**estates.declared.things, subject: Thing({"kept_in": "1Password"})})
    recorded = without(estates.recorded, subject)
    assert Estates(declared, recorded, having(estates.live, subject, value=Hidden("theirs"))).findings() == ()
    found = Estates(declared, recorded, without(estates.live, subject)).findings()
    assert told(found) == [(f"{subject.kind}-missing", str(subject))]
    assert "1Password" in found[0].message


@pytest.mark.parametrize("subject", [heroku("config-var", "LOG_LEVEL"), github("secret", "TOKEN")])
def test_what_moved_elsewhere_has_yet_to_leave_the_state(subject: Subject) -> None:
    """An update lets go of it."""
    estates = untouched()
    declared = replace(estates.declared, things={**estates.declared.things, subject: Thing({"kept_in": "1Password"})})
    found = estates._replace(declared=declared).findings()
    assert told(found) == [("kept-recorded", str(subject))]
    assert found[0].suggestion == "Let go of it: twelvefold up staging"


def test_bypass_that_is_not_shown_is_unverifiable() -> None:
    """Not empty."""
    estates, ruleset = untouched(), github("ruleset", "main")
    found = estates._replace(live=having(estates.live, ruleset, bypass=Unknown("only shown to admins"))).findings()
    assert [(one.rule, bool(one.needs)) for one in found] == [("ruleset-unverifiable", True)]


def test_an_app_that_moved_to_another_pipeline() -> None:
    """Is one change, not one thing missing and another unmanaged."""
    estates, ours = untouched(), heroku("coupling", "shop")
    theirs = heroku("coupling", "another")
    live = having(without(estates.live, ours), theirs, estates.live.things[ours])
    found = estates._replace(live=live).findings()
    assert told(found) == [("coupling-changed", str(ours))]
    assert [(one.name, one.live) for one in found[0].differences] == [("pipeline", '"another"')]


def test_a_thing_under_another_name_is_known_by_its_id() -> None:
    """A webhook has no name at the vendor."""
    estates, hook = untouched(), github("webhook", "ci")
    thing = estates.live.things[hook]
    live = having(without(estates.live, hook), github("webhook", f"hook {thing.id}"), thing)
    assert estates._replace(live=live).findings() == ()


def test_a_secret_of_a_webhook_that_came_or_went() -> None:
    """GitHub shows that there is one."""
    estates, hook = untouched(), github("webhook", "ci")
    thing = estates.live.things[hook]
    bare = replace(thing, fields={name: value for name, value in thing.fields.items() if name != "secret"})
    found = estates._replace(live=having(estates.live, hook, bare)).findings()
    assert [one.name for one in found[0].differences] == ["secret"]


def test_by_hand_and_by_code_is_told_as_both() -> None:
    """All three values stand side by side."""
    estates, var = untouched(), heroku("config-var", "LOG_LEVEL")
    found = Estates(
        having(estates.declared, var, value="warn"), estates.recorded, having(estates.live, var, value=Hidden("debug"))
    ).findings()
    assert [one.kind for one in found] == ["changed"]
    assert (found[0].differences[0].declared, found[0].differences[0].recorded) == ('"warn"', '"info"')


def test_what_the_code_asks_for_and_is_there_already() -> None:
    """Waits only to be recorded."""
    estates, var = untouched(), heroku("config-var", "LOG_LEVEL")
    found = Estates(
        having(estates.declared, var, value="warn"), estates.recorded, having(estates.live, var, value=Hidden("warn"))
    ).findings()
    assert [one.kind for one in found] == ["pending"]


def test_a_process_type_may_wait_for_the_first_deploy() -> None:
    """It is recorded, and not there yet."""
    estates, web = untouched(), heroku("formation", "web")
    recorded = having(estates.recorded, web, pending=True)
    assert estates._replace(recorded=recorded, live=without(estates.live, web)).findings() == ()
    found = estates._replace(recorded=recorded, live=having(estates.live, web, quantity=7)).findings()
    assert told(found) == [("formation-pending", str(web))]


def test_releases_by_hand() -> None:
    """A rollback is told; a change of config only where nothing else tells of it."""
    estates = untouched()
    made = {
        heroku("release", "v7"): "Rollback to v5",
        heroku("release", "v8"): "Set LOG_LEVEL config vars",
        heroku("release", "v9"): "Set GONE_AGAIN config vars",
    }
    live = estates.live
    for release, said in made.items():
        live = having(live, release, description=said, user="ann@example.com")
    live = having(live, heroku("config-var", "LOG_LEVEL"), value=Hidden("trace"))
    by_hand = {release: Cause("ann@example.com", how=said) for release, said in made.items()}
    found = [one for one in estates._replace(live=live).findings(by_hand=by_hand) if one.rule.startswith("release")]
    assert [(one.rule, one.subject.name if one.subject else "", one.cause.who) for one in found] == [
        ("release-rollback", "v7", "ann@example.com"),
        ("release-by-hand", "v9", "ann@example.com"),
    ]


def test_every_rule_is_in_the_catalogue() -> None:
    """With a title, an explanation and a factor of the twelve."""
    for rule in CATALOGUE.values():
        assert rule.title
        assert rule.help.endswith((".", ")"))
        assert 0 <= rule.factor <= 12


def test_hostile_names_stay_one_word_of_a_command() -> None:
    """What is suggested can be pasted."""
    estates, var = untouched(), heroku("config-var", "A;rm -rf /")
    found = estates._replace(live=having(estates.live, var, Thing({"value": Hidden("x")}))).findings()
    assert "'A;rm -rf /'" in found[0].suggestion


def test_parts_that_nobody_declares_anything_in_are_still_told() -> None:
    """What nobody declares could be there."""
    estates = untouched()
    part = Unreadable("heroku", "buildpacks", APP, "no answer")
    found = estates._replace(live=replace(estates.live, unreadable=(part,))).findings()
    assert [(one.rule, one.message) for one in found] == [
        ("app-unverifiable", f"the buildpacks of {APP} could not be read: no answer")
    ]
