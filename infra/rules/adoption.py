"""The settings that would declare what is live, or why there are none."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from infra.model.environment import App, Environment
from infra.model.estate import Estate, Hidden, Subject, Thing, Unknown
from infra.model.finding import Finding
from infra.model.values import Path
from infra.rules.suspicious import looks_secret

Setting = tuple[Path, Any]
_LABEL = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,49}")
_RULE_FLAGS = ("creation", "update", "deletion", "non_fast_forward", "required_linear_history", "required_signatures")


class Unadoptable(Exception):
    """What is live cannot be said in a stack file; the message says why, and what to do."""


@dataclass(frozen=True)
class Adoption:
    """Settings to write, by their path in the document; secrets are ``Hidden``. ``label`` is what a thing is called."""

    subject: Subject
    settings: tuple[Setting, ...]
    label: str = ""


def adoption(finding: Finding, environment: Environment, live: Estate) -> Adoption:
    """What declares the live value that ``finding`` tells of; raises ``Unadoptable``."""
    subject = finding.subject
    if subject is None or finding.kind not in ("changed", "missing", "unmanaged"):
        raise Unadoptable("nothing live differs there from what was applied")
    desk = _Desk(finding, subject, environment, live.things.get(subject))
    maker = _MAKERS.get((subject.vendor, subject.kind))
    if maker is None or (finding.kind == "missing" and subject.kind in _NEVER_WITHOUT):
        raise Unadoptable(_REFUSED.get(subject.kind, "it is no setting of a stack file"))
    return maker(desk)


@dataclass(frozen=True)
class _Desk:
    finding: Finding
    subject: Subject
    environment: Environment
    live: Thing | None

    @property
    def fields(self) -> Mapping[str, Any]:
        """What is live, field by field; as far as it was changed, if it was."""
        assert self.live is not None  # noqa: S101 - only what is live is asked for its fields
        changed = {one.name.split(".")[0] for one in self.finding.differences}
        if self.finding.kind != "changed":
            return self.live.fields
        return {name: value for name, value in self.live.fields.items() if name in changed}

    def app(self) -> tuple[Path, App]:
        """The app that it is in, with its place in the document."""
        name = self.subject.name if self.subject.kind == "app" else self.subject.scope
        for key, app in self.environment.apps.items():
            if app.name == name:
                return (() if self.environment.single else ("apps", key)), app
        raise Unadoptable(f"{name} is no app of this environment: give it a stack of its own, or delete it")

    def make(self, path: Path, value: Any, label: str = "") -> Adoption:
        """One setting; ``None`` takes away what is missing."""
        return Adoption(self.subject, ((path, None if self.live is None else value),), label)

    def labelled(self, taken: Mapping[str, Any], wanted: str) -> str:
        """What the stack file calls it: as it does already, or a label that is free."""
        if self.subject.name in taken:
            return self.subject.name
        stem = wanted if _LABEL.fullmatch(wanted) else self.subject.kind
        names = (stem, *(f"{stem}-{number}" for number in range(2, len(taken) + 3)))
        return next(name for name in names if name not in taken)


def _config_var(desk: _Desk) -> Adoption:
    prefix, app = desk.app()
    path = (*prefix, "config_vars", desk.subject.name)
    if desk.live is None:
        return desk.make(path, None)
    return desk.make(path, _told(desk.live.fields["value"], app.config_vars.get(desk.subject.name), desk.subject.name))


def _told(value: Any, declared: Any, name: str) -> Any:
    """Text that stands open today stays so, unless it looks like a secret by now; all else is sealed."""
    text = value.reveal() if isinstance(value, Hidden) else value
    is_open = isinstance(declared, str) and not looks_secret(name, text)
    return text if is_open or not isinstance(value, Hidden) else Hidden(text)


def _pipeline_config_var(desk: _Desk) -> Adoption:
    stage = desk.subject.scope.rpartition("/")[2]
    pipeline = desk.environment.service.pipeline
    known = dict(pipeline.config_vars).get(stage, {}) if pipeline else {}  # type: ignore[call-overload]
    path = ("pipeline", "config_vars", stage, desk.subject.name)
    if desk.live is None:
        return desk.make(path, None)
    return desk.make(path, _told(desk.live.fields["value"], known.get(desk.subject.name), desk.subject.name))


def _app(desk: _Desk) -> Adoption:
    if desk.finding.kind != "changed":
        raise Unadoptable("an app is more than a setting: give it a stack of its own, or delete it")
    refused = {"name", "region", "space", "generation"} & set(desk.fields)
    if refused:
        raise Unadoptable(f"another {sorted(refused)[0]} in the stack file would make a new app: change it back")
    prefix, _ = desk.app()
    return Adoption(
        desk.subject,
        tuple(((*prefix, name), value or None if name == "team" else value) for name, value in desk.fields.items()),
    )


def _addon(desk: _Desk) -> Adoption:
    prefix, app = desk.app()
    service = str(desk.live.fields.get("service") or desk.live.fields["plan"].split(":")[0]) if desk.live else ""
    label = desk.labelled(app.addons, service.removeprefix("heroku-"))
    place = (*prefix, "addons", label)
    if desk.live is None:
        return desk.make(place, None)
    if desk.finding.kind == "unmanaged":
        return desk.make(place, {"plan": desk.live.fields["plan"], "name": desk.live.fields["name"]}, label)
    return Adoption(desk.subject, tuple(((*place, name), value) for name, value in desk.fields.items()), label)


def _domain(desk: _Desk) -> Adoption:
    prefix, app = desk.app()
    certificate = desk.live.fields.get("certificate", "") if desk.live else ""
    if certificate and certificate not in app.certificates:
        raise Unadoptable("its certificate is none of the stack file's, and its key cannot be read")
    value = {"certificate": certificate} if certificate else {}
    return _listed(desk, (*prefix, "domains"), app.domains, value)


def _collaborator(desk: _Desk) -> Adoption:
    prefix, app = desk.app()
    permissions = list(desk.live.fields.get("permissions", [])) if desk.live and app.team else []
    return _listed(
        desk, (*prefix, "collaborators"), app.collaborators, {"permissions": permissions} if permissions else {}
    )


def _listed(desk: _Desk, place: Path, known: Mapping[str, Any], value: Any) -> Adoption:
    """A setting that may be written as a list: as a whole, so that either form takes it."""
    said = {name: section.model_dump(exclude_defaults=True, by_alias=True) for name, section in known.items()}
    said.pop(desk.subject.name, None)
    if desk.live is not None:
        said[desk.subject.name] = value
    if not any(said.values()):
        return Adoption(desk.subject, ((place, sorted(said)),))
    # In a map, which merges with the service's, only null takes something away.
    return Adoption(desk.subject, ((place, said if desk.live else {**said, desk.subject.name: None}),))


def _formation(desk: _Desk) -> Adoption:
    prefix, _ = desk.app()
    place = (*prefix, "formation", desk.subject.name)
    if desk.finding.kind != "changed":
        return desk.make(place, {key: desk.fields[key] for key in ("size", "quantity")} if desk.live else None)
    return Adoption(desk.subject, tuple(((*place, name), value) for name, value in desk.fields.items()))


def _feature(desk: _Desk) -> Adoption:
    prefix, _ = desk.app()
    return desk.make((*prefix, "features", desk.subject.name), bool(desk.live and desk.live.fields.get("enabled")))


def _notified(section: str) -> Callable[[_Desk], Adoption]:
    def maker(desk: _Desk) -> Adoption:
        prefix, app = desk.app()
        label = desk.labelled(getattr(app, section), desk.subject.kind)
        place = (*prefix, section, label)
        if desk.live is None or desk.finding.kind == "unmanaged":
            return desk.make(place, dict(desk.fields) if desk.live else None, label)
        return Adoption(desk.subject, tuple(((*place, name), value) for name, value in desk.fields.items()), label)

    return maker


def _variable(desk: _Desk) -> Adoption:
    value = desk.live.fields["value"] if desk.live else None
    return desk.make(("github", *_inside(desk.subject), "variables", desk.subject.name), value)


def _inside(subject: Subject) -> Path:
    environment = subject.scope.split("/", 2)[2:]
    return ("environments", *environment) if environment else ()


def _environment(desk: _Desk) -> Adoption:
    place = ("github", "environments", desk.subject.name)
    if desk.live is None:
        return desk.make(place, None)
    fields = desk.fields
    plain = ("wait_timer", "prevent_self_review", "can_admins_bypass")
    said = {name: fields[name] for name in plain if name in fields and not isinstance(fields[name], Unknown)}
    reviewers = {who: fields[f"reviewers_{who}"] for who in ("users", "teams") if f"reviewers_{who}" in fields}
    policy = {name: desk.live.fields.get(name) for name in ("protected_branches", "branches", "tags")}
    if desk.finding.kind == "unmanaged":
        return desk.make(
            place,
            _without_empty({**said, "reviewers": _without_empty(reviewers), "branch_policy": _without_empty(policy)}),
        )
    settings: list[Setting] = [((*place, name), value) for name, value in said.items()]
    settings += [((*place, "reviewers", who), value) for who, value in reviewers.items()]
    if set(policy) & set(fields):
        settings.append(((*place, "branch_policy"), policy if any(policy.values()) else None))
    return Adoption(desk.subject, tuple(settings))


def _without_empty(said: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in said.items() if value or name == "can_admins_bypass"}


def _repository_webhook(desk: _Desk) -> Adoption:
    label = desk.labelled(desk.environment.service.github.webhooks, "webhook")
    place = ("github", "webhooks", label)
    if desk.live is None:
        return desk.make(place, None)
    if "secret" in desk.fields or any(one.name == "secret" for one in desk.finding.differences):
        raise Unadoptable("GitHub does not show the secret that signs its deliveries: set it anew, with the receiver")
    if desk.finding.kind == "unmanaged":
        return desk.make(place, dict(desk.fields), label)
    return Adoption(desk.subject, tuple(((*place, name), value) for name, value in desk.fields.items()), label)


def _ruleset(desk: _Desk) -> Adoption:
    place = ("github", "rulesets", desk.subject.name)
    if desk.live is None:
        return desk.make(place, None)
    if not _LABEL.fullmatch(desk.subject.name):
        raise Unadoptable("its name is no label: rename it, or write it by hand")
    fields = {name: value for name, value in desk.fields.items() if not isinstance(value, Unknown) and name != "name"}
    names = ("target", "enforcement", "include", "exclude", "bypass")
    settings: dict[str, Any] = {name: fields[name] for name in names if name in fields}
    if "rules" in fields:
        settings |= _rules(fields["rules"])
    if desk.finding.kind == "unmanaged":
        return desk.make(place, {name: value for name, value in settings.items() if value not in (None, False, [])})
    return Adoption(desk.subject, tuple(((*place, name), value) for name, value in settings.items()))


def _rules(rules: Mapping[str, Any]) -> dict[str, Any]:
    known = {*_RULE_FLAGS, "pull_request", "required_status_checks"}
    strange = sorted(set(rules) - known)
    if strange:
        raise Unadoptable(f"a stack file knows no rule {strange[0]}: take it away at GitHub, or acknowledge it")
    said: dict[str, Any] = {name: name in rules for name in _RULE_FLAGS}
    said["pull_request"] = dict(rules["pull_request"]) if "pull_request" in rules else None
    checks = rules.get("required_status_checks")
    said["required_status_checks"] = checks and {
        "checks": [one["context"] for one in checks.get("required_status_checks", [])],
        "strict": bool(checks.get("strict_required_status_checks_policy")),
    }
    return said


def _deploy_key(desk: _Desk) -> Adoption:
    if not _LABEL.fullmatch(desk.subject.name):
        raise Unadoptable("its title is no label: a key that nobody declares is best taken away")
    place = ("github", "deploy_keys", desk.subject.name)
    if desk.live is None:
        return desk.make(place, None)
    return desk.make(place, {name: desk.live.fields[name] for name in ("key", "read_only")})


def _repository(desk: _Desk) -> Adoption:
    if desk.live is None or "archived" in desk.fields:
        raise Unadoptable("a repository that is archived or gone is no setting: bring it back, or take it out by hand")
    place = ("github", "repository")
    said = {name: value or None if name == "description" else value for name, value in desk.fields.items()}
    return Adoption(desk.subject, tuple(((*place, name), value) for name, value in said.items()))


_NEVER_WITHOUT = ("app", "pipeline", "repository", "coupling")
_REFUSED = {
    "secret": "nobody can read a secret: set it anew, or say where it is kept (kept_in: …)",
    "dependabot-secret": "nobody can read a secret: set it anew, or say where it is kept (kept_in: …)",
    "certificate": "the key of a certificate cannot be read: set both anew",
    "attachment": "say by hand which add-on it is, under attachments or as",
    "coupling": "an app's stage is its environment's: put it back",
    "pipeline": "a pipeline's name and owner are not changed by a setting: put them back",
    "release": "a release is no setting: deploy, or put the config back",
    "telemetry-drain": "telemetry drains are not settings of a stack file yet",
    "app": "an app that is gone is no setting: take it out by hand, or put it back",
    "repository": "a repository that is gone is no setting: take it out by hand, or put it back",
}
_MAKERS: Mapping[tuple[str, str], Callable[[_Desk], Adoption]] = {
    ("heroku", "config-var"): _config_var,
    ("heroku", "pipeline-config-var"): _pipeline_config_var,
    ("heroku", "app"): _app,
    ("heroku", "addon"): _addon,
    ("heroku", "domain"): _domain,
    ("heroku", "collaborator"): _collaborator,
    ("heroku", "formation"): _formation,
    ("heroku", "feature"): _feature,
    ("heroku", "drain"): _notified("drains"),
    ("heroku", "webhook"): _notified("webhooks"),
    ("github", "variable"): _variable,
    ("github", "environment"): _environment,
    ("github", "webhook"): _repository_webhook,
    ("github", "ruleset"): _ruleset,
    ("github", "deploy-key"): _deploy_key,
    ("github", "repository"): _repository,
}
