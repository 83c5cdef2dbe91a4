"""One GitHub issue per environment: opened, rewritten, reopened, closed; what people wrote stays."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from infra.errors import NotFound
from infra.workflows.issue import KEPT_BELOW, DriftState, KeptIssue, environment_label, keep_issue
from infra.workflows.marking import data_of
from tests.workflows.forge import REPOSITORY, Forge, Text, meeting, new_forge

ISSUES = f"/repos/{REPOSITORY}/issues"


@pytest.fixture
async def forge() -> AsyncIterator[Forge]:
    """GitHub."""
    found = await new_forge()
    yield found
    await found.aclose()


async def keep(
    forge: Forge,
    *identities: str,
    login: str = "deployer",
    complete: bool = True,
    environment: str = "production",
) -> KeptIssue:
    """One night's audit."""
    state = DriftState(
        project="banking",
        environment=environment,
        identities=identities,
        complete=complete,
        made_at=datetime(2026, 11, 24, tzinfo=UTC),
    )
    text = "\n".join(identities) or "nothing"
    return await keep_issue(forge.github(login), REPOSITORY, state, lambda room: Text(text[:room]))


async def issues(forge: Forge) -> list[dict[str, Any]]:
    """Every issue that is no pull request, oldest first."""
    found = await forge.github().list(f"{ISSUES}?state=all&direction=asc")
    return [one for one in found if "pull_request" not in one]


async def said(forge: Forge, number: int) -> list[str]:
    """The comments on an issue."""
    return [one["body"] for one in await forge.github().list(f"{ISSUES}/{number}/comments")]


async def test_its_whole_life(forge: Forge) -> None:
    """Nothing while clean, opened, left alone, updated with a comment, closed, reopened."""
    assert await keep(forge) == KeptIssue("none")
    opened = await keep(forge, "a", "b")
    assert opened.action == "opened"
    assert (await keep(forge, "b", "a")).action == "updated"
    assert await said(forge, opened.number) == []
    assert (await keep(forge, "b", "c")).action == "updated"
    assert await said(forge, opened.number) == ["The findings changed: 1 new, 1 gone, 1 as before."]
    assert (await keep(forge)).action == "closed"
    assert (await keep(forge)).action == "unchanged"
    assert (await keep(forge, "d")).action == "reopened"
    [issue] = await issues(forge)
    assert (issue["number"], issue["state"], issue["title"]) == (opened.number, "open", "Drift in production (banking)")
    assert [label["name"] for label in issue["labels"]] == ["drift", "environment:production"]
    assert (await said(forge, opened.number))[-1] == "It drifted again: 1 finding."


async def test_the_same_findings_change_nothing(forge: Forge) -> None:
    """Not even the issue's time."""
    await keep(forge, "a")
    [before] = await issues(forge)
    forge.clock.pass_seconds(86_400)
    assert (await keep(forge, "a")).action == "unchanged"
    assert await issues(forge) == [before]


async def test_each_environment_has_one(forge: Forge) -> None:
    """And each is closed by itself."""
    await keep(forge, "a")
    await keep(forge, "a", environment="staging")
    await keep(forge, environment="staging")
    assert [one["state"] for one in await issues(forge)] == ["open", "closed"]


async def test_what_a_person_wrote_below_the_line_stays(forge: Forge) -> None:
    """Through every change; what was written above it goes."""
    number = (await keep(forge, "a")).number
    [issue] = await issues(forge)
    note = "Pat looks into it.\n\n- [ ] ask the bank"
    edited = issue["body"].replace("\n", "\r\n").replace("a\r\n", "mine\r\n") + note
    await forge.github("pat").patch(f"{ISSUES}/{number}", {"body": edited})
    for identities in (("a", "b"), (), ("c",)):
        await keep(forge, *identities)
        [issue] = await issues(forge)
        assert issue["body"].partition(KEPT_BELOW)[2].strip() == note
        assert "mine" not in issue["body"]


async def test_it_is_found_by_its_mark_and_labels_not_by_its_title(forge: Forge) -> None:
    """A person may call it otherwise; another issue with that title is not ours."""
    number = (await keep(forge, "a")).number
    await forge.github("pat").patch(f"{ISSUES}/{number}", {"title": "The bank's webhook"})
    labels = ["drift", "environment:production"]
    await forge.github("pat").post(ISSUES, {"title": "Drift in production (banking)", "labels": labels})
    copied = {"title": "Copied", "labels": labels, "body": (await issues(forge))[0]["body"]}
    await forge.github("pat").post(ISSUES, copied)
    assert (await keep(forge, "b")).number == number
    assert (await issues(forge))[0]["title"] == "The bank's webhook"


async def test_an_audit_that_could_not_read_everything_closes_nothing(forge: Forge) -> None:
    """Nothing found is not clean then."""
    await keep(forge, "a")
    assert (await keep(forge, complete=False)).action == "updated"
    assert (await issues(forge))[0]["state"] == "open"
    assert (await keep(forge)).action == "closed"


async def test_not_planned_is_respected_until_something_changes(forge: Forge) -> None:
    """Who closes it so has seen it; the same findings do not reopen it, others do."""
    number = (await keep(forge, "a")).number
    await forge.github("pat").patch(f"{ISSUES}/{number}", {"state": "closed", "state_reason": "not_planned"})
    assert (await keep(forge, "a")).action == "left closed"
    assert (await keep(forge, "a", "b")).action == "reopened"
    await forge.github("pat").patch(f"{ISSUES}/{number}", {"state": "closed"})
    assert (await keep(forge, "a", "b")).action == "reopened"


async def test_two_at_once_do_not_make_two(forge: Forge) -> None:
    """The older issue stays open; the other is closed as its duplicate and never found again."""
    forge.slow = meeting(2, lambda request: request.method == "POST" and request.url.path.endswith("/issues"))
    await asyncio.gather(keep(forge, "a"), keep(forge, "a"))
    forge.slow = None
    first, second = await issues(forge)
    assert (first["state"], second["state"], second["state_reason"]) == ("open", "closed", "duplicate")
    assert str(first["number"]) in second["body"]
    assert (await keep(forge, "b")).number == first["number"]


async def test_a_lost_answer_makes_no_second_one(forge: Forge) -> None:
    """What was opened before the connection broke is found again."""
    await forge.control("/faults", {"kind": "drop_after", "method": "POST", "path": "/issues$", "count": 1})
    assert (await keep(forge, "a")).action == "opened"
    assert len(await issues(forge)) == 1


async def test_an_apps_token_keeps_its_own(forge: Forge) -> None:
    """As in a workflow."""
    number = (await keep(forge, "a", login="bot")).number
    assert (await keep(forge, "b", login="bot")).number == number


async def test_many_findings_stay_within_the_limit(forge: Forge) -> None:
    """Their identities are remembered only as far as there is room."""
    number = (await keep(forge, *(f"finding {index}" for index in range(5_000)))).number
    [issue] = await issues(forge)
    assert len(issue["body"]) <= 65_536
    assert data_of(issue["body"])["known"] == []
    await keep(forge, "a")
    assert await said(forge, number) == ["The findings changed: there is 1 finding now."]


async def test_a_long_note_takes_the_reports_room(forge: Forge) -> None:
    """What a person wrote is never cut."""
    number = (await keep(forge, "a")).number
    [issue] = await issues(forge)
    note = "x" * 60_000
    await forge.github("pat").patch(f"{ISSUES}/{number}", {"body": issue["body"] + note})
    await keep(forge, "b")
    [issue] = await issues(forge)
    assert issue["body"].rstrip().endswith(note)
    assert "artifact" in issue["body"]


async def test_switched_off_issues_say_what_to_do(forge: Forge) -> None:
    """410."""
    await forge.github().patch(f"/repos/{REPOSITORY}", {"has_issues": False})
    with pytest.raises(NotFound) as caught:
        await keep(forge, "a")
    assert "Switch issues on" in caught.value.todo


def test_labels_are_never_too_long() -> None:
    """Nor parted by a comma, nor equal for two long names."""
    first, second = environment_label("a" * 60), environment_label("a" * 61)
    assert first != second
    assert max(len(first), len(second)) <= 50
    assert "," not in environment_label("a,b")
