"""Audit stacks: what is declared, what the state recorded and what is live, laid over each other. Writes nothing."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import httpx

from infra.apis.live.github import WantedRepositories
from infra.apis.live.wanted import Wanted
from infra.engine.recorded import Records
from infra.model.estate import Cause, Estate, Subject
from infra.model.finding import Finding
from infra.model.fingerprint import Fingerprints
from infra.model.project import Project
from infra.model.report import HERE, Origin, Report, StackReport
from infra.rules.acknowledged import acknowledge, unused_entries
from infra.rules.claims import foreign, share
from infra.rules.declared.estate import declared_paths
from infra.rules.drift import Context, compare
from infra.rules.openly import open_texts
from infra.rules.parity import judge_parity
from infra.rules.pictures import picture
from infra.rules.sides import Side
from infra.rules.standing import standing
from infra.rules.verdict import verdict_of
from infra.workflows.acknowledgements import read_acknowledgements
from infra.workflows.fingerprinting import WITHIN_THIS_RUN, project_fingerprints, project_name
from infra.workflows.knowing import Known, Learned, know
from infra.workflows.looking import Question, Vendors, open_vendors
from infra.workflows.read import choose_stacks
from infra.workflows.vendors import Credentials

Say = Callable[[str], None]


@dataclass(frozen=True)
class Audit:
    """The report, and what it was made of: for putting back and for taking over."""

    report: Report
    known: Mapping[str, Known]
    live: Mapping[str, Estate]
    fingerprints: Fingerprints = field(repr=False)


@dataclass(frozen=True)
class Around:
    """What an audit needs from outside: the environment's variables, the clock, the network, and who hears of waits."""

    environ: Mapping[str, str] = field(repr=False)
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    transport: httpx.AsyncBaseTransport | None = None
    say: Say = lambda _text: None
    max_age: float = 0.0
    """What was read of an app no more than so many seconds ago is believed; 0 looks at everything."""


@dataclass(frozen=True)
class _Group:
    """Stacks that say the same at the vendors' doors, and so are looked at together."""

    credentials: Credentials
    stacks: tuple[str, ...]


# Python 3.11 writes down what a task returned when it gives Ctrl-C back: of a thousand apps that takes seconds.
@dataclass(frozen=True, repr=False)
class _Seen:
    """What was seen of a group of stacks: what is live for each, what was found, and what it took."""

    live: Mapping[str, Estate]
    findings: Mapping[str, list[Finding]]
    requests: int
    since: float | None = None
    """When the oldest answer was read that was believed without asking, in seconds since 1970."""


def audit(project: Project, names: Sequence[str], records: Records, around: Around, origin: Origin = HERE) -> Audit:
    """Compare each of ``names`` (all stacks, when empty) in all three ways, and the environments with each other."""
    began = time.monotonic()
    acknowledgements = read_acknowledgements(project)
    wanted = choose_stacks(project, list(names))
    with ThreadPoolExecutor(1) as aside:
        # Its key is slow to make, on purpose; the stacks can be read meanwhile.
        making = aside.submit(project_fingerprints, project, around.environ)
        known, unusable = know(project, records, around.environ)
        fingerprints, lasting = making.result()
    if all(name in unusable for name in wanted):
        raise unusable[wanted[0]]
    chosen = tuple(name for name in known if name in wanted)
    seen = asyncio.run(_look(project, known, chosen, fingerprints, around))
    today = around.now().date()
    stacks = [
        StackReport(
            name,
            findings=tuple(acknowledge(_placed(seen.findings[name], known[name]), acknowledgements, today)),
            picture=picture(name, known[name].environment, seen.live[name], fingerprints),
        )
        for name in chosen
    ]
    stacks += [StackReport(name, error=unusable[name].text()) for name in wanted if name in unusable]
    sides = {name: Side(one.environment, one.declared, seen.live.get(name)) for name, one in known.items()}
    parity = acknowledge(_of_service(judge_parity(sides, fingerprints), known), acknowledgements, today)
    found = [*(finding for stack in stacks for finding in stack.findings), *parity]
    report = Report(
        project=project_name(project),
        verb="drift",
        made_at=around.now(),
        exit_code=0,
        stacks=tuple(stacks),
        findings=(*parity, *unused_entries(acknowledgements, found, chosen)),
        origin=origin,
        notes=(*_believed(seen.since), *(() if lasting else (WITHIN_THIS_RUN,))),
        requests=seen.requests,
        seconds=time.monotonic() - began,
    )
    return Audit(replace(report, exit_code=verdict_of(report)), known, seen.live, fingerprints)


def _believed(since: float | None) -> tuple[str, ...]:
    if since is None:
        return ()
    when = datetime.fromtimestamp(since, UTC)
    return (f"Parts of apps that were read since {when:%H:%M} UTC ({when:%d %B}) were not read again.",)


def read_live(project: Project, name: str, learned: Learned, around: Around, fingerprints: Fingerprints) -> Estate:
    """Only what is live of one stack, as an audit would see it, as far as an approval of it is bound to it.

    ``learned`` is what ``know`` tells of all stacks.
    """
    known, unusable = learned
    if name in unusable:
        raise unusable[name]

    async def read() -> Estate:
        async with open_vendors(
            project.folder, known[name].credentials, fingerprints, notice=around.say, transport=around.transport
        ) as vendors:
            live = await vendors.read(_question(known, [name], 0.0))
            others = _others(known)[name]
            return standing(_own(known[name], others, live), known[name].claims, others)

    return asyncio.run(read())


async def _look(
    project: Project,
    known: Mapping[str, Known],
    chosen: Sequence[str],
    fingerprints: Fingerprints,
    around: Around,
) -> _Seen:
    async def one(group: _Group) -> _Seen:
        async with open_vendors(
            project.folder, group.credentials, fingerprints, notice=around.say, transport=around.transport
        ) as vendors:
            return await _look_together(vendors, known, group.stacks, fingerprints, around.max_age)

    seen = await asyncio.gather(*(one(group) for group in _groups(known, chosen)))
    live = {name: estate for one in seen for name, estate in one.live.items()}
    findings = {name: found for one in seen for name, found in one.findings.items()}
    since = min((one.since for one in seen if one.since is not None), default=None)
    return _Seen(live, findings, sum(one.requests for one in seen), since)


def _groups(known: Mapping[str, Known], chosen: Sequence[str]) -> list[_Group]:
    groups: list[_Group] = []
    for name in chosen:
        alike = next((group for group in groups if group.credentials == known[name].credentials), None)
        if alike is None:
            groups.append(_Group(known[name].credentials, (name,)))
        else:
            groups[groups.index(alike)] = replace(alike, stacks=(*alike.stacks, name))
    return groups


async def _look_together(
    vendors: Vendors, known: Mapping[str, Known], stacks: Sequence[str], fingerprints: Fingerprints, max_age: float
) -> _Seen:
    whole = await vendors.read(_question(known, stacks, max_age))
    others = _others(known)
    live = {name: _own(known[name], others[name], whole) for name in stacks}
    findings = {}
    for name in stacks:
        ran = dict.fromkeys(known[name].apps, known[name].updates)
        by_hand = await vendors.releases_by_hand(live[name], ran)
        findings[name] = _compared(known[name], others[name], live[name], fingerprints, by_hand)
        subjects = [one.subject for one in findings[name] if one.subject and one.kind != "unverifiable"]
        told = await _causes(vendors, known[name], live[name], subjects) if subjects else {}
        findings[name] = [_explained(one, told, known[name].state.at) for one in findings[name]]
    return _Seen(live, findings, vendors.requests, vendors.believed_since)


async def _causes(vendors: Vendors, known: Known, live: Estate, subjects: Sequence[Subject]) -> Mapping[Subject, Cause]:
    spoken = open_texts(subjects, known.declared, known.recorded)
    return await vendors.causes(live, known.recorded, subjects, known.state.at, spoken)


def _explained(finding: Finding, told: Mapping[Subject, Cause], since: datetime | None) -> Finding:
    cause = told.get(finding.subject) if finding.subject else None
    return replace(finding, cause=cause) if cause and not _is_ours(finding, cause, since) else finding


def _is_ours(finding: Finding, cause: Cause, since: datetime | None) -> bool:
    """Whether a thing's own time only tells of our last write: what differs is kept in a list that has none."""
    old = since is not None and cause.when is not None and cause.when <= since
    return bool(finding.differences) and not cause.who and old


def _question(known: Mapping[str, Known], stacks: Iterable[str], max_age: float) -> Question:
    """What to look at for these stacks; the names of all stacks' things are known, so that none looks a stranger."""
    ids = {id: subject for one in known.values() for id, subject in one.ids.items()}
    apps, pipelines, repositories, teams = dict[str, str](), dict[str, str](), dict[str, None](), set[str]()
    environments: dict[str, tuple[str, ...]] = {}
    updated: dict[str, datetime] = {}
    for one in (known[name] for name in stacks):
        updated |= {app: run.ended for app in one.apps for run in one.updates}
        for subject, id, thing in one.things():
            if subject.kind == "app":
                apps[subject.name] = id or apps.get(subject.name, "")
                teams |= {str(thing.fields["team"])} if thing.fields.get("team") else set()
            elif subject.kind == "pipeline" and one.environment.owns_shared:
                pipelines[subject.name] = id or pipelines.get(subject.name, "")
            elif subject.vendor == "github":
                repository = "/".join((subject.scope or subject.name).split("/")[:2])
                repositories[repository] = None
                if subject.kind == "environment":
                    environments[repository] = (*environments.get(repository, ()), subject.name)
    return Question(
        Wanted(apps, pipelines, tuple(sorted(teams)), ids, updated),
        WantedRepositories(tuple(repositories), environments, ids),
        max_age,
    )


def _own(one: Known, others: Collection[Subject], live: Estate) -> Estate:
    part = share(live, one.claims, owner=one.environment.owns_shared)
    return replace(part, unreadable=foreign(part.unreadable, others))


def _others(known: Mapping[str, Known]) -> dict[str, Collection[Subject]]:
    """For each stack, what others claim and it does not."""
    everything = frozenset(subject for one in known.values() for subject in (*one.claims, *one.beside))
    return {name: everything - one.claims for name, one in known.items()}


def _compared(
    one: Known,
    others: Collection[Subject],
    live: Estate,
    fingerprints: Fingerprints,
    by_hand: Mapping[Subject, Cause],
) -> list[Finding]:
    context = Context(one.environment.stack, others, fingerprints, declared_paths(one.environment), by_hand)
    return list(compare(one.declared, one.recorded, live, context))


def _placed(findings: Iterable[Finding], known: Known) -> list[Finding]:
    """The findings with the file and line of what they are about, where it is declared."""
    return [_at(finding, known) if finding.path else finding for finding in findings]


def _at(finding: Finding, known: Known) -> Finding:
    file, line = known.document.place(finding.path)
    return replace(finding, file=file, line=line)


def _of_service(findings: Iterable[Finding], known: Mapping[str, Known]) -> list[Finding]:
    return [_at(finding, known[finding.stack]) if finding.stack in known else finding for finding in findings]
