"""GitLab's projects: found by number or path, and what a caller may do in them; and the caller itself."""

from __future__ import annotations

from typing import Any

from infra.localcloud.exchange import Answer, Call, Route
from infra.localcloud.gitlab.accounts import EVERYWHERE, SITE, user_shape
from infra.localcloud.gitlab.door import not_found

PROJECT = "gitlab.project"
LEVELS = {"guest": 10, "reporter": 20, "developer": 30, "maintainer": 40, "owner": 50}

Document = dict[str, Any]


def show_caller(call: Call) -> Answer:
    """GET /user."""
    return Answer(200, {**user_shape(call.account), "bot": bool(call.account["bot"]), "email": call.account["email"]})


def show_project(call: Call) -> Answer:
    """GET /projects/{id}."""
    project, _ = project_for(call)
    path = project["path_with_namespace"]
    shape = {
        "id": project["id"],
        "name": path.rpartition("/")[2],
        "path_with_namespace": path,
        "default_branch": project["default_branch"],
        "visibility": project["visibility"],
        "web_url": f"{SITE}/{path}",
        "created_at": project["created_at"],
    }
    return Answer(200, shape)


def project_for(call: Call) -> tuple[Document, int]:
    """The project that the path names, by number or by path, and the caller's level; 404 where there is none."""
    wanted = call.params["id"]
    found = [one for one in call.store.find(PROJECT) if wanted == str(one["id"]) or wanted.lower() == one["_path"]]
    if not found:
        raise not_found("Project Not Found")
    project = found[0]
    level = level_of(project, call.account)
    if level == 0 and project["visibility"] != "public":
        raise not_found("Project Not Found")
    return project, level


def level_of(project: Document, account: Document) -> int:
    """An account's access level in a project; 0 for a stranger."""
    if account.get(EVERYWHERE):
        return LEVELS["owner"]
    return int(project["_members"].get(str(account["username"]).lower(), 0))


ROUTES: list[Route] = [
    ("GET", "/user", show_caller, ""),
    ("GET", "/projects/{id}", show_project, ""),
]
