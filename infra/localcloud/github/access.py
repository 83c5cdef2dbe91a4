"""Which repository a request means, and whether its caller may do what it asks."""

from __future__ import annotations

from typing import Any

from infra.localcloud.exchange import Call, Refusal
from infra.localcloud.github.authentication import EVERYWHERE, with_implied
from infra.localcloud.github.links import MOUNT
from infra.localcloud.github.people import organization_named, role_in
from infra.localcloud.github.refusals import archived, forbidden, not_found
from infra.localcloud.store import Store

REPOSITORY = "github.repository"
REDIRECT = "github.redirect"
COLLABORATOR = "github.collaborator"
LEVELS = ("none", "pull", "triage", "push", "maintain", "admin")

Document = dict[str, Any]


def repository_named(store: Store, owner: str, name: str) -> Document | None:
    """A repository by owner and name, in any case."""
    found = store.find(REPOSITORY, parent=owner.lower(), _slug=name.lower())
    return found[0] if found else None


def repository_for(call: Call, need: str = "pull", *, hide: bool = False) -> Document:
    """The repository a call is about, when its caller has at least the level ``need`` (one of ``LEVELS``).

    Somebody who may not even read it gets 404; somebody who may read but not more gets 403, or 404 with ``hide``
    (GitHub keeps webhooks and deploy keys to itself that way). Changing an archived repository is refused.
    """
    repository = _found(call)
    level = level_of(call, repository)
    if level == "none":
        raise not_found()
    if LEVELS.index(level) < LEVELS.index(need):
        if call.account.get("type") == "Bot":
            raise forbidden("Resource not accessible by integration")
        raise not_found() if hide else forbidden()
    if need != "pull" and call.method != "GET" and repository["archived"]:
        raise archived()
    return repository


def level_of(call: Call, repository: Document) -> str:
    """What the caller may do: the lesser of the person's role and what the token was given."""
    if call.account.get(EVERYWHERE):
        return "admin"
    if call.account.get("type") == "Bot":
        # An app is installed on every repository here, and may what its token's permissions say.
        return "push" if "contents:write" in call.scopes else "pull"
    person = role_of(call.store, repository, call.account["login"])
    return min(person, _token_level(call, repository), key=LEVELS.index)


def role_of(store: Store, repository: Document, login: str) -> str:
    """A person's level in a repository by ownership, organization, invitation, or because it is public."""
    levels = ["none" if repository["private"] else "pull"]
    if repository["owner"].lower() == login.lower():
        levels.append("admin")
    organization = organization_named(store, repository["owner"])
    if organization is not None:
        levels.append({"admin": "admin", "member": "pull"}.get(role_in(organization, login), "none"))
    invited = store.get(COLLABORATOR, f"{repository['id']}/{login.lower()}")
    levels.append(invited["level"] if invited else "none")
    return max(levels, key=LEVELS.index)


def _token_level(call: Call, repository: Document) -> str:
    scopes = with_implied(call.scopes)
    if "repo" in scopes or ("public_repo" in scopes and not repository["private"]):
        return "admin"
    # The webhook scopes open a repository's webhooks and nothing else of it.
    needed = "read:repo_hook" if call.method == "GET" else "write:repo_hook"
    if call.scope == "admin:repo_hook" and needed in scopes:
        return "admin"
    return "none" if repository["private"] else "pull"


def _found(call: Call) -> Document:
    if "repository_id" in call.params:
        found = call.store.get(REPOSITORY, call.params["repository_id"])
    else:
        found = repository_named(call.store, call.params["owner"], call.params["repo"])
    if found is None:
        raise _moved(call) or not_found()
    return found


def _moved(call: Call) -> Refusal | None:
    """The redirect GitHub answers under a repository's former name, if its caller may see the repository."""
    if "repository_id" in call.params:
        return None
    owner, name = call.params["owner"], call.params["repo"]
    redirect = call.store.get(REDIRECT, f"{owner}/{name}".lower())
    repository = call.store.get(REPOSITORY, str(redirect["id"])) if redirect else None
    if repository is None or level_of(call, repository) == "none":
        return None
    rest = call.path.split("/", 4)[4:]
    target = "/".join([f"{call.base_url}{MOUNT}/repositories/{repository['id']}", *rest])
    status, message = (301, "Moved Permanently") if call.method == "GET" else (307, "Temporary Redirect")
    return Refusal(status, "moved", message, headers={"Location": target})
