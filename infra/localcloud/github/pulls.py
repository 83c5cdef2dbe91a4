"""Pull requests, also from forks, and the commits that they are looked up by."""

from __future__ import annotations

from typing import Any

from infra.localcloud.exchange import Answer, Call, Route
from infra.localcloud.github.access import REPOSITORY, repository_for, repository_named
from infra.localcloud.github.belongings import keep
from infra.localcloud.github.branches import COMMIT, REF
from infra.localcloud.github.conversations import (
    COMMENT,
    ISSUE,
    association,
    check_may_write,
    checked_text,
    issue_for,
    may_triage,
    new_issue,
    save_issue,
)
from infra.localcloud.github.fields import body_of, flag, one_of, optional_text, text, texts
from infra.localcloud.github.issues import author_shape, change_state
from infra.localcloud.github.labels import labels_named
from infra.localcloud.github.links import api_url, later_stamp, node_id, sha1_of, site_url, stamp
from infra.localcloud.github.pages import page_of
from infra.localcloud.github.refusals import forbidden, invalid, rejected
from infra.localcloud.github.repository_shape import minimal_repository

PAGE = "pulls/pulls"

Document = dict[str, Any]


def list_pulls(call: Call) -> Answer:
    """GET /repos/{owner}/{repo}/pulls, narrowed by ``state``, ``head`` (``owner:branch``) and ``base``."""
    repository = repository_for(call)
    state, head, base = (call.query.get(name, "") for name in ("state", "head", "base"))
    found = [
        pull
        for pull in _pulls(call, repository)
        if (state or "open") in ("all", pull["state"])
        and head in ("", pull["_pull"]["label"])
        and base in ("", pull["_pull"]["base"])
    ]
    by = "updated_at" if call.query.get("sort") == "updated" else "created_at"
    newest_first = call.query.get("direction", "desc") != "asc"
    found.sort(key=lambda pull: (pull[by], pull["number"]), reverse=newest_first)
    return page_of(call, found, lambda pull: _simple(call, repository, pull))


def list_pulls_of_commit(call: Call) -> Answer:
    """GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls: a fork's commits are not found there, as on the site."""
    repository = repository_for(call)
    found = [
        pull
        for pull in _pulls(call, repository)
        if pull["_pull"]["repository_id"] == repository["id"] and _head_sha(call, pull) == call.params["commit_sha"]
    ]
    return page_of(call, found, lambda pull: _simple(call, repository, pull))


def create_pull(call: Call) -> Answer:
    """POST /repos/{owner}/{repo}/pulls; ``head`` is a branch, or ``owner:branch`` of a fork."""
    check_may_write(call)
    repository, body = repository_for(call), body_of(call)
    title, base = text(body, "title"), text(body, "base")
    owner, _, branch = text(body, "head").rpartition(":")
    fork = repository_named(call.store, owner, repository["name"]) if owner else repository
    if fork is None or _ref(call, fork["id"], branch) is None:
        raise rejected("PullRequest", "", field="head", code="invalid")
    if _ref(call, repository["id"], base) is None:
        raise rejected("PullRequest", "", field="base", code="invalid")
    if fork is repository and not may_triage(call, repository, "push"):
        raise forbidden("Must have push access to Repository.")
    label = f"{fork['owner']}:{branch}"
    if any(pull["state"] == "open" and pull["_pull"]["label"] == label for pull in _pulls(call, repository)):
        raise rejected("PullRequest", f"A pull request already exists for {label}.")
    description = checked_text(optional_text(body, "body", ""), "PullRequest") or None
    pull = new_issue(call.store, repository, call.account["login"], title, description, call.now)
    draft = flag(body, "draft", False)
    pull["_pull"] = {"label": label, "branch": branch, "repository_id": fork["id"], "base": base, "draft": draft}
    save_issue(call.store, repository, pull)
    shape = _full(call, repository, pull)
    return Answer(201, shape, {"Location": shape["url"]})


def show_pull(call: Call) -> Answer:
    """GET /repos/{owner}/{repo}/pulls/{pull_number}."""
    return Answer(200, _full(call, *issue_for(call, pull=True)))


def change_pull(call: Call) -> Answer:
    """PATCH /repos/{owner}/{repo}/pulls/{pull_number}: title, body, state."""
    check_may_write(call)
    repository, pull = issue_for(call, pull=True)
    if not (may_triage(call, repository, "push") or pull["_author"] == call.account["login"]):
        raise forbidden()
    body = body_of(call)
    pull["title"] = optional_text(body, "title", pull["title"])
    if "body" in body:
        pull["body"] = checked_text(optional_text(body, "body", ""), "PullRequest")
    if "state" in body:
        change_state(call, pull, one_of(body, "state", ("open", "closed"), pull["state"]), "")
    pull["updated_at"] = later_stamp(call.now, pull["updated_at"])
    save_issue(call.store, repository, pull)
    return Answer(200, _full(call, repository, pull))


def create_commit(call: Call) -> Answer:
    """POST /repos/{owner}/{repo}/git/commits: a commit that a branch can then point to; its tree is taken as given."""
    repository, body = repository_for(call, "push"), body_of(call)
    message, tree, parents = text(body, "message"), text(body, "tree"), texts(body, "parents", [])
    for parent in parents:
        if call.store.get(COMMIT, f"{repository['id']}/{parent}") is None:
            raise invalid("Object does not exist")
    sha = sha1_of(f"{repository['id']} {message} {tree} {parents} {call.now.isoformat()}")
    who: Document = {"name": call.account["name"], "email": call.account["email"], "date": stamp(call.now)}
    commit: Document = {"sha": sha, "message": message, "login": call.account["login"], **who}
    keep(call.store, COMMIT, f"{repository['id']}/{sha}", commit, str(repository["id"]))
    url = api_url(call.base_url, "repos", repository["owner"], repository["name"], "git")
    page = site_url(repository["owner"], repository["name"], "commit")
    shape: Document = {
        "sha": sha,
        "node_id": f"C_{sha[:20]}",
        "url": f"{url}/commits/{sha}",
        "author": who,
        "committer": who,
        "message": message,
        "tree": {"sha": tree, "url": f"{url}/trees/{tree}"},
        "parents": [{"sha": one, "url": f"{url}/commits/{one}", "html_url": f"{page}/{one}"} for one in parents],
        "verification": {
            "verified": False,
            "reason": "unsigned",
            "signature": None,
            "payload": None,
            "verified_at": None,
        },
        "html_url": f"{page}/{sha}",
    }
    return Answer(201, shape, {"Location": shape["url"]})


def _pulls(call: Call, repository: Document) -> list[Document]:
    return [issue for issue in call.store.find(ISSUE, parent=str(repository["id"])) if issue["_pull"]]


def _ref(call: Call, repository_id: int, branch: str) -> Document | None:
    return call.store.get(REF, f"{repository_id}/refs/heads/{branch}")


def _head_sha(call: Call, pull: Document) -> str:
    ref = _ref(call, pull["_pull"]["repository_id"], pull["_pull"]["branch"])
    return str(ref["sha"]) if ref else sha1_of(f"the deleted head of {pull['id']}")


def _full(call: Call, repository: Document, pull: Document) -> Document:
    said = call.store.find(COMMENT, parent=f"{repository['id']}/{pull['number']}")
    return {
        **_simple(call, repository, pull),
        **dict.fromkeys(("additions", "deletions", "review_comments"), 0),
        "comments": len(said),
        "changed_files": 1,
        "commits": 1,
        "merged": False,
        "merged_by": None,
        "mergeable": True,
        "rebaseable": True,
        "mergeable_state": "clean",
        "maintainer_can_modify": False,
    }


def _simple(call: Call, repository: Document, pull: Document) -> Document:
    owner, name, number = repository["owner"], repository["name"], str(pull["number"])
    page = site_url(owner, name, "pull", number)
    base = _side(call, repository, pull["_pull"]["base"])
    return {
        **{key: value for key, value in pull.items() if not key.startswith("_") and key != "state_reason"},
        "node_id": node_id("PR", pull["id"]),
        **_addresses(call, repository, pull),
        "html_url": page,
        "diff_url": f"{page}.diff",
        "patch_url": f"{page}.patch",
        "labels": labels_named(call, repository, pull["labels"]),
        "user": author_shape(call, pull["_author"]),
        "head": _head(call, pull),
        "base": base,
        "draft": pull["_pull"]["draft"],
        "merged_at": None,
        "merge_commit_sha": sha1_of(f"merge of {owner}/{name}#{number}"),
        "assignee": None,
        "assignees": [],
        "milestone": None,
        "requested_reviewers": [],
        "requested_teams": [],
        "author_association": association(call.store, repository, pull["_author"]),
        "auto_merge": None,
    }


def _addresses(call: Call, repository: Document, pull: Document) -> Document:
    url = api_url(call.base_url, "repos", repository["owner"], repository["name"])
    number = pull["number"]
    own, issue, statuses = f"{url}/pulls/{number}", f"{url}/issues/{number}", f"{url}/statuses/{_head_sha(call, pull)}"
    addresses = {
        "url": own,
        "issue_url": issue,
        "comments_url": f"{issue}/comments",
        "commits_url": f"{own}/commits",
        "review_comments_url": f"{own}/comments",
        "review_comment_url": f"{url}/pulls/comments{{/number}}",
        "statuses_url": statuses,
    }
    html = site_url(repository["owner"], repository["name"], "pull", str(number))
    links = {"self": own, "html": html, "issue": issue, "comments": f"{issue}/comments", "statuses": statuses}
    links |= {name: addresses[f"{name}_url"] for name in ("commits", "review_comments", "review_comment")}
    return {**addresses, "_links": {name: {"href": address} for name, address in links.items()}}


def _head(call: Call, pull: Document) -> Document:
    fork = call.store.get(REPOSITORY, str(pull["_pull"]["repository_id"]))
    if fork is None:
        return {
            "label": pull["_pull"]["label"],
            "ref": pull["_pull"]["branch"],
            "repo": None,
            "sha": _head_sha(call, pull),
        }
    return {**_side(call, fork, pull["_pull"]["branch"]), "sha": _head_sha(call, pull)}


def _side(call: Call, repository: Document, branch: str) -> Document:
    ref = _ref(call, repository["id"], branch)
    shape = minimal_repository(call, repository)
    return {
        "label": f"{repository['owner']}:{branch}",
        "ref": branch,
        "sha": ref["sha"] if ref else sha1_of("nothing"),
        "user": shape["owner"],
        "repo": shape,
    }


_REPO = "/repos/{owner}/{repo}"

ROUTES: list[Route] = [
    ("GET", f"{_REPO}/pulls", list_pulls, "repo"),
    ("POST", f"{_REPO}/pulls", create_pull, "repo"),
    ("GET", f"{_REPO}/pulls/{{pull_number}}", show_pull, "repo"),
    ("PATCH", f"{_REPO}/pulls/{{pull_number}}", change_pull, "repo"),
    ("GET", f"{_REPO}/commits/{{commit_sha}}/pulls", list_pulls_of_commit, "repo"),
    ("POST", f"{_REPO}/git/commits", create_commit, "repo"),
]
