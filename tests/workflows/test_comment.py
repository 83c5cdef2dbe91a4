"""One comment per pull request and project: found again, brought up to date, never a second one."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from infra.apis.rest import AnswerLost
from infra.errors import ApiError, NotFound, Unauthorized
from infra.workflows.comment import keep_comment, write_summary
from infra.workflows.conversation import Comment, GitHubConversation, GitLabConversation
from infra.workflows.marking import data_of, is_marked, mark
from tests.workflows.forge import REPOSITORY, Forge, Text, meeting, new_forge, posting, saying

MARKER = mark("banking", "preview")


@pytest.fixture
async def forge() -> AsyncIterator[Forge]:
    """Both forges."""
    found = await new_forge()
    yield found
    await found.aclose()


async def ours(forge: Forge) -> list[Comment]:
    """The marked comments of the pull request."""
    return [one for one in await forge.pull().comments() if is_marked(one.body, MARKER)]


async def test_it_is_made_once_and_then_kept(forge: Forge) -> None:
    """Created, updated when something changes, also to nothing and to a failure, and left alone when it is the same."""
    texts = ["2 changes", "2 changes", "nothing changes any more", "the preview failed"]
    done = [(await keep_comment(forge.pull(), posting(), saying(text))).action for text in texts]
    assert done == ["created", "unchanged", "updated", "updated"]
    [comment] = await ours(forge)
    assert comment.body.startswith(f"{MARKER}\n")
    assert comment.body.endswith("the preview failed")


async def test_what_it_was_made_of_is_hidden_in_it(forge: Forge) -> None:
    """The plan's digest, the commit, the run, and that rows were cut."""
    wish = posting(7, digest="abc", commit="f00")
    kept = await keep_comment(forge.pull(), wish, saying("rows", cut=3))
    [comment] = await ours(forge)
    data = data_of(comment.body)
    assert kept.cut == 3
    assert (data["digest"], data["commit"], data["run"], data["cut"]) == ("abc", "f00", 7, 3)
    assert data["truncated"] is True


async def test_it_is_found_among_hundreds(forge: Forge) -> None:
    """On the fourth page as well as on the first."""
    conversation = forge.pull("pat")
    for number in range(150):
        await conversation.create(f"Comment {number}")
    await keep_comment(forge.pull(), posting(), saying("first"))
    for number in range(150):
        await conversation.create(f"Comment {number}")
    assert (await keep_comment(forge.pull(), posting(), saying("second"))).action == "updated"
    assert len(await ours(forge)) == 1
    assert len(await conversation.comments()) == 301


async def test_projects_and_purposes_have_comments_of_their_own(forge: Forge) -> None:
    """A second project in the same repository, and another kind of report."""
    for wish in (posting(), posting(project="billing"), replace(posting(), kind="apply")):
        assert (await keep_comment(forge.pull(), wish, saying("text"))).action == "created"
    assert len(await forge.pull().comments()) == 3


async def test_somebody_elses_comment_is_never_edited(forge: Forge) -> None:
    """Not one that copies the mark, and not one of ours in which the mark is only quoted."""
    copied = await forge.pull("pat").create(f"{MARKER}\nI am the report.")
    quoted = await forge.pull().create(f"> {MARKER}\n\nWhat does this line mean?")
    assert (await keep_comment(forge.pull(), posting(), saying("text"))).action == "created"
    bodies = {one.id: one.body for one in await forge.pull().comments()}
    assert bodies[copied.id] == copied.body
    assert bodies[quoted.id] == quoted.body


async def test_an_apps_token_finds_its_own(forge: Forge) -> None:
    """It cannot ask who it is; people's comments are not its own, whatever they begin with."""
    await forge.pull("pat").create(f"{MARKER}\nI am the report.")
    assert (await keep_comment(forge.pull("bot"), posting(), saying("one"))).action == "created"
    assert (await keep_comment(forge.pull("bot"), posting(), saying("two"))).action == "updated"
    authors = [one.author for one in await ours(forge)]
    assert authors == ["pat", "github-actions[bot]"]


async def test_two_at_once_do_not_make_two(forge: Forge) -> None:
    """Both look, both find nothing, both create: one stays, the older, with the text of one of them."""
    forge.slow = meeting(2, lambda request: request.method == "POST")
    done = await asyncio.gather(
        *(keep_comment(forge.pull(), posting(), saying(text)) for text in ("this one", "that one"))
    )
    forge.slow = None
    [comment] = await ours(forge)
    assert comment.body.splitlines()[-1] in ("this one", "that one")
    assert "created" in {kept.action for kept in done}
    assert {kept.url for kept in done} >= {comment.url}


async def test_what_a_race_left_behind_is_cleared(forge: Forge) -> None:
    """Should two have come to stay, the next run keeps the older one and takes the other away."""
    first = await forge.pull().create(f"{MARKER}\nold")
    await forge.pull().create(f"{MARKER}\nold too")
    assert (await keep_comment(forge.pull(), posting(), saying("new"))).action == "updated"
    assert [one.id for one in await ours(forge)] == [first.id]


@pytest.mark.parametrize(("kind", "count"), [("drop_after", 1), ("drop_before", 0)])
async def test_a_lost_answer_makes_no_second_one(forge: Forge, kind: str, count: int) -> None:
    """What was written before the connection broke is found again; if nothing was, the next run writes it."""
    await forge.control("/faults", {"kind": kind, "method": "POST", "path": "/comments$", "count": 1})
    if count:
        await keep_comment(forge.pull(), posting(), saying("text"))
    else:
        with pytest.raises(AnswerLost):
            await keep_comment(forge.pull(), posting(), saying("text"))
    assert len(await ours(forge)) == count
    assert (await keep_comment(forge.pull(), posting(), saying("text"))).action == ("unchanged" if count else "created")


async def test_an_older_run_does_not_write_over_a_newer_one(forge: Forge) -> None:
    """A slow preview of an earlier commit comes too late."""
    await keep_comment(forge.pull(), posting(run=12), saying("of run 12"))
    assert (await keep_comment(forge.pull(), posting(run=11), saying("of run 11"))).action == "newer"
    [comment] = await ours(forge)
    assert comment.body.endswith("of run 12")
    assert (await keep_comment(forge.pull(), posting(run=13), saying("of run 13"))).action == "updated"


async def test_it_is_never_longer_than_github_allows(forge: Forge) -> None:
    """The renderer is asked for what fits, again if it gave more, and in the end the comment only says so."""
    asked: list[int] = []

    def render(room: int) -> Text:
        asked.append(room)
        return Text("é" * room, cut=1)

    await keep_comment(forge.pull(), posting(), render)
    assert asked[0] == 60_000
    await keep_comment(forge.pull(), posting(), lambda room: Text("x" * 70_000 if room > 20_000 else "short"))
    assert (await ours(forge))[0].body.endswith("short")
    await keep_comment(forge.pull(), posting(), saying("x" * 70_000))
    [comment] = await ours(forge)
    assert "too long" in comment.body
    assert data_of(comment.body)["truncated"] is True


async def test_a_refusal_for_length_makes_it_shorter(forge: Forge) -> None:
    """GitHub counts characters; should it ever count otherwise, a shorter text is sent."""

    class Narrow(GitHubConversation):
        limit = 200_000
        room = 190_000

    conversation = Narrow(forge.github(), REPOSITORY, 1)
    kept = await keep_comment(conversation, posting(), lambda room: Text("x" * room, cut=room))
    assert kept.action == "created"
    assert len((await ours(forge))[0].body) < 65_536


async def test_a_locked_conversation_says_what_to_do(forge: Forge) -> None:
    """Who may write may still write; who may not is told."""
    await forge.github().put(f"/repos/{REPOSITORY}/issues/1/lock")
    with pytest.raises(Unauthorized) as caught:
        await keep_comment(forge.pull("bot"), posting(), saying("text"))
    assert "locked" in caught.value.what
    assert "Unlock the conversation" in caught.value.todo
    assert (await keep_comment(forge.pull(), posting(), saying("text"))).action == "created"


async def test_a_token_that_may_not_write_says_which_permission_is_lacking(forge: Forge) -> None:
    """As the one that a fork's pull request gets."""
    with pytest.raises(Unauthorized) as caught:
        await keep_comment(forge.pull("fork"), posting(), saying("text"))
    assert "workflow_run" in caught.value.todo
    assert caught.value.status == 403


async def test_a_pull_request_that_is_not_there_is_said(forge: Forge) -> None:
    """With what to check."""
    conversation = GitHubConversation(forge.github(), REPOSITORY, 99)
    with pytest.raises(NotFound) as caught:
        await keep_comment(conversation, posting(), saying("text"))
    assert "the number" in caught.value.todo


async def test_a_bad_token_is_an_error_at_once(forge: Forge) -> None:
    """401 is no app's token."""
    with pytest.raises(Unauthorized) as caught:
        await keep_comment(forge.pull("nobody"), posting(), saying("text"))
    assert "GITHUB_TOKEN" in caught.value.todo


async def test_data_cannot_break_out_of_its_comment(forge: Forge) -> None:
    """A hostile digest or commit stays data, and a project's name stays a name."""
    wish = posting(project="a-->b:c", commit="--> <b>hello</b>", digest="<!-- x")
    await keep_comment(forge.pull(), wish, saying("text"))
    [comment] = await forge.pull().comments()
    lines = comment.body.splitlines()
    assert [line.count("-->") for line in lines[:2]] == [1, 1]
    assert data_of(comment.body)["commit"] == wish.commit
    assert (await keep_comment(forge.pull(), wish, saying("text"))).action == "unchanged"


# ---------------------------------------------------------------------------------------------- GitLab


async def test_a_merge_request_has_one_note(forge: Forge) -> None:
    """Made, kept, found among many, and other people's copies left alone."""
    other = GitLabConversation(forge.gitlab("pat"), "practicalli/banking", 1)
    for number in range(120):
        await other.create(f"Note {number}")
    copied = await other.create(f"{MARKER}\nI am the report.")
    texts = ("one", "one", "two")
    actions = [(await keep_comment(forge.merge_request("bot"), posting(), saying(text))).action for text in texts]
    assert actions == ["created", "unchanged", "updated"]
    marked = [one for one in await other.comments() if is_marked(one.body, MARKER)]
    assert [one.body.splitlines()[-1] for one in marked] == ["I am the report.", "two"]
    assert marked[0].id == copied.id


async def test_a_note_may_be_long_but_not_endless(forge: Forge) -> None:
    """A million characters."""
    await keep_comment(forge.merge_request(), posting(), lambda room: Text("x" * room))
    [note] = await forge.merge_request().comments()
    assert 990_000 < len(note.body) <= 1_000_000


async def test_two_notes_at_once_become_one(forge: Forge) -> None:
    """As on GitHub."""
    forge.slow = meeting(2, lambda request: request.method == "POST")
    await asyncio.gather(*(keep_comment(forge.merge_request(), posting(), saying(text)) for text in "ab"))
    forge.slow = None
    assert len(await forge.merge_request().comments()) == 1


@pytest.mark.parametrize(("username", "job", "told"), [("deployer", True, "CI_JOB_TOKEN"), ("reader", False, "api")])
async def test_gitlab_tokens_that_may_not_write(forge: Forge, username: str, job: bool, told: str) -> None:
    """A job's own token, and one that may only read."""
    conversation = GitLabConversation(forge.gitlab(username, job=job), "practicalli/banking", 1)
    with pytest.raises(ApiError) as caught:
        await keep_comment(conversation, posting(), saying("text"))
    assert told in caught.value.todo


# ---------------------------------------------------------------------------------------------- step summary


def test_the_step_summary_is_added_to(tmp_path: Path) -> None:
    """What other steps wrote stays."""
    file = tmp_path / "summary.md"
    file.write_text("before\n")
    assert write_summary({"GITHUB_STEP_SUMMARY": str(file)}, saying("report"))
    assert file.read_text() == "before\nreport\n"


def test_the_step_summary_stays_within_its_limit(tmp_path: Path) -> None:
    """Beyond it GitHub would drop the whole: the renderer gets the room that is left, or nothing is written."""
    file = tmp_path / "summary.md"
    file.write_text("x" * 600_000)
    environ = {"GITHUB_STEP_SUMMARY": str(file)}
    assert write_summary(environ, lambda room: Text("y" * room))
    assert file.stat().st_size <= 1_048_576
    assert not write_summary(environ, lambda room: Text("z" * room))
    assert not write_summary(environ, saying("z" * 500_000))


def test_without_a_summary_nothing_is_written() -> None:
    """Outside of GitHub's Actions."""
    assert not write_summary({}, saying("report"))


def test_odd_data_is_no_data() -> None:
    """Whatever somebody makes of the hidden line."""
    for text in ("", "<!-- twelvefold-data: {broken} -->", "<!-- twelvefold-data: [1] -->"):
        assert data_of(text) == {}
    hidden: dict[str, Any] = {"a": 1}
    assert data_of(f"<!-- twelvefold-data: {json.dumps(hidden)} -->") == hidden
