"""The one model of an environment: what service and stack file say together, typed and checked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from pydantic import Field, field_validator

from infra.model.dynos import DynoSize
from infra.model.fields import (
    AppName,
    AttachmentName,
    CertificateChain,
    ConfigVarName,
    DrainAddress,
    Email,
    Hostname,
    KeepableValue,
    Label,
    PipelineName,
    Plan,
    ProcessType,
    RepositoryName,
    SecretValue,
    Stage,
    Text,
    Value,
    WebAddress,
    kind,
    refuse,
)
from infra.model.github import GitHub
from infra.model.section import Section, settled
from infra.model.values import Path
from infra.model.wording import quoted

STAGE_ORDER = ("test", "review", "development", "staging", "production")
DEFAULT_REGION = "us"
DEFAULT_SIZE = "basic"


def or_list(what: str) -> Callable[[dict[str, Any]], None]:
    """A schema change that also lets a plain list stand for the map's keys, and ``null`` take one of them away."""

    def extend(schema: dict[str, Any]) -> None:
        mapping = {key: schema.pop(key) for key in ("type", "additionalProperties", "propertyNames") if key in schema}
        mapping["additionalProperties"] = {"anyOf": [mapping["additionalProperties"], {"type": "null"}]}
        item = {**mapping["propertyNames"], "type": "string", "description": what}
        listing = {"type": "array", "items": item, "uniqueItems": True}
        schema["anyOf"] = [listing, mapping]

    return extend


def keys_of(value: Any, noun: str) -> Any:
    """A list as a map from its items, or ``value`` itself; refuses an item that stands there twice."""
    if not isinstance(value, list):
        return value
    items = settled(value)
    for index, item in enumerate(items):
        if not isinstance(item, str):
            raise refuse(f"item {index + 1} must be {noun}, not {kind(item)}")
        if item in items[:index]:
            raise refuse(f"{quoted(item)} is listed twice", "Keep one")
    return {item: {} for item in items}


class Process(Section):
    """How one process type runs."""

    size: DynoSize | None = None
    """The dyno size; left out, Heroku's own choice stays."""
    quantity: int = Field(default=1, ge=0, le=100)
    """How many dynos."""


class Addon(Section):
    """One add-on of an app."""

    plan: Plan
    """Service and plan: heroku-postgresql:essential-0."""
    as_: AttachmentName | None = Field(default=None, alias="as")
    """The attachment's name; its config vars are <NAME>_URL and the like."""
    name: Label | None = None
    """The add-on's own name, unique at Heroku; left out, Heroku makes one up."""
    config: dict[ConfigVarName, Value] = {}
    """Options the add-on's provider takes when it is created."""


class Attachment(Section):
    """An add-on of another app of this environment, attached to this one too."""

    app: Label
    """The key under apps that owns the add-on."""
    addon: Label
    """The add-on's key there."""


class Domain(Section):
    """A host name of the app."""

    certificate: Label | None = None
    """Which of certificates serves it; left out, Heroku's automated one (acm) if that is on."""


class Certificate(Section):
    """A TLS certificate of our own (an SNI endpoint)."""

    certificate_chain: CertificateChain
    """The PEM chain, leaf first."""
    private_key: SecretValue
    """The PEM key that fits it."""


class Drain(Section):
    """Where the app's logs go."""

    url: DrainAddress
    """syslog://, syslog+tls:// or https:// address; usually a secret."""


class Webhook(Section):
    """Whom Heroku tells about the app's events."""

    url: WebAddress
    """Where the events are posted."""
    include: list[Text] = Field(min_length=1)
    """Which entities: api:release, api:build, …"""
    level: Literal["notify", "sync"] = "notify"
    """notify tries once, sync holds the event back until it was taken."""
    secret: SecretValue | None = None
    """Signs each delivery."""
    authorization: SecretValue | None = None
    """The Authorization header of each delivery."""


class Collaborator(Section):
    """Someone who may work on the app."""

    permissions: list[Literal["view", "deploy", "operate", "manage"]] = []
    """What they may do there; only for apps of a team."""


class AppDefaults(Section):
    """Settings every app can have; beside apps: they hold for all of them."""

    region: Text | None = None
    """us, eu, or a private region."""
    stack: Text | None = None
    """heroku-22, heroku-24, container, …"""
    team: Text | None = None
    """The Heroku team that owns the app; left out, the token's account."""
    buildpacks: list[Text] = []
    """Buildpacks in order: heroku/clojure."""
    maintenance: bool = False
    """Whether visitors see the maintenance page."""
    acm: bool = False
    """Whether Heroku keeps certificates for the domains."""
    config_vars: dict[ConfigVarName, KeepableValue] = {}
    """The app's config vars; secrets by reference to their sealed value, or to where else they are kept."""
    features: dict[Label, bool] = {}
    """App features (labs) by name, on or off."""
    collaborators: dict[Email, Collaborator] = Field(default={}, json_schema_extra=or_list("an e-mail address"))
    """Who else may work on the app."""
    drains: dict[Label, Drain] = {}
    """Log drains by a name of your choice."""
    webhooks: dict[Label, Webhook] = {}
    """App webhooks by a name of your choice."""

    @field_validator("collaborators", mode="before")
    @classmethod
    def _list_of_emails(cls, value: Any) -> Any:
        return keys_of(value, "an e-mail address")


class AppOwn(Section):
    """Settings that belong to one app alone."""

    formation: dict[ProcessType, Process] = {}
    """Process types by name, with size and quantity."""
    addons: dict[Label, Addon] = {}
    """Add-ons by a name of your choice."""
    attachments: dict[AttachmentName, Attachment] = {}
    """Add-ons of other apps, by the name they get here."""
    domains: dict[Hostname, Domain] = Field(default={}, json_schema_extra=or_list("a host name"))
    """Host names; a plain list does when none needs a certificate of its own."""
    certificates: dict[Label, Certificate] = {}
    """TLS certificates by a name of your choice."""

    @field_validator("domains", mode="before")
    @classmethod
    def _list_of_hosts(cls, value: Any) -> Any:
        return keys_of(value, "a host name")


class App(AppDefaults, AppOwn):
    """One app, whole."""

    name: AppName = Field(alias="app")
    """Its name at Heroku, unique in the world."""


class AppEntry(AppDefaults, AppOwn):
    """One of several apps of an environment; what stands beside apps: holds for it too."""

    app: AppName
    """Its name at Heroku, unique in the world."""


class Pipeline(Section):
    """The pipeline that carries a build from stage to stage."""

    name: PipelineName
    """Its name at Heroku."""
    stages: list[Stage] = Field(min_length=1)
    """The stages in the order of promotion."""
    config_vars: dict[Literal["test", "review"], dict[ConfigVarName, KeepableValue]] = {}
    """Config vars of CI runs (test) and review apps (review)."""

    @field_validator("stages")
    @classmethod
    def _once_each(cls, value: list[Stage]) -> list[Stage]:
        if len(set(value)) < len(value):
            raise refuse("a stage is listed twice", "Keep one")
        if sorted(value, key=STAGE_ORDER.index) != value:
            raise refuse("promotion goes from development over staging to production", "Put the stages in that order")
        return value


class ServiceWide(Section):
    """Settings of the service as a whole."""

    repository: RepositoryName | None = None
    """The GitHub repository, owner/name."""
    language: Literal["clojure", "python", "node"] | None = None
    """What the service is written in."""
    pipeline: Pipeline | None = None
    """The Heroku pipeline that the environments' apps belong to."""
    stage: Stage | None = None
    """This environment's stage in the pipeline; left out, the stack's name."""
    shared_in: Text | None = None
    """The stack that owns what environments share (pipeline, repository); left out, the first stage's."""
    protect: bool | None = None
    """Whether what holds data refuses to be destroyed; left out, only in production."""
    differences: dict[Text, Text] = {}
    """What is meant to differ from other environments, by its path (config_vars.LOG_LEVEL, addons.logs), and why."""
    github: GitHub = GitHub()
    """What the GitHub repository holds for this service."""


class Document(ServiceWide, AppDefaults, AppOwn):
    """Service and environment merged, as a person writes them."""

    app: AppName | None = None
    """The app's name at Heroku, unique in the world."""
    apps: dict[Label, AppEntry] = {}
    """Several apps by a name of your choice, instead of app."""


class Environment(Section):
    """One environment, sound in form: its place in the service, and its apps by key (the only one is ``app``)."""

    stack: str
    stage: Stage | None
    shared_in: str
    protect: bool
    single: bool
    service: ServiceWide
    apps: dict[str, App]
    stacks: tuple[str, ...] = ()
    """Every stack of the project, sound or not."""
    unsound: tuple[Path, ...] = ()
    """Parts of the document that are left out here, because they are at fault themselves."""

    def lacks(self, path: Path) -> bool:
        """Whether ``path``, or something it stands in or that stands in it, is left out as unsound."""
        return any(path[: len(part)] == part[: len(path)] for part in self.unsound)

    @property
    def owns_shared(self) -> bool:
        """Whether this stack declares the pipeline and the repository's own settings."""
        return self.shared_in == self.stack

    @property
    def own_deployments(self) -> tuple[str, ...]:
        """GitHub's environments of this stack: its stage's, and if it owns what is shared, those of no stage."""
        stages = self.service.pipeline.stages if self.service.pipeline else ()
        return tuple(
            name
            for name in self.service.github.environments
            if name in (self.stage, self.stack) or (self.owns_shared and name not in stages)
        )
