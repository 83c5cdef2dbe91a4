"""A repository as GitHub shows it: stored settings plus everything that follows from owner, name and viewer."""

from __future__ import annotations

from typing import Any

from infra.localcloud.exchange import Call
from infra.localcloud.github.access import LEVELS, level_of
from infra.localcloud.github.links import SITE, api_url, node_id
from infra.localcloud.github.people import owner_named, simple_user

Document = dict[str, Any]

SETTINGS: Document = {
    "description": None,
    "homepage": None,
    "default_branch": "main",
    "is_template": False,
    "has_issues": True,
    "has_projects": True,
    "has_wiki": True,
    "has_downloads": True,
    "has_discussions": False,
    "has_pull_requests": True,
    "pull_request_creation_policy": "all",
    "archived": False,
    "allow_squash_merge": True,
    "allow_merge_commit": True,
    "allow_rebase_merge": True,
    "allow_auto_merge": False,
    "delete_branch_on_merge": False,
    "allow_update_branch": False,
    "use_squash_pr_title_as_default": False,
    "squash_merge_commit_title": "COMMIT_OR_PR_TITLE",
    "squash_merge_commit_message": "COMMIT_MESSAGES",
    "merge_commit_title": "MERGE_MESSAGE",
    "merge_commit_message": "PR_TITLE",
    "allow_forking": True,
    "web_commit_signoff_required": False,
}
"""What a repository starts with, by the names of the API."""

MERGE_SETTINGS = (
    "allow_squash_merge",
    "allow_merge_commit",
    "allow_rebase_merge",
    "allow_auto_merge",
    "delete_branch_on_merge",
    "allow_update_branch",
    "use_squash_pr_title_as_default",
    "squash_merge_commit_title",
    "squash_merge_commit_message",
    "merge_commit_title",
    "merge_commit_message",
)
"""Shown only to people who may push."""

_BELOW = {
    "archive_url": "{archive_format}{/ref}",
    "assignees_url": "assignees{/user}",
    "blobs_url": "git/blobs{/sha}",
    "branches_url": "branches{/branch}",
    "collaborators_url": "collaborators{/collaborator}",
    "comments_url": "comments{/number}",
    "commits_url": "commits{/sha}",
    "compare_url": "compare/{base}...{head}",
    "contents_url": "contents/{+path}",
    "contributors_url": "contributors",
    "deployments_url": "deployments",
    "downloads_url": "downloads",
    "events_url": "events",
    "forks_url": "forks",
    "git_commits_url": "git/commits{/sha}",
    "git_refs_url": "git/refs{/sha}",
    "git_tags_url": "git/tags{/sha}",
    "hooks_url": "hooks",
    "issue_comment_url": "issues/comments{/number}",
    "issue_events_url": "issues/events{/number}",
    "issues_url": "issues{/number}",
    "keys_url": "keys{/key_id}",
    "labels_url": "labels{/name}",
    "languages_url": "languages",
    "merges_url": "merges",
    "milestones_url": "milestones{/number}",
    "notifications_url": "notifications{?since,all,participating}",
    "pulls_url": "pulls{/number}",
    "releases_url": "releases{/id}",
    "stargazers_url": "stargazers",
    "statuses_url": "statuses/{sha}",
    "subscribers_url": "subscribers",
    "subscription_url": "subscription",
    "tags_url": "tags",
    "teams_url": "teams",
    "trees_url": "git/trees{/sha}",
}


def full_repository(call: Call, repository: Document) -> Document:
    """The whole shape (``full-repository``), with the parts that only some viewers see."""
    shape = minimal_repository(call, repository)
    shape.update({"subscribers_count": 0, "network_count": 0, "template_repository": None, "custom_properties": {}})
    owner = shape["owner"]
    if owner["type"] == "Organization":
        shape["organization"] = owner
    level = LEVELS.index(level_of(call, repository))
    if level >= LEVELS.index("push"):
        shape.update({name: repository[name] for name in MERGE_SETTINGS})
        shape["temp_clone_token"] = ""
    if level >= LEVELS.index("admin"):
        shape["security_and_analysis"] = _security(repository)
    return shape


def minimal_repository(call: Call, repository: Document) -> Document:
    """The shape of lists: everything but merge settings, security and counts of the network."""
    owner = owner_named(call.store, repository["owner"])
    if owner is None:
        raise LookupError(f"the owner of repository {repository['id']} is not stored")
    hidden = {name: value for name, value in repository.items() if name.startswith("_") or name in MERGE_SETTINGS}
    shown = {name: value for name, value in repository.items() if name not in hidden}
    return {
        **shown,
        "node_id": node_id("R", repository["id"]),
        "full_name": f"{owner['login']}/{repository['name']}",
        "owner": simple_user(call.base_url, owner),
        "visibility": "private" if repository["private"] else "public",
        **_addresses(call.base_url, owner["login"], repository["name"]),
        **_counts(),
        "permissions": permissions(level_of(call, repository)),
    }


def permissions(level: str) -> dict[str, bool]:
    """Each level's name with whether the given one includes it, strongest first."""
    place = LEVELS.index(level)
    return {name: place >= LEVELS.index(name) for name in reversed(LEVELS[1:])}


def _addresses(base_url: str, owner: str, name: str) -> Document:
    url, page = api_url(base_url, "repos", owner, name), f"{SITE}/{owner}/{name}"
    return {
        "url": url,
        **{field: f"{url}/{below}" for field, below in _BELOW.items()},
        "html_url": page,
        "clone_url": f"{page}.git",
        "git_url": f"git://github.com/{owner}/{name}.git",
        "ssh_url": f"git@github.com:{owner}/{name}.git",
        "svn_url": page,
        "mirror_url": None,
    }


def _counts() -> Document:
    names = ("forks_count", "forks", "stargazers_count", "watchers_count", "watchers", "open_issues_count")
    rest: Document = {"open_issues": 0, "size": 0, "language": None, "license": None, "disabled": False}
    return {**dict.fromkeys(names, 0), **rest, "fork": False, "has_pages": False}


def _security(repository: Document) -> Document:
    return {name: {"status": status} for name, status in repository["_security"].items()}
