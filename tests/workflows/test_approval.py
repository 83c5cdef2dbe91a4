"""What was approved is what is applied, and nobody can make it look otherwise."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from infra.engine.events import KNOWN_LATER
from infra.errors import LiveMoved, NotApproved, PlanChanged, StateMoved
from infra.model.estate import Estate, Hidden, Kind, Subject, Thing, Unknown, Unreadable, Vendor
from infra.model.fingerprint import Fingerprints
from infra.model.plan import MASK, Operation, Plan, Preview, PropertyChange, Resource, Step
from infra.workflows.approval import LONGEST, Saved, check_approved, read_saved, save
from infra.workflows.binding import Now

FINGERPRINTS = Fingerprints(b"the project's key")
MADE = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
SECRET = "s3cret-value"


def urn(name: str) -> str:
    """The URN of a resource."""
    return f"urn:pulumi:staging::orders::heroku:app/configAssociation:ConfigAssociation::{name}"


def step(operation: Operation = "update", name: str = "web-config", **values: Any) -> Step:
    """A step that changes properties to values."""
    changes = tuple(PropertyChange(f"vars.{key}", "update", "old", value) for key, value in values.items())
    return Step(operation, urn(name), changes)


def now(*steps: Step, state: str = "s1", live: Estate | None = None, **inputs: Any) -> Now:
    """A stack with this plan."""
    resources = {one.urn: Resource(one.urn, inputs=inputs) for one in steps}
    return Now(Preview(Plan("staging", "preview", steps), resources, resources), state, live)


def saved(stack: Now, **options: Any) -> Saved:
    """An approval that was saved and read again."""
    return read_saved(text_of(stack, **options), FINGERPRINTS, "orders", now=MADE)


def text_of(stack: Now, **options: Any) -> str:
    """The text of an approval."""
    return save("orders", {"staging": stack}, FINGERPRINTS, refreshed=True, commit="abc", now=MADE, **options)


def live(unreadable: tuple[Unreadable, ...] = (), **values: Any) -> Estate:
    """Config vars that are live."""
    things = {Subject("heroku", "config-var", "web", key): Thing({"value": value}) for key, value in values.items()}
    return Estate("live", things, unreadable)


def refusal(approved: Now, found: Now) -> str:
    """Why an approval is refused, with the class of the refusal."""
    with pytest.raises(NotApproved) as told:
        check_approved(saved(approved).stacks["staging"], found, FINGERPRINTS)
    assert told.value.exit_code == 1
    assert "twelvefold preview staging" in told.value.todo
    return f"{type(told.value).__name__}: {told.value.what}"


def test_the_same_is_approved() -> None:
    """Read back from its file, in another run."""
    stack = now(step(A="1"), step("create", "new"), live=live(A=Hidden("x")), sensitiveVars={"KEY": Hidden(SECRET)})
    approval = saved(stack)

    check_approved(approval.stacks["staging"], stack, FINGERPRINTS)
    assert (approval.commit, approval.made_at, approval.refreshed) == ("abc", MADE, True)


def test_no_value_is_in_the_file() -> None:
    """Neither secrets nor plain ones: only digests that nobody can try values against without the key."""
    stack = now(
        step("create", "new"), live=live(A=Hidden(SECRET), B="plain-value"), sensitiveVars={"K": Hidden(SECRET)}
    )
    text = text_of(stack)

    assert SECRET not in text
    assert "plain-value" not in text
    assert text_of(stack) == text


@pytest.mark.parametrize(
    ("found", "told"),
    [
        (now(step(A="2")), "PlanChanged: plan-changed: heroku:ConfigAssociation web-config: vars.A"),
        (now(step(A="1", B="1")), "web-config: vars.B"),
        (now(step("replace", A="1")), "to replace heroku:ConfigAssociation web-config instead of to update it"),
        (now(step(A="1"), step("delete", "x")), "to delete heroku:ConfigAssociation x was not approved"),
        (now(), "to update heroku:ConfigAssociation web-config was approved and is not due"),
        (now(step(A="1"), state="s2"), "StateMoved: state-moved: the stack was updated since this was approved"),
    ],
)
def test_a_difference_is_named(found: Now, told: str) -> None:
    """Of values, properties, steps, operations, state."""
    approved = replace(now(step(A="1")), live=Estate("live"))

    assert told in refusal(approved, replace(found, live=Estate("live")))


def test_a_step_that_refreshes_or_stays_is_no_difference() -> None:
    """Only what changes something is approved."""
    approved = now(step(A="1"), live=Estate("live"))
    found = now(step(A="1"), step("same", "other"), live=Estate("live"))

    check_approved(saved(approved).stacks["staging"], found, FINGERPRINTS)


@pytest.mark.parametrize(
    ("then", "later", "told"),
    [
        (live(A="1"), live(A="2"), "heroku/config-var/web/A was changed"),
        (live(A=Hidden("1")), live(A=Hidden("2")), "heroku/config-var/web/A was changed"),
        (live(A="1"), live(), "heroku/config-var/web/A is gone"),
        (live(), live(A="1"), "heroku/config-var/web/A is new"),
    ],
)
def test_what_moved_live_is_named(then: Estate, later: Estate, told: str) -> None:
    """What anybody changed, took away or added, also what no code declares."""
    assert refusal(now(step(A="1"), live=then), now(step(A="1"), live=later)) == f"LiveMoved: live-moved: {told}"


def test_without_the_audit_what_the_refresh_found_counts() -> None:
    """The resources themselves, as they stood when the preview looked at them."""
    assert (
        refusal(now(step(A="1"), vars={"A": "1"}), now(step(A="1"), vars={"A": "9"}))
        == "LiveMoved: live-moved: heroku:app/configAssociation:ConfigAssociation web-config was changed"
    )


def test_what_is_not_ours_may_move() -> None:
    """Releases of code, and what add-ons and the platform set."""
    release = Subject("heroku", "release", "web", "v2")
    addon = Subject("heroku", "config-var", "web", "DATABASE_URL")
    later = Estate("live", {release: Thing({"status": "ok"}), addon: Thing({"value": Hidden("x")}, owner="addon")})

    check_approved(saved(now(live=live())).stacks["staging"], now(live=later), FINGERPRINTS)


def processes(**quantities: int) -> Estate:
    """Process types that are live."""
    things = {
        Subject("heroku", "formation", "web", type): Thing({"size": "basic", "quantity": number})
        for type, number in quantities.items()
    }
    return Estate("live", things)


def test_a_first_deploy_may_come_between() -> None:
    """Process types appear with it, which no hand can make; what the plan would scale is another plan then."""
    approval = saved(now(step(A="1"), live=processes())).stacks["staging"]
    check_approved(approval, now(step(A="1"), live=processes(web=1)), FINGERPRINTS)

    scales = Step("update", urn("web-web"), (PropertyChange("quantity", "update", 1, 2),))
    with pytest.raises(PlanChanged, match="to update heroku:ConfigAssociation web-web was not approved"):
        check_approved(approval, now(step(A="1"), scales, live=processes(web=1)), FINGERPRINTS)


@pytest.mark.parametrize(
    ("then", "later", "told"),
    [
        ({}, {"web": 5}, "formation/web/web is new"),
        ({}, {"worker": 1}, "formation/web/worker is new"),
        ({"web": 2}, {"web": 1}, "formation/web/web was changed"),
        ({"web": 1}, {}, "formation/web/web is gone"),
    ],
)
def test_who_scales_is_noticed(then: dict[str, int], later: dict[str, int], told: str) -> None:
    """That is no deploy."""
    found = refusal(now(live=processes(**then)), now(live=processes(**later)))
    assert found == f"LiveMoved: live-moved: heroku/{told}"


def dark(kind: str, scope: str, vendor: Vendor = "heroku") -> Unreadable:
    """A part that could not be read."""
    return Unreadable(vendor, kind, scope, "HTTP 403", "view on the app")


@pytest.mark.parametrize("part", [dark("config-var", "web"), dark("app", "web")])
def test_what_could_not_be_read_when_it_was_approved_is_not_asked_for(part: Unreadable) -> None:
    """Whoever applies may see more than whoever looked, and what is seen then is no news."""
    approval = saved(now(live=live((part,)))).stacks["staging"]
    assert approval.unreadable == (f"heroku/{part.kind}/web",)

    check_approved(approval, now(live=live(A="1")), FINGERPRINTS)
    check_approved(approval, now(live=live((part,))), FINGERPRINTS)
    check_approved(approval, now(live=live((dark("config-var", "web"),))), FINGERPRINTS)


def test_what_cannot_be_read_any_more_is_refused() -> None:
    """What was approved as it stood cannot be held against anything; what is dark is not said to be gone."""
    assert refusal(now(live=live(A="1")), now(live=live((dark("config-var", "web"),)))) == (
        "LiveMoved: live-moved: heroku/config-var/web cannot be read any more (HTTP 403; it takes view on the app)"
    )


def test_only_what_is_within_a_dark_part_is_dark() -> None:
    """An environment's variables are not the repository's, and another app's config vars are told."""
    parts = (dark("config-var", "web"), dark("variable", "acme/shop", "github"))
    things: dict[Subject, Thing] = {
        Subject("heroku", "config-var", "web-jobs", "A"): Thing({"value": "1"}),
        Subject("heroku", "domain", "web", "shop.example"): Thing({}),
        Subject("heroku", "config-var", "web", "B"): Thing({"value": "1"}),
        Subject("github", "variable", "acme/shop/staging", "C"): Thing({"value": "1"}),
        Subject("github", "variable", "acme/shop", "D"): Thing({"value": "1"}),
        Subject("github", "deploy-key", "acme/shop", "a/b"): Thing({}),
    }
    text = refusal(now(live=Estate("live", {}, parts)), now(live=Estate("live", things, parts)))

    assert text == "LiveMoved: live-moved: " + "; ".join(
        f"{name} is new"
        for name in (
            "github/deploy-key/acme/shop/a/b",
            "github/variable/acme/shop/staging/C",
            "heroku/config-var/web-jobs/A",
            "heroku/domain/web/shop.example",
        )
    )


def hub(kind: Kind, touched: datetime | None = None, **fields: Any) -> Estate:
    """One thing of a repository."""
    return Estate("live", {Subject("github", kind, "acme/shop", "main"): Thing(fields, updated_at=touched)})


def test_a_secret_that_can_only_be_written_is_known_by_its_time() -> None:
    """Nothing else tells that somebody wrote it anew."""
    then, later = (hub("secret", MADE + timedelta(hours=age), value=Unknown("write-only")) for age in (0, 1))

    check_approved(saved(now(live=then)).stacks["staging"], now(live=then), FINGERPRINTS)
    assert refusal(now(live=then), now(live=later)) == "LiveMoved: live-moved: github/secret/acme/shop/main was changed"


def test_what_not_everybody_is_shown() -> None:
    """A token that may not change a ruleset is not told who may pass it by: then the rest counts."""
    shown, hidden = (
        hub("ruleset", bypass=["team"], target="branch"),
        hub("ruleset", bypass=Unknown("?"), target="branch"),
    )
    changed = hub("ruleset", bypass=["all"], target="branch")
    approval = saved(now(live=hidden)).stacks["staging"]

    check_approved(approval, now(live=shown), FINGERPRINTS)
    assert approval.unreadable
    assert "github/ruleset/acme/shop/main: bypass was changed" in refusal(now(live=shown), now(live=changed))
    assert "main: bypass cannot be read any more" in refusal(now(live=shown), now(live=hidden))
    assert "main was changed" in refusal(now(live=hidden), now(live=hub("ruleset", bypass=["team"], target="tag")))


def test_an_add_on_that_gets_ready_has_not_moved() -> None:
    """Its state changes by itself; its plan does not."""

    def addon(plan: str, state: str) -> Now:
        return now(
            live=Estate("live", {Subject("heroku", "addon", "web", "db"): Thing({"plan": plan, "state": state})})
        )

    check_approved(saved(addon("a", "provisioning")).stacks["staging"], addon("a", "provisioned"), FINGERPRINTS)
    assert "addon/web/db was changed" in refusal(addon("a", "provisioned"), addon("b", "provisioned"))


def coupled(operation: Operation, **changes: Any) -> Now:
    """A stack that changes a coupling, and what it stands on."""
    told = tuple(PropertyChange(key, "update", "old", value) for key, value in changes.items())
    return now(Step(operation, urn("coupling"), told), live=Estate("live"))


@pytest.mark.parametrize(
    ("approved", "found", "fine"),
    [
        (
            now(step("create", "c"), pipeline=Unknown(), stage="x"),
            now(step("create", "c"), pipeline="1", stage="x"),
            True,
        ),
        (
            now(step("create", "c"), pipeline=Unknown(), stage="x"),
            now(step("create", "c"), pipeline="1", stage="y"),
            False,
        ),
        (now(step("create", "c"), pipeline="2", stage="x"), now(step("create", "c"), pipeline="1", stage="x"), False),
        (now(step("create", "c"), vars={"A": Unknown()}), now(step("create", "c"), vars={"A": "1"}), True),
        (now(step("create", "c"), pipeline=Unknown()), now(), False),
        (coupled("update", pipeline=KNOWN_LATER), now(), True),
        (coupled("update", pipeline=KNOWN_LATER, stage="x"), coupled("update", pipeline="1", stage="x"), True),
        (coupled("update", pipeline=KNOWN_LATER, stage="x"), coupled("update", stage="x"), True),
        (coupled("update", pipeline=KNOWN_LATER, stage="x"), coupled("update", stage="y"), False),
        (coupled("update", pipeline=KNOWN_LATER, stage="x"), now(), False),
        (coupled("replace", pipeline=KNOWN_LATER), now(), False),
        (coupled("update", pipeline=KNOWN_LATER), coupled("replace", pipeline="1"), False),
        (coupled("update", pipeline=KNOWN_LATER), coupled("update", pipeline="1", more="1"), False),
        (now(), coupled("update", stage="x"), False),
    ],
)
def test_what_an_earlier_stack_makes_known_may_be_known(approved: Now, found: Now, fine: bool) -> None:
    """After an earlier stack of the same approval was brought up, and only then."""
    approved, found = (replace(one, live=Estate("live")) for one in (approved, found))
    approval = saved(approved).stacks["staging"]

    with pytest.raises(PlanChanged):
        check_approved(approval, found, FINGERPRINTS)
    if fine:
        check_approved(approval, found, FINGERPRINTS, later=True)
        return
    with pytest.raises(PlanChanged):
        check_approved(approval, found, FINGERPRINTS, later=True)


@pytest.mark.parametrize(
    ("operation", "place", "fine"),
    [("delete", 0, False), ("replace", 0, False), ("update", 0, True), ("create", 0, True), ("delete", 1, True)],
)
def test_no_stack_takes_away_what_a_later_one_is_in(operation: Operation, place: int, fine: bool) -> None:
    """Its plan would be another one half-way; at the end nobody is left to mind."""
    pipeline = "urn:pulumi:staging::orders::heroku:pipeline/pipeline:Pipeline::shop"
    stacks = {"staging": now(), "production": now()}
    stacks[list(stacks)[place]] = now(Step(operation, pipeline))
    if fine:
        assert save("orders", stacks, FINGERPRINTS, refreshed=True)
        return
    with pytest.raises(NotApproved, match='the pipeline "shop" goes') as told:
        save("orders", stacks, FINGERPRINTS, refreshed=True)
    assert told.value.todo == "Approve one stack after the other."


def test_a_cut_report_cannot_be_approved() -> None:
    """It is saved, says so, and is refused."""
    text = text_of(now(step(A="1")), cut=3)

    with pytest.raises(NotApproved, match="cut by 3 rows: nobody saw the whole plan"):
        read_saved(text, FINGERPRINTS, "orders", now=MADE)


def test_a_value_that_nobody_could_read_whole_is_named() -> None:
    """In the refusal, a few of many."""
    text = text_of(now(step(A="1")), cut=1, values=[f"vars.LONG_{number} of web-config" for number in range(20)])

    with pytest.raises(
        NotApproved, match=r"by one row, for .* whole: vars.LONG_0 of web-config; .*; and 12 more: nobo"
    ):
        read_saved(text, FINGERPRINTS, "orders", now=MADE)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"commit": "abc"', '"commit": "abd"'),
        ('"cut": 0', '"cut": 1'),
        ('"refreshed": true', '"refreshed": false'),
        ('"operation": "update"', '"operation": "delete"'),
        ('"state": "s1"', '"state": "s2"'),
        ('"project": "orders"', '"project": "others"'),
        ("2026-11-24", "2026-11-23"),
    ],
)
def test_a_file_that_was_changed_is_refused(old: str, new: str) -> None:
    """Any word of it."""
    text = text_of(now(step(A="1")))
    assert old in text

    with pytest.raises(NotApproved, match="was changed after it was made"):
        read_saved(text.replace(old, new), FINGERPRINTS, "orders", now=MADE)


def test_every_part_is_sealed() -> None:
    """Parts taken away or added, one by one."""
    document = json.loads(text_of(now(step(A="1"))))
    for key in {*document} - {"kind", "version", "key"}:
        less = {name: value for name, value in document.items() if name != key}
        with pytest.raises(NotApproved):
            read_saved(json.dumps(less), FINGERPRINTS, "orders", now=MADE)
    with pytest.raises(NotApproved, match="was changed"):
        read_saved(json.dumps({**document, "more": 1}), FINGERPRINTS, "orders", now=MADE)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "no approval"),
        ("[]", "no approval"),
        ("{}", "no approval"),
        ("[" * 100_000, "no approval"),
        ('{"kind": "twelvefold-approval", "version": 3}', "version 3"),
        ('{"kind": "twelvefold-approval", "version": 2}', "another passphrase"),
    ],
)
def test_what_is_no_approval(text: str, told: str) -> None:
    """Said without a traceback."""
    with pytest.raises(NotApproved, match=told):
        read_saved(text, FINGERPRINTS, "orders", now=MADE)


def test_another_passphrase_or_project_is_refused() -> None:
    """And said as such."""
    text = text_of(now(step(A="1")))

    with pytest.raises(NotApproved, match="another passphrase"):
        read_saved(text, Fingerprints(b"other"), "orders", now=MADE)
    with pytest.raises(NotApproved, match='for the project "orders"'):
        read_saved(text, FINGERPRINTS, "others", now=MADE)


@pytest.mark.parametrize(("age", "fine"), [(LONGEST, True), (LONGEST + timedelta(seconds=1), False)])
def test_an_approval_grows_old(age: timedelta, fine: bool) -> None:
    """After seven days; one from the future is no better."""
    text = text_of(now(step(A="1")))
    if fine:
        assert read_saved(text, FINGERPRINTS, "orders", now=MADE + age)
        return
    with pytest.raises(NotApproved, match="out of date"):
        read_saved(text, FINGERPRINTS, "orders", now=MADE + age)
    with pytest.raises(NotApproved, match="out of date"):
        read_saved(text, FINGERPRINTS, "orders", now=MADE - timedelta(days=1))


def test_a_rotated_secret_is_another_plan() -> None:
    """Both previews show ``***``; the fingerprints differ."""
    one, other = (
        now(Step("update", urn("c"), (PropertyChange("s.K", "update", MASK, MASK, fingerprints=("a", after)),)))
        for after in ("b", "c")
    )

    assert refusal(one, other).startswith("PlanChanged")


def test_the_token_of_a_vendor_may_be_another_one() -> None:
    """In CI every job has its own; the rest of a provider that is made counts."""
    provider = "urn:pulumi:staging::orders::pulumi:providers:github::github"

    def stack(token: str, owner: str) -> Now:
        resource = {provider: Resource(provider, inputs={"token": Hidden(token), "owner": owner})}
        return Now(Preview(Plan("staging", "preview", (Step("create", provider),)), resource, resource), "s1")

    check_approved(saved(stack("a", "acme")).stacks["staging"], stack("b", "acme"), FINGERPRINTS)
    assert "owner" in refusal(stack("a", "acme"), stack("a", "other"))


def test_values_known_later_stay_the_same() -> None:
    """A create whose inputs wait for another resource."""
    stack = now(step("create", "x"), appId=Unknown("known later"))

    check_approved(saved(stack).stacks["staging"], stack, FINGERPRINTS)


def test_many_differences_are_counted() -> None:
    """The message stays short."""
    text = refusal(now(live=live()), now(live=live((), **{f"KEY_{number}": "x" for number in range(20)})))

    assert "and 12 more" in text


def test_the_errors_are_of_one_kind() -> None:
    """One class to catch."""
    assert all(issubclass(one, NotApproved) for one in (PlanChanged, StateMoved, LiveMoved))
