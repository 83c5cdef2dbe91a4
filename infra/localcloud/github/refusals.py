"""How GitHub says no: status, message, errors and a page of its documentation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from infra.localcloud.exchange import Answer, Refusal

DOCUMENTATION = "https://docs.github.com/rest"
_LIMITS = f"{DOCUMENTATION}/using-the-rest-api/rate-limits-for-the-rest-api"

_FRAME_MESSAGES = {
    "bad_request": "Problems parsing JSON",
    # What the frame's fault switchboard raises; the limit a client meets without warning is the secondary one.
    "rate_limit": "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.",
}
_PAGES = {
    "primary_rate_limit": f"{_LIMITS}#primary-rate-limits",
    "rate_limit": f"{_LIMITS}#about-secondary-rate-limits",
}


def not_found() -> Refusal:
    """404: it is not there, or the caller must not know that it is."""
    return Refusal(404, "not_found", "Not Found")


def forbidden(message: str = "Must have admin rights to Repository.") -> Refusal:
    """403: the caller can see it but must not do this."""
    return Refusal(403, "forbidden", message)


def archived() -> Refusal:
    """403: an archived repository takes no changes (clients look for the word "archived")."""
    return forbidden("Repository was archived so is read-only.")


def conflict(message: str) -> Refusal:
    """409: it exists already, or the repository is empty."""
    return Refusal(409, "conflict", message)


def invalid(message: str) -> Refusal:
    """422 with a message and nothing else."""
    return Refusal(422, "invalid", message)


def rejected(resource: str, message: str, *, field: str = "", code: str = "custom") -> Refusal:
    """422 "Validation Failed" with one entry in ``errors``."""
    error = {"resource": resource, "code": code, "field": field, "message": message}
    return failed_validation([{name: value for name, value in error.items() if value}])


def missing_field(resource: str, field: str) -> Refusal:
    """422 for a field that must be given."""
    return failed_validation([{"resource": resource, "code": "missing_field", "field": field}])


def failed_validation(errors: Sequence[dict[str, Any]]) -> Refusal:
    """422 "Validation Failed" with the given ``errors``."""
    return Refusal(422, "validation_failed", "Validation Failed", {"errors": list(errors)})


def refuse(refusal: Refusal) -> Answer:
    """GitHub's error body: message, errors when there are any, documentation_url and the status as text."""
    if refusal.status in (301, 307, 308):
        return _redirect(refusal)
    extra = dict(refusal.extra)
    page = extra.pop("documentation_url", None) or _PAGES.get(refusal.id, DOCUMENTATION)
    message = _FRAME_MESSAGES.get(refusal.id, refusal.message)
    body = {"message": message, **extra, "documentation_url": page, "status": str(refusal.status)}
    return Answer(refusal.status, body, refusal.headers)


def _redirect(refusal: Refusal) -> Answer:
    body = {"message": refusal.message, "url": refusal.headers["Location"], "documentation_url": DOCUMENTATION}
    return Answer(refusal.status, body, refusal.headers)
