"""Put back what is declared, and take away what nobody declares; never what holds data."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import httpx

from infra.apis.github import GitHub
from infra.apis.heroku import Heroku
from infra.apis.rest import at
from infra.errors import TwelvefoldError
from infra.model.estate import Kind, Subject, Vendor
from infra.model.plan import Plan
from infra.model.project import Project
from infra.workflows.drift import Audit
from infra.workflows.looking import Vendors, open_vendors
from infra.workflows.rewriting import Rewrite, forget, rewrites
from infra.workflows.stacks import Stacks

Json = dict[str, Any]


@dataclass(frozen=True)
class Request:
    """What takes one thing away: add-ons, apps and whatever else holds data have none."""

    method: str
    path: str
    body: Json | None = None


@dataclass(frozen=True)
class Removal:
    """One undeclared thing that will be taken away."""

    stack: str
    subject: Subject
    request: Request

    @property
    def text(self) -> str:
        """The thing, for a person who is asked."""
        return f"{self.stack}: {self.subject}"


def removals(found: Audit) -> tuple[Removal, ...]:
    """Everything that was found unmanaged, that nobody answers for, and that can go without a loss of data."""
    return tuple(_removals(found))


def _removals(found: Audit) -> list[Removal]:
    wanted = []
    for stack in found.report.stacks:
        for finding in stack.findings:
            if finding.kind == "unmanaged" and finding.subject and not finding.acknowledged:
                request = _request(found, stack.stack, finding.subject)
                wanted += [Removal(stack.stack, finding.subject, request)] if request else []
    return wanted


def _request(found: Audit, stack: str, subject: Subject) -> Request | None:
    make = _REQUESTS.get((subject.vendor, subject.kind))
    if make is None:
        return None
    things = found.live[stack].things
    inside = things.get(Subject(subject.vendor, "app", "", subject.scope))
    pipeline = things.get(Subject(subject.vendor, "pipeline", "", subject.scope.rpartition("/")[0]))
    place = inside.id if inside else pipeline.id if pipeline else subject.scope
    return make(subject, things[subject].id if subject in things else "", place)


def _of_app(*parts: str) -> Callable[[Subject, str, str], Request]:
    return lambda _subject, id, app: Request("DELETE", at("apps", app, *parts, id))


def _pipeline_var(subject: Subject, _id: str, pipeline: str) -> Request:
    stage = subject.scope.rpartition("/")[2]
    return Request("PATCH", at("pipelines", pipeline, "stage", stage, "config-vars"), {subject.name: None})


def _scaled_down(subject: Subject, _id: str, app: str) -> Request:
    updates = [{"type": subject.name, "quantity": 0}]
    return Request("PATCH", at("apps", app, "formation"), {"updates": updates})


def _repository(subject: Subject, *parts: str) -> str:
    owner, name, *environment = subject.scope.split("/", 2)
    return at("repos", owner, name, *(("environments", *environment) if environment else ()), *parts)


def _secret(subject: Subject, _id: str, _place: str) -> Request:
    inside = () if subject.scope.count("/") == 2 else ("actions",)
    return Request("DELETE", _repository(subject, *inside, "secrets", subject.name))


def _variable(subject: Subject, _id: str, _place: str) -> Request:
    inside = () if subject.scope.count("/") == 2 else ("actions",)
    return Request("DELETE", _repository(subject, *inside, "variables", subject.name))


def _of_repository(*parts: str, by_name: bool = False) -> Callable[[Subject, str, str], Request]:
    return lambda subject, id, _place: Request("DELETE", _repository(subject, *parts, subject.name if by_name else id))


_REQUESTS: Mapping[tuple[Vendor, Kind], Callable[[Subject, str, str], Request]] = {
    ("heroku", "attachment"): lambda _subject, id, _app: Request("DELETE", at("addon-attachments", id)),
    ("heroku", "certificate"): _of_app("sni-endpoints"),
    ("heroku", "collaborator"): lambda subject, _id, app: Request(
        "DELETE", at("apps", app, "collaborators", subject.name)
    ),
    ("heroku", "config-var"): lambda subject, _id, app: Request(
        "PATCH", at("apps", app, "config-vars"), {subject.name: None}
    ),
    ("heroku", "domain"): _of_app("domains"),
    ("heroku", "drain"): _of_app("log-drains"),
    ("heroku", "feature"): lambda subject, _id, app: Request(
        "PATCH", at("apps", app, "features", subject.name), {"enabled": False}
    ),
    ("heroku", "formation"): _scaled_down,
    ("heroku", "pipeline-config-var"): _pipeline_var,
    ("heroku", "telemetry-drain"): lambda _subject, id, _app: Request("DELETE", at("telemetry-drains", id)),
    ("heroku", "webhook"): _of_app("webhooks"),
    ("github", "dependabot-secret"): _of_repository("dependabot", "secrets", by_name=True),
    ("github", "deploy-key"): _of_repository("keys"),
    ("github", "environment"): _of_repository("environments", by_name=True),
    ("github", "ruleset"): _of_repository("rulesets"),
    ("github", "secret"): _secret,
    ("github", "variable"): _variable,
    ("github", "webhook"): _of_repository("hooks"),
}


@dataclass(frozen=True)
class Repairs:
    """All that putting right would do, and in which stacks."""

    stacks: tuple[str, ...]
    removals: tuple[Removal, ...]
    rewrites: tuple[Rewrite, ...]

    @property
    def lines(self) -> list[str]:
        """What the engine's own plans do not tell of it."""
        return [*(f"~ {one.text}" for one in self.rewrites), *(f"- {one.text}" for one in self.removals)]


def repairs(found: Audit, plans: Sequence[Plan], *, remove: bool) -> Repairs:
    """What to do for ``plans`` (which come from a refresh), touched secrets and, if asked for, undeclared things."""
    gone, again = removals(found) if remove else (), rewrites(found)
    touched = {one.stack for one in gone} | {one.stack for one in again}
    touched |= {plan.stack for plan in plans if plan.has_changes}
    return Repairs(tuple(plan.stack for plan in plans if plan.stack in touched), gone, again)


def repair(stacks: Stacks, found: Audit, wanted: Repairs) -> Iterator[Plan | Refused]:
    """Take away what nobody declares, then make what is live what the code declares, stack by stack.

    In that order: the run of the engine settles the releases made here, which would look like somebody else's.
    """
    yield from remove_unmanaged(stacks.project, found, wanted.removals)
    forget(stacks, wanted.rewrites)
    for name in wanted.stacks:
        yield from stacks.up([name], refresh=True)


@dataclass(frozen=True)
class Refused:
    """Something that could not be taken away, and why."""

    removal: Removal
    why: TwelvefoldError


def remove_unmanaged(
    project: Project, found: Audit, wanted: Sequence[Removal], transport: httpx.AsyncBaseTransport | None = None
) -> tuple[Refused, ...]:
    """Take the things away; config vars of one app in one request, because each is a release.

    One that is refused keeps none of the others; those that were are returned.
    """
    return tuple(asyncio.run(_remove(project, found, wanted, transport)))


async def _remove(
    project: Project, found: Audit, wanted: Sequence[Removal], transport: httpx.AsyncBaseTransport | None
) -> list[Refused]:
    refused = []
    for stack in dict.fromkeys(one.stack for one in wanted):
        joined = _joined([one for one in wanted if one.stack == stack])
        async with open_vendors(
            project.folder, found.known[stack].credentials, found.fingerprints, transport=transport
        ) as vendors:
            for removals, request in joined:
                try:
                    await _send(vendors, removals[0].subject.vendor, request)
                except TwelvefoldError as why:
                    refused += [Refused(one, why) for one in removals]
    return refused


def _joined(wanted: Sequence[Removal]) -> list[tuple[list[Removal], Request]]:
    """The requests, those to the same place as one, each with what it takes away."""
    found: dict[tuple[Vendor, str, str], tuple[list[Removal], Request]] = {}
    for one in wanted:
        key = (one.subject.vendor, one.request.method, one.request.path)
        removals, request = found.get(key, ([], one.request))
        body = _both(request.body, one.request.body) if removals else request.body
        found[key] = ([*removals, one], replace(request, body=body))
    return list(found.values())


def _both(one: Json | None, other: Json | None) -> Json | None:
    if one is None or other is None:
        return other
    joined = {**one, **other}
    return {**joined, "updates": [*one["updates"], *other["updates"]]} if "updates" in joined else joined


async def _send(vendors: Vendors, vendor: Vendor, request: Request) -> None:
    client: Heroku | GitHub | TwelvefoldError = vendors.heroku if vendor == "heroku" else vendors.github
    if isinstance(client, TwelvefoldError):
        raise client
    if request.method == "DELETE":
        await client.delete(request.path)
    else:
        await client.patch(request.path, request.body)
