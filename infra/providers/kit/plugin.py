"""A provider as data, and its operations on plain values: everything the wire protocol needs, without the wire."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic

from infra.errors import Interrupted, TwelvefoldError
from infra.providers.kit.check import Failure, check_inputs
from infra.providers.kit.context import Context, Severity
from infra.providers.kit.diff import Change, Changes, changes_between, must_go_first, replacing
from infra.providers.kit.fields import by_wire, to_python, to_wire, unfolded, wire_name
from infra.providers.kit.guard import Guard
from infra.providers.kit.naming import Naming, named
from infra.providers.kit.outputs import (
    live_inputs,
    marked,
    marked_inputs,
    planned_create,
    planned_update,
    secret_names,
)
from infra.providers.kit.package import Package
from infra.providers.kit.resource import Client, Listing, Old, Resource
from infra.providers.kit.values import Values, has_unknown, plain

Tell = Callable[[str, Severity, str], None]


class UnknownToken(TwelvefoldError):
    """The program asks for a type that this plugin does not serve."""


class NotListed(TwelvefoldError):
    """A type of which there is no list at the vendor."""


class HalfMade(Exception):
    """A create or update that took effect but failed afterwards."""

    def __init__(self, cause: BaseException, id: str, outputs: Values) -> None:
        super().__init__("half made")
        self.cause = cause
        self.id = id
        self.outputs = outputs


@dataclass(frozen=True)
class Difference:
    """The answer to a diff."""

    changes: Changes
    delete_first: bool


@dataclass
class Plugin(Generic[Client]):
    """The running provider: one package, its client once configured, and whether it was told to stop."""

    package: Package[Client]
    tell: Tell = lambda _urn, _severity, _text: None
    resumes: datetime | None = None
    _known: set[str] = field(default_factory=set)
    _client: Client | None = None
    _guard: Guard = field(default_factory=Guard)
    _stopped: asyncio.Event = field(default_factory=asyncio.Event)
    _urn: contextvars.ContextVar[str] = field(default_factory=lambda: contextvars.ContextVar("urn", default=""))

    def check_config(self, news: Values) -> tuple[Values, list[Failure]]:
        """The provider's configuration, checked; what it holds is passed on as it came."""
        ours = {key: value for key, value in news.items() if key not in ("version", "pluginDownloadURL")}
        fields = self.package.config
        checked, failures = check_inputs(fields, unfolded(fields, ours), what=f"the {self.package.vendor} provider")
        if not failures:
            found = self.package.check_config(to_python(fields, plain(checked)))
            failures = [Failure(name, reason) for name, reason in found]
        secret = {key for key, declared in by_wire(fields).items() if declared.secret and key in news}
        return {**news, **{key: checked[key] for key in secret & checked.keys()}}, failures

    def configure(self, args: Values) -> None:
        """Make the client; no request is sent."""
        settings = to_python(self.package.config, plain(args))
        self._client = self.package.connect(settings, self)
        self._guard = Guard(everything=self.package.allows_data_loss(settings))

    @property
    def client(self) -> Client:
        """The client, which the engine always configures before it is needed."""
        if self._client is None:
            raise TwelvefoldError(f"the {self.package.vendor} provider was used before it was configured")
        return self._client

    def stop(self) -> None:
        """End every wait now."""
        self._stopped.set()

    async def sleep(self, seconds: float) -> None:
        """Wait, unless the person stops the update."""
        try:
            await asyncio.wait_for(self._stopped.wait(), seconds)
        except TimeoutError:
            return
        raise Interrupted("stopped while waiting", todo="The next `pulumi up` goes on from here.")

    def notice(self, text: str) -> None:
        """Tell the person what is waited for, beside the resource that waits."""
        self.tell(self._urn.get(), "warning", text)

    def resource(self, type_token: str) -> Resource[Client]:
        """The resource of a type token, also when the token tells its parents' types."""
        token = type_token.rsplit("$", 1)[-1]
        found = self.package.resources.get(token)
        if found is None:
            raise UnknownToken(
                f"the {self.package.vendor} provider of Twelvefold does not serve `{token}`",
                todo="It serves: " + ", ".join(sorted(self.package.resources)),
            )
        return found

    def check(self, token: str, news: Values, olds: Values, naming: Naming) -> tuple[Values, list[Failure]]:
        """Inputs as they will be kept, and what is wrong with them."""
        resource = self.resource(token)
        checked, failures = check_inputs(
            resource.fields, named(resource.fields, news, plain(olds), naming), what=_noun(resource)
        )
        if not failures:
            found = resource.check(to_python(resource.fields, plain(checked)))
            failures = [Failure(_wire(resource, name), reason) for name, reason in found]
        return checked, failures

    async def diff(
        self, token: str, id: str, old_inputs: Values, olds: Values, news: Values, ignored: Sequence[str]
    ) -> Difference:
        """What changed; inputs are compared, and nothing but plain values."""
        resource = self.resource(token)
        before, after = plain(old_inputs), plain(news)
        changes = changes_between(resource.fields, before, after, ignored=ignored)
        if resource.differs is not None and not changes and not has_unknown(news):
            old = self._old(resource, before, plain(olds))
            moved = await resource.differs(self.client, id, old, to_python(resource.fields, after))
            changes = {_wire(resource, name): _noticed(resource, name) for name in moved}
        if replacing(changes):
            new = to_python(resource.fields, after)
            await self._guard.check_replace(
                resource, self.client, id, self._old(resource, before, plain(olds)), new, replacing(changes)
            )
        return Difference(changes, must_go_first(resource.natural_key, resource.fields, changes))

    def _old(self, resource: Resource[Client], inputs: Values, outputs: Values) -> Old:
        return Old(to_python(resource.fields, inputs), to_python(resource.fields, outputs))

    def _context(self, urn: str, timeout: float) -> Context:
        self._urn.set(urn)
        return Context(
            urn,
            timeout,
            sleep=self.sleep,
            tell=lambda severity, text: self.tell(urn, severity, text),
            resumes=self.resumes,
            known=self._known,
        )

    def plan_create(self, token: str, news: Values) -> Values:
        """The outputs of a create that is only previewed."""
        fields = self.resource(token).fields
        return marked(fields, planned_create(fields, news), secret_names(news))

    async def create(self, token: str, urn: str, news: Values, timeout: float) -> tuple[str, Values]:
        """Create it: its id and outputs, or HalfMade when something failed after it existed."""
        resource = self.resource(token)
        context = self._context(urn, timeout)
        try:
            made = await resource.create(self.client, to_python(resource.fields, plain(news)), context)
        except Exception as error:
            raise self._remembered(error, resource, context, news) from error
        self._known.add(made.id)
        return made.id, self._answer(resource, made.outputs, news)

    def plan_update(self, token: str, old_inputs: Values, olds: Values, news: Values) -> Values:
        """The outputs of an update that is only previewed."""
        fields = self.resource(token).fields
        changes = changes_between(fields, plain(old_inputs), plain(news))
        planned = planned_update(fields, plain(olds), plain(news), changes)
        return marked(fields, planned, secret_names(news, olds))

    async def update(
        self, token: str, urn: str, id: str, old_inputs: Values, olds: Values, news: Values, timeout: float
    ) -> Values:
        """Change it: its outputs, or HalfMade when something failed after it changed."""
        resource = self.resource(token)
        context = self._context(urn, timeout)
        old = self._old(resource, plain(old_inputs), plain(olds))
        try:
            outputs = await resource.update(self.client, id, old, to_python(resource.fields, plain(news)), context)
        except Exception as error:
            raise self._remembered(error, resource, context, news) from error
        return self._answer(resource, outputs, news)

    def _remembered(self, error: Exception, resource: Resource[Client], context: Context, news: Values) -> Exception:
        if context.birth is None:
            return error
        id, outputs = context.birth
        return HalfMade(error, id, self._answer(resource, outputs, news))

    def _answer(self, resource: Resource[Client], outputs: Values, *known: Values) -> Values:
        return marked(resource.fields, to_wire(resource.fields, outputs), secret_names(*known))

    async def read(
        self, token: str, urn: str, id: str, inputs: Values, properties: Values
    ) -> tuple[str, Values, Values] | None:
        """What is there now: id, inputs and outputs, or None when it is gone."""
        resource = self.resource(token)
        self._urn.set(urn)
        old = self._old(resource, plain(inputs), plain(properties))
        self._known.add(id)
        live = await resource.read(self.client, id, old)
        if live is None:
            return None
        found = {**live_inputs(resource.fields, old, live.outputs), **live.inputs}
        outputs = {**_unreadable(resource, old), **live.outputs}
        marked_in = marked_inputs(resource.fields, to_wire(resource.fields, found), inputs)
        return live.id, marked_in, self._answer(resource, outputs, inputs, properties)

    def unfinished(self, token: str, outputs: Values) -> str:
        """What of a resource with these outputs is still waited for, or ""."""
        resource = self.resource(token)
        return resource.unfinished(to_python(resource.fields, plain(outputs)))

    async def delete(self, token: str, urn: str, id: str, inputs: Values, properties: Values, timeout: float) -> None:
        """Delete it; that it is gone already is fine."""
        resource = self.resource(token)
        old = self._old(resource, plain(inputs), plain(properties))
        await self._guard.check_delete(resource, self.client, id, old)
        await resource.delete(self.client, id, old, self._context(urn, timeout))

    async def listing(self, token: str, query: Values) -> Listing | None:
        """What the account can see of a type, as (id to import, name); None when the query is not known yet."""
        resource = self.resource(token)
        if resource.list is None:
            raise NotListed(
                f"the {self.package.vendor} provider of Twelvefold cannot list `{resource.token}`",
                todo=f"Import one by its id: {resource.import_id}.",
            )
        known = {_wire(resource, name) for name in resource.list.by}
        if strange := sorted({*query} - known):
            narrowed = f"only narrowed by {', '.join(sorted(known))}" if known else "never narrowed"
            raise NotListed(f"a list of `{resource.token}` is {narrowed}, not by {', '.join(strange)}")
        if has_unknown(query):
            return None
        return await resource.list.find(self.client, to_python(resource.fields, plain(query)))

    async def invoke(self, token: str, args: Values) -> tuple[Values, list[Failure]]:
        """Look something up: the results, or what is wrong with the arguments."""
        function = self.package.functions.get(token)
        if function is None:
            raise UnknownToken(f"the {self.package.vendor} provider of Twelvefold does not serve `{token}`")
        checked, failures = check_inputs(function.arguments, args, what=f"`{token.rsplit(':', 1)[-1]}`")
        if failures:
            return {}, failures
        results = await function.call(self.client, to_python(function.arguments, plain(checked)))
        return marked(function.results, to_wire(function.results, results), secret_names(args)), []


def _noun(resource: Resource[Any]) -> str:
    return f"a {resource.token.rsplit(':', 1)[-1]}"


def _wire(resource: Resource[Any], name: str) -> str:
    declared = resource.fields.get(name)
    return wire_name(name, declared) if declared is not None else name


def _noticed(resource: Resource[Any], name: str) -> Change:
    declared = resource.fields[name]
    return Change(wire_name(name, declared), "update", declared.replace, output=declared.computed)


def _unreadable(resource: Resource[Any], old: Old) -> Values:
    """What the vendor never answers, as the state remembers it."""
    return {
        name: old.get(name)
        for name, declared in resource.fields.items()
        if declared.write_only and old.get(name) is not None
    }
