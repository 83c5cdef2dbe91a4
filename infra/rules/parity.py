"""Compare environments with each other: what one lacks, what they share, and what points to another one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from infra.model.environment import STAGE_ORDER
from infra.model.estate import Subject, Thing
from infra.model.finding import FieldDifference, Finding
from infra.model.fingerprint import Fingerprints
from infra.rules.catalogue import CATALOGUE
from infra.rules.sides import AppFacts, Place, Side, Told, facts, lent, values
from infra.rules.suspicious import Names, is_placeholder, local_address, looks_secret, stage_in_host

SHORTEST_SECRET = 6
_ALIKE = "Make them alike"
_OF_ITS_OWN = "Give each environment an add-on of its own"
_WAY_OUT = {
    "parity-key-missing": "Declare it in each",
    "parity-secret-shared": "Give each its own",
    "parity-wrong-environment": "Name this environment's own",
    "parity-local-address": "Write the real address",
    "parity-placeholder": "Write the real value",
}
_EARLY = ("test", "review", "development")


@dataclass(frozen=True)
class _Remark:
    """A finding before anyone asked whether the difference is meant."""

    rule: str
    side: Side
    place: Place
    message: str
    suggestion: str = ""
    differences: tuple[FieldDifference, ...] = ()


Rule = Callable[["_Service"], Iterator[_Remark]]


@dataclass(frozen=True)
class _Service:
    """All environments in the order of promotion, each with the facts of its apps; the last is what others prepare."""

    sides: tuple[Side, ...]
    facts: Mapping[str, Mapping[str, AppFacts]]
    told: Mapping[str, tuple[Told, ...]]
    fingerprints: Fingerprints

    def apps(self, side: Side) -> Mapping[str, AppFacts]:
        """The apps of an environment, by key."""
        return self.facts[side.stack]

    def values(self, side: Side) -> tuple[Told, ...]:
        """Every value of an environment that is known."""
        return self.told[side.stack]

    def pairs(self) -> Iterator[tuple[Side, AppFacts, Side, AppFacts]]:
        """Each app of the earlier environments beside the same one of the last that has it."""
        for index, side in enumerate(self.sides[:-1]):
            for key, app in self.apps(side).items():
                later = [other for other in self.sides[index + 1 :] if key in self.apps(other)]
                if later:
                    yield side, app, later[-1], self.apps(later[-1])[key]


def judge_parity(sides: Mapping[str, Side], fingerprints: Fingerprints | None = None) -> tuple[Finding, ...]:
    """What speaks against the environments, by stack, side by side; differences that are declared are no findings.

    Works on what is declared alone where nothing live is known.
    """
    ordered = tuple(sorted(sides.values(), key=_order))
    apps = {side.stack: facts(side) for side in ordered}
    told = {side.stack: tuple(values(side, apps[side.stack])) for side in ordered}
    service = _Service(ordered, apps, told, fingerprints or Fingerprints())
    remarks = [remark for rule in (*_ALONE, *_SIDE_BY_SIDE) for remark in rule(service)]
    meant, found = [], dict[Finding, None]()
    for remark in remarks:
        if any(side.allows(remark.place) for side in ordered):
            meant.append(remark)
        else:
            found[_finding(remark)] = None
    return (*found, *(_unused(service, {name for remark in meant for name in _names(remark.place)})))


def _order(side: Side) -> tuple[int, str]:
    stage = side.environment.stage
    return (STAGE_ORDER.index(stage) if stage else len(STAGE_ORDER), side.stack)


def _finding(remark: _Remark) -> Finding:
    rule = CATALOGUE[remark.rule]
    return Finding(
        rule.id,
        rule.level,
        remark.place.path,
        remark.message,
        remark.suggestion
        or f"{_WAY_OUT.get(rule.id, _ALIKE)}, or say why not: differences: {{{remark.place.name}: …}}",
        "rule",
        remark.side.stack,
        differences=remark.differences,
        factor=rule.factor,
    )


def _names(place: Place) -> tuple[str, ...]:
    return (place.name, place.name.split(".", 2)[2]) if place.name.count(".") > 2 else (place.name,)


def _unused(service: _Service, used: set[str]) -> Iterator[Finding]:
    rule = CATALOGUE["parity-difference-unused"]
    if len(service.sides) < 2:
        return
    told: set[str] = set()
    for side in service.sides:
        for name in side.environment.service.differences:
            if name not in used and name not in told:
                told.add(name)
                message = f"{name} is the same everywhere, though it is declared to differ"
                yield Finding(rule.id, rule.level, ("differences", name), message, "Take it out", "rule", side.stack)


def _missing_keys(service: _Service) -> Iterator[_Remark]:
    for side in service.sides:
        for key, app in service.apps(side).items():
            others = {other.stack: service.apps(other).get(key) for other in service.sides if other is not side}
            there: dict[str, list[str]] = {}
            for stack, other in others.items():
                for name in (other.config_vars or {}) if other else ():
                    there.setdefault(name, []).append(stack)
            for name, stacks in there.items():
                if app.config_vars is not None and name not in app.config_vars:
                    message = f"{name} is set in {' and '.join(stacks)}, but not in {side.stack}"
                    yield _Remark("parity-key-missing", side, side.place(key, "config_vars", name), message)


def _shared_secrets(service: _Service) -> Iterator[_Remark]:
    holders: dict[str, list[tuple[Side, Told]]] = {}
    for side in service.sides:
        for told in (*service.values(side), *lent(side)):
            if len(told.text) >= SHORTEST_SECRET and not is_placeholder(told.text) and _opens(told):
                holders.setdefault(told.text, []).append((side, told))
    for text, places in holders.items():
        # Where add-ons alone say the same, the attachment is what is shared.
        first = next(((side, told) for side, told in places if (told.secret or told.found) and not told.lent), None)
        if first is None or not any(told.secret for _, told in places):
            continue
        side, one = first
        for other, another in places:
            if other.stack != side.stack:
                message = f"{one.what} is the same secret in {side.stack} as {another.what} in {other.stack}"
                shown = FieldDifference("value", live=f"secret {service.fingerprints.of(text)}", secret=True)
                yield _Remark("parity-secret-shared", side, one.place, message, differences=(shown,))
                break


def _opens(told: Told) -> bool:
    """Whether it may be a secret: also one that stands open in one environment, and is kept secret in another."""
    return told.secret or told.found or (not told.lent and looks_secret(told.what, told.text))


def _wrong_environment(service: _Service) -> Iterator[_Remark]:
    names = {side.stack: _names_of(side) for side in service.sides}
    for side in service.sides:
        foreign = {name: other for other in service.sides if other is not side for name in names[other.stack]}
        strange = Names(name for name in foreign if name not in names[side.stack])
        stages = {other.stack for other in service.sides} | {str(other.environment.stage) for other in service.sides}
        others = stages - {side.stack, str(side.environment.stage), "None"}
        for told in service.values(side):
            found = strange.first_in(told.text) or stage_in_host(told.text, others)
            if found:
                whose = foreign[found].stack if found in foreign else "another environment"
                # A secret is not quoted, but the name of an app or host in it is none.
                message = f"{told.what} of {side.stack} names {found}, which is {whose}'s"
                yield _Remark("parity-wrong-environment", side, told.place, message)


def _names_of(side: Side) -> set[str]:
    """Names that belong to one environment: its apps, its domains, its add-ons."""
    found = set(side.app_names)
    for estate in filter(None, (side.declared, side.live)):
        for subject, thing in estate.things.items():
            if subject.vendor == "heroku" and subject.scope in side.app_names:
                found |= {subject.name} if subject.kind == "domain" else set()
                found |= {str(thing.fields["name"])} if subject.kind == "addon" and "name" in thing.fields else set()
    return found


def _betrayed(service: _Service) -> Iterator[_Remark]:
    for side in service.sides:
        domains = [host for app in side.environment.apps.values() for host in app.domains]
        for told in service.values(side):
            local = local_address(told.text, domains)
            if is_placeholder(told.text):
                message = f"{told.what} of {side.stack} is {'empty' if not told.text.strip() else 'a placeholder'}"
                yield _Remark("parity-placeholder", side, told.place, message)
            elif local and side.environment.stage not in _EARLY:
                message = f"{told.what} of {side.stack} points to {local}"
                yield _Remark("parity-local-address", side, told.place, message)


def _stacks(service: _Service) -> Iterator[_Remark]:
    for side, app, _, there in service.pairs():
        if app.stack and there.stack and app.stack != there.stack:
            message = f"{app.name} runs on {app.stack}, {there.name} on {there.stack}"
            yield _Remark("parity-stack", side, side.place(app.key, "stack"), message)
        if app.buildpacks != there.buildpacks:
            message = f"{app.name} is built by {_listed(app.buildpacks)}, {there.name} by {_listed(there.buildpacks)}"
            yield _Remark("parity-buildpacks", side, side.place(app.key, "buildpacks"), message)


def _listed(buildpacks: tuple[str, ...]) -> str:
    return ", ".join(buildpacks) or "what Heroku finds"


def _addons(service: _Service) -> Iterator[_Remark]:
    for side, app, other, there in service.pairs():
        for key in sorted({*app.addons, *there.addons}):
            one, two = app.addons.get(key), there.addons.get(key)
            if one is None or two is None:
                lacking, having = (side, other) if one is None else (other, side)
                found = one or two
                service_name = f" ({found.service})" if found and found.service != key else ""
                message = f"the add-on {key}{service_name} is in {having.stack}, but not in {lacking.stack}"
                yield _Remark("parity-addon", lacking, lacking.place(app.key, "addons", key), message)
            elif one.service != two.service:
                message = f"the add-on {key} is {one.service} in {side.stack}, {two.service} in {other.stack}"
                yield _Remark("parity-addon", side, side.place(app.key, "addons", key), message)
            elif one.plan != two.plan:
                message = f"the add-on {key} is {one.plan} in {side.stack}, {two.plan} in {other.stack}"
                yield _Remark("parity-plan", side, side.place(app.key, "addons", key), message)


def _processes(service: _Service) -> Iterator[_Remark]:
    for side, app, other, there in service.pairs():
        for kind, noun in (("formation", "process type"), ("features", "feature")):
            one, two = getattr(app, kind), getattr(there, kind)
            for name in sorted(one ^ two) if one is not None and two is not None else ():
                lacking, having = (side, other) if name in two else (other, side)
                message = f"the {noun} {name} is in {having.stack}, but not in {lacking.stack}"
                rule = f"parity-{kind.removesuffix('s')}"
                yield _Remark(rule, lacking, lacking.place(app.key, kind, name), message)


def _foreign_attachments(service: _Service) -> Iterator[_Remark]:
    owners = {name: side for side in service.sides for name in side.app_names}
    for side, place, subject, thing in _attachments(service):
        owner = owners.get(str(thing.fields.get("app", "")))
        if owner and owner is not side:
            message = f"{subject.name} of {subject.scope} is an add-on of {owner.stack}'s {thing.fields['app']}"
            yield _Remark("parity-attachment", side, place, message, _OF_ITS_OWN)


def _common_attachments(service: _Service) -> Iterator[_Remark]:
    """Two environments that borrow the same add-on from an app that is neither's."""
    owners = {name for side in service.sides for name in side.app_names}
    borrowers: dict[tuple[str, str], tuple[Side, Subject]] = {}
    for side, place, subject, thing in _attachments(service):
        lender, addon = (str(thing.fields.get(field, "")) for field in ("app", "addon"))
        if not lender or lender in owners:
            continue
        other, its = borrowers.setdefault((lender, addon), (side, subject))
        if other is not side:
            message = f"{subject.name} of {subject.scope} and {its.name} of {its.scope} are one add-on of {lender}"
            yield _Remark("parity-attachment", side, place, message, _OF_ITS_OWN)


def _attachments(service: _Service) -> Iterator[tuple[Side, Place, Subject, Thing]]:
    """What is attached to the environments' apps, with its side and place."""
    for side in service.sides:
        for subject, thing in (side.live or side.declared).things.items():
            key = side.app_names.get(subject.scope)
            if subject.kind == "attachment" and key:
                yield side, side.place(key, "attachments", subject.name), subject, thing


_ALONE: tuple[Rule, ...] = (_betrayed,)
_SIDE_BY_SIDE: tuple[Rule, ...] = (
    _shared_secrets,
    _wrong_environment,
    _foreign_attachments,
    _common_attachments,
    _missing_keys,
    _stacks,
    _addons,
    _processes,
)
