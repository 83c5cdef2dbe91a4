"""Branches, git references and the rules in force for a branch."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from infra.localcloud.exchange import Answer, Call, Route
from infra.localcloud.github.access import repository_for
from infra.localcloud.github.belongings import keep
from infra.localcloud.github.fields import body_of, text
from infra.localcloud.github.links import SITE, api_url, node_id, sha1_of, stamp
from infra.localcloud.github.pages import page_of
from infra.localcloud.github.people import simple_user
from infra.localcloud.github.refusals import conflict, invalid, not_found
from infra.localcloud.github.rules_in_force import rules_for_branch
from infra.localcloud.store import Store

PAGE = "branches/branches"
REF = "github.ref"
COMMIT = "github.commit"
_HEADS = "refs/heads/"

Document = dict[str, Any]


def first_commit(store: Store, repository: Document, author: Document, now: datetime) -> None:
    """Give an empty repository its default branch with one commit."""
    sha = sha1_of(f"{repository['owner']}/{repository['_slug']}: Initial commit")
    commit = {
        "sha": sha,
        "message": "Initial commit",
        "name": author["name"] or author["login"],
        "email": author["email"],
        "login": author["login"],
        "date": stamp(now),
    }
    keep(store, COMMIT, f"{repository['id']}/{sha}", commit, str(repository["id"]))
    _point(store, repository, f"{_HEADS}{repository['default_branch']}", sha)


def existing_branch(store: Store, repository: Document, name: str) -> str:
    """The name, if the repository has that branch; 422 otherwise."""
    if _ref(store, repository, f"{_HEADS}{name}") is None:
        raise invalid(f"The branch {name} was not found. Please push that ref first or create it via the Git Data API.")
    return name


def list_branches(call: Call) -> Answer:
    """GET /repos/{owner}/{repo}/branches, narrowed by ``protected``."""
    repository = repository_for(call)
    shapes = [_short_branch(call, repository, ref) for ref in _refs(call.store, repository, _HEADS)]
    wanted = call.query.get("protected")
    kept = [shape for shape in shapes if wanted is None or shape["protected"] == (wanted == "true")]
    return page_of(call, kept, lambda shape: shape)


def show_branch(call: Call) -> Answer:
    """GET /repos/{owner}/{repo}/branches/{branch}."""
    repository = repository_for(call)
    ref = _ref(call.store, repository, f"{_HEADS}{call.params['branch']}")
    if ref is None:
        raise not_found()
    short = _short_branch(call, repository, ref)
    links = {
        "html": f"{SITE}/{repository['owner']}/{repository['name']}/tree/{short['name']}",
        "self": f"{_url(call, repository)}/branches/{short['name']}",
    }
    return Answer(200, {**short, "commit": _commit(call, repository, ref["sha"]), "_links": links})


def rules_of_branch(call: Call) -> Answer:
    """GET /repos/{owner}/{repo}/rules/branches/{branch}: what active rulesets demand of a branch, existing or not."""
    repository = repository_for(call)
    return page_of(call, rules_for_branch(call.store, repository, call.params["branch"]), lambda rule: rule)


def show_ref(call: Call) -> Answer:
    """GET /repos/{owner}/{repo}/git/ref/{ref}, the reference without its ``refs/``."""
    repository = repository_for(call)
    if not _refs(call.store, repository, ""):
        raise conflict("Git Repository is empty.")
    ref = _ref(call.store, repository, f"refs/{call.params['ref']}")
    if ref is None:
        raise not_found()
    return Answer(200, _ref_shape(call, repository, ref))


def matching_refs(call: Call) -> Answer:
    """GET /repos/{owner}/{repo}/git/matching-refs/{ref}: every reference that starts so."""
    repository = repository_for(call)
    found = _refs(call.store, repository, f"refs/{call.params['ref']}")
    return Answer(200, [_ref_shape(call, repository, ref) for ref in found])


def create_ref(call: Call) -> Answer:
    """POST /repos/{owner}/{repo}/git/refs: a branch or tag on a commit that exists."""
    repository, body = repository_for(call, "push"), body_of(call)
    name, sha = text(body, "ref"), text(body, "sha")
    if not _refs(call.store, repository, ""):
        raise conflict("Git Repository is empty.")
    if not name.startswith("refs/") or name.count("/") < 2 or name.endswith("/"):
        raise invalid("Reference name must start with 'refs/' and contain at least two slashes")
    if _ref(call.store, repository, name) is not None:
        raise invalid("Reference already exists")
    _point(call.store, repository, name, _known(call.store, repository, sha))
    shape = _ref_shape(call, repository, {"ref": name, "sha": sha})
    return Answer(201, shape, {"Location": shape["url"]})


def update_ref(call: Call) -> Answer:
    """PATCH /repos/{owner}/{repo}/git/refs/{ref}."""
    repository = repository_for(call, "push")
    name, sha = f"refs/{call.params['ref']}", text(body_of(call), "sha")
    if _ref(call.store, repository, name) is None:
        raise invalid("Reference does not exist")
    _point(call.store, repository, name, _known(call.store, repository, sha))
    return Answer(200, _ref_shape(call, repository, {"ref": name, "sha": sha}))


def delete_ref(call: Call) -> Answer:
    """DELETE /repos/{owner}/{repo}/git/refs/{ref}; the default branch stays."""
    repository = repository_for(call, "push")
    name = f"refs/{call.params['ref']}"
    if name == f"{_HEADS}{repository['default_branch']}":
        raise invalid("Cannot delete the default branch")
    if not call.store.delete(REF, f"{repository['id']}/{name}"):
        raise invalid("Reference does not exist")
    return Answer(204)


def _point(store: Store, repository: Document, name: str, sha: str) -> None:
    keep(store, REF, f"{repository['id']}/{name}", {"ref": name, "sha": sha}, str(repository["id"]))


def _known(store: Store, repository: Document, sha: str) -> str:
    if store.get(COMMIT, f"{repository['id']}/{sha}") is None:
        raise invalid("Object does not exist")
    return sha


def _ref(store: Store, repository: Document, name: str) -> Document | None:
    return store.get(REF, f"{repository['id']}/{name}")


def _refs(store: Store, repository: Document, prefix: str) -> list[Document]:
    found = [ref for ref in store.find(REF, parent=str(repository["id"])) if ref["ref"].startswith(prefix)]
    return sorted(found, key=lambda ref: str(ref["ref"]))


def _url(call: Call, repository: Document) -> str:
    return api_url(call.base_url, "repos", repository["owner"], repository["name"])


def _short_branch(call: Call, repository: Document, ref: Document) -> Document:
    name, url = ref["ref"].removeprefix(_HEADS), _url(call, repository)
    checks = {"enforcement_level": "off", "contexts": [], "checks": []}
    return {
        "name": name,
        "commit": {"sha": ref["sha"], "url": f"{url}/commits/{ref['sha']}"},
        "protected": bool(rules_for_branch(call.store, repository, name)),
        "protection": {"enabled": False, "required_status_checks": checks},
        "protection_url": f"{url}/branches/{name}/protection",
    }


def _commit(call: Call, repository: Document, sha: str) -> Document:
    stored = call.store.get(COMMIT, f"{repository['id']}/{sha}") or {}
    url, page = _url(call, repository), f"{SITE}/{repository['owner']}/{repository['name']}"
    person = {"name": stored["name"], "email": stored["email"], "date": stored["date"]}
    author = call.store.get("github.user", stored["login"].lower())
    tree = sha1_of(f"tree of {sha}")
    unsigned = {"verified": False, "reason": "unsigned", "signature": None, "payload": None, "verified_at": None}
    return {
        "url": f"{url}/commits/{sha}",
        "sha": sha,
        "node_id": f"C_{sha[:20]}",
        "html_url": f"{page}/commit/{sha}",
        "comments_url": f"{url}/commits/{sha}/comments",
        "commit": {
            "url": f"{url}/git/commits/{sha}",
            "author": person,
            "committer": person,
            "message": stored["message"],
            "comment_count": 0,
            "tree": {"sha": tree, "url": f"{url}/git/trees/{tree}"},
            "verification": unsigned,
        },
        "author": simple_user(call.base_url, author) if author else None,
        "committer": simple_user(call.base_url, author) if author else None,
        "parents": [],
    }


def _ref_shape(call: Call, repository: Document, ref: Document) -> Document:
    url = _url(call, repository)
    return {
        "ref": ref["ref"],
        "node_id": f"{node_id('REF', repository['id'])}_{sha1_of(ref['ref'])[:16]}",
        "url": f"{url}/git/{ref['ref']}",
        "object": {"type": "commit", "sha": ref["sha"], "url": f"{url}/git/commits/{ref['sha']}"},
    }


ROUTES: list[Route] = [
    ("GET", "/repos/{owner}/{repo}/branches", list_branches, "repo"),
    ("GET", "/repos/{owner}/{repo}/branches/{branch:path}", show_branch, "repo"),
    ("GET", "/repos/{owner}/{repo}/rules/branches/{branch:path}", rules_of_branch, "repo"),
    ("GET", "/repos/{owner}/{repo}/git/ref/{ref:path}", show_ref, "repo"),
    ("GET", "/repos/{owner}/{repo}/git/matching-refs/{ref:path}", matching_refs, "repo"),
    ("POST", "/repos/{owner}/{repo}/git/refs", create_ref, "repo"),
    ("PATCH", "/repos/{owner}/{repo}/git/refs/{ref:path}", update_ref, "repo"),
    ("DELETE", "/repos/{owner}/{repo}/git/refs/{ref:path}", delete_ref, "repo"),
]
