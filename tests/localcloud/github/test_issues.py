"""Issues, labels and comments of the stand-in, each exchange as GitHub describes it."""

from __future__ import annotations

import httpx
import pytest

from infra.localcloud import github
from tests.localcloud.github.hub import REPO, Hub
from tests.localcloud.github.test_pages import relations

ISSUES = f"{REPO}/issues"
BOTS = {
    "users": [
        {
            "login": "writer[bot]",
            "type": "Bot",
            "token": "token-writer",
            "permissions": ["issues:write", "pull_requests:write"],
        },
        {"login": "reader[bot]", "type": "Bot", "token": "token-reader", "permissions": ["contents:read"]},
    ]
}


async def test_an_issue_from_beginning_to_end(deployer: httpx.AsyncClient, hub: Hub) -> None:
    """Made with labels that GitHub makes with it, changed, closed with a reason, reopened."""
    wish = {"title": "Drift", "body": "Much", "labels": ["drift", {"name": "environment:x"}]}
    made = await deployer.post(ISSUES, json=wish)
    assert made.status_code == 201
    assert [label["name"] for label in made.json()["labels"]] == ["drift", "environment:x"]
    address = f"{ISSUES}/{made.json()['number']}"
    closed = await deployer.patch(address, json={"state": "closed", "state_reason": "not_planned"})
    assert (closed.json()["state"], closed.json()["state_reason"]) == ("closed", "not_planned")
    assert closed.json()["closed_by"]["login"] == "deployer"
    reopened = await deployer.patch(address, json={"state": "open", "title": "Other", "body": None})
    assert (reopened.json()["state_reason"], reopened.json()["closed_at"]) == ("reopened", None)
    assert (await deployer.get(address)).json()["title"] == "Other"
    assert (await deployer.patch(address, json={"state": "odd"})).status_code == 422


async def test_issues_are_listed_by_state_labels_and_creator(deployer: httpx.AsyncClient, hub: Hub) -> None:
    """All that is asked for must fit; labels in any case."""
    async with hub.client("pat") as pat:
        await pat.post(ISSUES, json={"title": "one", "labels": ["drift", "a"]})
    await deployer.post(ISSUES, json={"title": "two", "labels": ["drift"]})
    await deployer.patch(f"{ISSUES}/2", json={"state": "closed"})

    async def titles(**query: str) -> list[str]:
        return [one["title"] for one in (await deployer.get(ISSUES, params=query)).json()]

    assert await titles() == ["one"]
    assert await titles(state="all") == ["two", "one"]
    assert await titles(state="all", direction="asc") == ["one", "two"]
    assert await titles(state="all", labels="DRIFT,a") == ["one"]
    assert await titles(state="all", labels="none") == []
    assert await titles(state="all", creator="deployer") == ["two"]


async def test_a_reader_may_write_but_not_label(hub: Hub) -> None:
    """Labels of who may not set them are dropped; other people's issues stay as they are."""
    async with hub.client("mel") as mel, hub.client("pat") as pat:
        made = await mel.post(ISSUES, json={"title": "mine", "labels": ["drift"]})
        assert (made.status_code, made.json()["labels"]) == (201, [])
        assert (await mel.patch(f"{ISSUES}/1", json={"title": "still mine"})).status_code == 200
        await pat.post(ISSUES, json={"title": "theirs"})
        assert (await mel.patch(f"{ISSUES}/2", json={"title": "mine too"})).status_code == 403


async def test_issues_can_be_switched_off(deployer: httpx.AsyncClient) -> None:
    """410."""
    await deployer.patch(REPO, json={"has_issues": False})
    assert (await deployer.post(ISSUES, json={"title": "x"})).status_code == 410


async def test_an_issue_needs_a_title_and_room(deployer: httpx.AsyncClient) -> None:
    """422, as GitHub puts it."""
    assert (await deployer.post(ISSUES, json={"body": "x"})).json()["errors"][0]["code"] == "missing_field"
    long = await deployer.post(ISSUES, json={"title": "x", "body": "x" * 65_537})
    assert long.json()["errors"][0]["message"] == "body is too long (maximum is 65536 characters)"


async def test_comments_are_paged_oldest_first(deployer: httpx.AsyncClient) -> None:
    """With Link headers."""
    await deployer.post(ISSUES, json={"title": "x"})
    for number in range(5):
        await deployer.post(f"{ISSUES}/1/comments", json={"body": f"comment {number}"})
    answer = await deployer.get(f"{ISSUES}/1/comments", params={"per_page": 2, "page": 2})
    assert [one["body"] for one in answer.json()] == ["comment 2", "comment 3"]
    assert set(relations(answer.headers["Link"])) == {"prev", "first", "next", "last"}
    assert (await deployer.get(f"{ISSUES}/1")).json()["comments"] == 5


async def test_a_comment_is_bounded_in_githubs_words(deployer: httpx.AsyncClient) -> None:
    """65,536 characters, not bytes; the refusal is the one that clients look for."""
    await deployer.post(ISSUES, json={"title": "x"})
    address = f"{ISSUES}/1/comments"
    assert (await deployer.post(address, json={"body": "é" * 65_536})).status_code == 201
    refused = await deployer.post(address, json={"body": "x" * 65_537})
    assert refused.status_code == 422
    assert refused.json()["errors"] == [
        {
            "resource": "IssueComment",
            "code": "unprocessable",
            "field": "data",
            "message": "Body is too long (maximum is 65536 characters)",
        }
    ]
    assert (await deployer.post(address, json={"body": " "})).status_code == 422


async def test_a_comment_is_changed_and_deleted_by_its_author_or_a_writer(
    deployer: httpx.AsyncClient, hub: Hub
) -> None:
    """And by nobody else; its time of change grows."""
    await deployer.post(ISSUES, json={"title": "x"})
    async with hub.client("mel") as mel:
        own = (await mel.post(f"{ISSUES}/1/comments", json={"body": "mine"})).json()
        other = (await deployer.post(f"{ISSUES}/1/comments", json={"body": "theirs"})).json()
        assert own["author_association"] == "MEMBER"
        changed = await mel.patch(f"{ISSUES}/comments/{own['id']}", json={"body": "better"})
        assert changed.json()["updated_at"] > own["updated_at"]
        assert (await mel.patch(f"{ISSUES}/comments/{other['id']}", json={"body": "x"})).status_code == 403
        assert (await mel.delete(f"{ISSUES}/comments/{other['id']}")).status_code == 403
    assert (await deployer.delete(f"{ISSUES}/comments/{own['id']}")).status_code == 204
    assert (await deployer.get(f"{ISSUES}/comments/{own['id']}")).status_code == 404


async def test_a_locked_conversation_is_closed_to_who_may_not_write(deployer: httpx.AsyncClient, hub: Hub) -> None:
    """Until it is unlocked."""
    await deployer.post(ISSUES, json={"title": "x"})
    assert (await deployer.put(f"{ISSUES}/1/lock", json={"lock_reason": "resolved"})).status_code == 204
    async with hub.client("mel") as mel:
        refused = await mel.post(f"{ISSUES}/1/comments", json={"body": "x"})
        assert (refused.status_code, refused.json()["message"]) == (
            403,
            "Unable to create comment because issue is locked.",
        )
        assert (await mel.delete(f"{ISSUES}/1/lock")).status_code == 403
        assert (await deployer.post(f"{ISSUES}/1/comments", json={"body": "x"})).status_code == 201
        assert (await deployer.delete(f"{ISSUES}/1/lock")).status_code == 204
        assert (await mel.post(f"{ISSUES}/1/comments", json={"body": "x"})).status_code == 201


async def test_an_app_may_what_its_permissions_say(deployer: httpx.AsyncClient, hub: Hub) -> None:
    """The refusal names the permissions in a header, and there is no user behind the token."""
    github.seed(hub.store, BOTS, hub.clock.now)
    await deployer.post(ISSUES, json={"title": "x"})
    async with hub.client("writer") as writer, hub.client("reader") as reader:
        comment = await writer.post(f"{ISSUES}/1/comments", json={"body": "x"})
        assert (comment.json()["user"]["login"], comment.json()["user"]["type"]) == ("writer[bot]", "Bot")
        refused = await reader.post(f"{ISSUES}/1/comments", json={"body": "x"})
        assert (refused.status_code, refused.json()["message"]) == (403, "Resource not accessible by integration")
        assert refused.headers["X-Accepted-GitHub-Permissions"] == "issues=write; pull_requests=write"
        assert (await writer.get("/user")).status_code == 403
        assert (await writer.get(f"{REPO}/actions/secrets")).status_code == 403


async def test_nobody_writes_in_an_archive(deployer: httpx.AsyncClient) -> None:
    """403."""
    await deployer.post(ISSUES, json={"title": "x"})
    await deployer.patch(REPO, json={"archived": True})
    assert "archived" in (await deployer.post(f"{ISSUES}/1/comments", json={"body": "x"})).json()["message"]


@pytest.mark.parametrize(
    ("wish", "status"),
    [
        ({"name": "drift", "color": "d93f0b", "description": "x"}, 201),
        ({"name": "Known"}, 422),
        ({"name": "x" * 51}, 422),
        ({"name": "x", "color": "red"}, 422),
    ],
)
async def test_labels(deployer: httpx.AsyncClient, wish: dict[str, str], status: int) -> None:
    """Names are known in any case and have at most 50 characters."""
    await deployer.post(f"{REPO}/labels", json={"name": "known"})
    assert (await deployer.post(f"{REPO}/labels", json=wish)).status_code == status
    if status == 201:
        assert (await deployer.get(f"{REPO}/labels/DRIFT")).json()["color"] == "d93f0b"
        assert len((await deployer.get(f"{REPO}/labels")).json()) == 2
    assert (await deployer.get(f"{REPO}/labels/none")).status_code == 404


async def test_labels_of_an_issue_must_be_names(deployer: httpx.AsyncClient) -> None:
    """Anything else is refused."""
    wrong: tuple[object, ...] = ("drift", [1], [{}])
    for labels in wrong:
        assert (await deployer.post(ISSUES, json={"title": "x", "labels": labels})).status_code == 422


async def test_what_was_said_goes_with_the_repository(deployer: httpx.AsyncClient, hub: Hub) -> None:
    """No comment or label stays behind."""
    await deployer.post(ISSUES, json={"title": "x", "labels": ["a"]})
    await deployer.post(f"{ISSUES}/1/comments", json={"body": "x"})
    assert (await deployer.delete(REPO)).status_code == 204
    assert not {"github.issue", "github.issue_comment", "github.label"} & set(hub.store.kinds())
