"""What a stack's state recorded, with its secrets opened in this process, and a version that tells two states apart."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import hmac
import json
import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any, Protocol

import yaml

from infra.engine.checkpoint import Json, Unclear, backend_of, read_checkpoint, read_history, settings_of
from infra.engine.passphrase import unseal
from infra.engine.unsealing import Keys, hidden, is_secret, passphrase_of
from infra.errors import TwelvefoldError, WrongPassphrase
from infra.model.estate import Hidden, Unknown
from infra.model.recorded import RecordedResource, Update
from infra.model.times import read_time
from infra.model.urn import name_of
from infra.model.values import Path as Place

if TYPE_CHECKING:
    from pulumi.automation import CommandResult

# Where a resource was declared and when it was written are told by the code and by the clock, not by what is recorded.
UNTOLD = frozenset({"sourcePosition", "stackTrace", "created", "modified"})
RUNS = 20
# Texts only; by libyaml where it is there.
_TEXTS = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
# As the engine writes it; in any other form the file is read as YAML.
_SALT = re.compile(r"^encryptionsalt: (v1:[\w+/=:]+)$", re.MULTILINE)
Opening = Callable[[Json], Hidden]


class Command(Protocol):
    """The engine's command, as far as states are read with it: ``EngineCommand``, or one that is made late."""

    environment: dict[str, str]

    def run(self, args: list[str], cwd: str, additional_env: Mapping[str, str]) -> CommandResult:
        """Run ``pulumi`` with ``args`` to its end."""
        ...


@dataclass(frozen=True)
class Recorded:
    """The state of one stack: its resources, and a digest of it that is another one as soon as the state is."""

    resources: tuple[RecordedResource, ...] = ()
    version: str = ""
    at: datetime | None = None
    """When it was written last."""


class Records:
    """Reads the states and the sealed settings of a project's stacks; each key is made once."""

    def __init__(self, command: Command, project: Path) -> None:
        self._command = command
        self._project = project
        self._environ: Mapping[str, str] = {**os.environ, **command.environment}
        self._keys: Keys | None = None
        self._lock = Lock()

    @property
    def environment(self) -> Mapping[str, str]:
        """What the command gets beside the environment of this process."""
        return self._command.environment

    def begin(self, stacks: Sequence[str]) -> None:
        """Make the keys of the stacks' files meanwhile, which takes long; what is wrong is told when one is used."""
        for stack in stacks:
            Thread(target=self._make_key, args=(stack,), daemon=True).start()

    def _make_key(self, stack: str) -> None:
        with contextlib.suppress(OSError, ValueError, TwelvefoldError):
            salt = _SALT.search((self._project / f"Pulumi.{stack}.yaml").read_text())
            if salt:
                self._key(salt[1], stack)

    def read_all(self, stacks: Sequence[str]) -> dict[str, Recorded]:
        """The state of each stack, read side by side."""
        with ThreadPoolExecutor(max_workers=max(1, min(8, len(stacks)))) as pool:
            return dict(zip(stacks, pool.map(self.read, stacks), strict=True))

    def try_all(self, stacks: Sequence[str]) -> dict[str, Recorded | TwelvefoldError]:
        """The state of each stack, or why it cannot be read."""

        def one(stack: str) -> Recorded | TwelvefoldError:
            try:
                return self.read(stack)
            except TwelvefoldError as error:
                return error

        with ThreadPoolExecutor(max_workers=max(1, min(8, len(stacks)))) as pool:
            return dict(zip(stacks, pool.map(one, stacks), strict=True))

    def read(self, stack: str) -> Recorded:
        """The state of ``stack``; nothing when it was never brought up."""
        deployment = self._deployment(stack)
        if deployment is None:
            return Recorded()
        provider = deployment.get("secrets_providers") or {}
        if provider.get("type") == "passphrase":
            key = self._key(provider["state"]["salt"], stack)
            recorded = _recorded(deployment, lambda sealed: hidden(unseal(key, sealed["ciphertext"]).decode()), key)
            return replace(recorded, at=_written_at(deployment))
        shown = self._exported(stack, "--show-secrets") if _holds_secrets(deployment) else deployment
        resources = _recorded(shown or {}, _shown, b"").resources
        return Recorded(resources, _version(deployment, b""), _written_at(deployment))

    def urns(self, stack: str) -> tuple[str, ...]:
        """Every resource that the state of ``stack`` records; no secret is opened for it."""
        return tuple(one["urn"] for one in _ours((self._deployment(stack) or {}).get("resources") or []))

    def updates(self, stack: str) -> tuple[Update, ...]:
        """The last runs of the engine that changed ``stack``, oldest first."""
        name = str(settings_of(self._project).get("name", ""))
        try:
            runs = read_history(backend_of(self._project, self._environ), name, stack, RUNS)
            return _updates(runs, _from_epoch)
        except Unclear:
            text = self._run(stack, "stack", "history", "--json", "--page-size", str(RUNS))
            return _updates(reversed(json.loads(text or "[]")), read_time)

    def declared_secrets(self, stack: str) -> Callable[[Place], Hidden | Unknown]:
        """Looks up the value of a secret by its place in the stack's file, from ``config`` on."""
        path = self._project / f"Pulumi.{stack}.yaml"
        text = path.read_text() if path.exists() else ""

        @functools.cache
        def document() -> Any:
            # Many a large file holds no secret, and then need not be read once more.
            return yaml.load(text, Loader=_TEXTS) or {}  # noqa: S506

        written = _SALT.search(text)
        salt = written[1] if written else _text_of(document(), "encryptionsalt")
        if salt:
            key = self._key(salt, stack)
            return lambda place: _declared(document(), place, key)
        if _text_of(document(), "secretsprovider") or _text_of(document(), "encryptedkey"):
            config = self._config(stack)
            return lambda place: _configured(config, place)
        return lambda _place: Unknown("known to the engine only")

    def _key(self, salt: str, stack: str) -> bytes:
        with self._lock:
            if self._keys is None:
                self._keys = Keys(passphrase_of(self._project, self._environ))
        try:
            return self._keys.of(salt)
        except WrongPassphrase as wrong:
            raise WrongPassphrase(wrong.what, where=stack, todo=wrong.todo) from None

    def _deployment(self, stack: str) -> Json | None:
        name = str(settings_of(self._project).get("name", ""))
        try:
            return read_checkpoint(backend_of(self._project, self._environ), name, stack)
        except Unclear:
            return self._exported(stack)

    def _exported(self, stack: str, *options: str) -> Json | None:
        text = self._run(stack, "stack", "export", *options)
        deployment: Json | None = None if text is None else json.loads(text).get("deployment") or {}
        return deployment

    def _config(self, stack: str) -> Json:
        text = self._run(stack, "config", "--show-secrets", "--json")
        config: Json = {} if text is None else json.loads(text)
        return config

    def _run(self, stack: str, *arguments: str) -> str | None:
        """What a command of the engine printed, through a pipe; None when it knows no such stack."""
        # The engine's SDK takes longer to load than states to read, and most are read without it.
        from pulumi.automation import CommandError, StackNotFoundError

        from infra.engine.run import explain

        try:
            return str(self._command.run([*arguments, "--stack", stack], str(self._project), {}).stdout)
        except StackNotFoundError:
            return None
        except CommandError as failure:
            raise explain(str(failure), stack) from None


def _updates(runs: Iterable[Json], read: Callable[[Any], datetime | None]) -> tuple[Update, ...]:
    timed = ((run, read(run["startTime"]), read(run.get("endTime"))) for run in runs)
    whole = ((run, began, ended) for run, began, ended in timed if began and ended)
    return tuple(Update(began, ended, run["kind"], run["result"] == "succeeded") for run, began, ended in whole)


def _from_epoch(seconds: float | None) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if seconds else None


def _holds_secrets(deployment: Json) -> bool:
    return any("ciphertext" in one for one in _secrets(deployment.get("resources") or []))


def _secrets(value: Any) -> list[Json]:
    if is_secret(value):
        return [value]
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [found for part in parts for found in _secrets(part)]


def _written_at(deployment: Json) -> datetime | None:
    return read_time((deployment.get("manifest") or {}).get("time"))


def _shown(secret: Json) -> Hidden:
    return hidden(secret["plaintext"])


def _recorded(deployment: Json, open: Opening, key: bytes) -> Recorded:
    opened = [_opened(_told(one), open) for one in deployment.get("resources") or []]
    pending = [_opened(one, open) for one in deployment.get("pending_operations") or []]
    return Recorded(tuple(_resource(one) for one in _ours(opened)), _digest([opened, pending], key))


def _ours(resources: list[Json]) -> list[Json]:
    """Without what waits to be deleted, which was replaced, and what is somebody else's and was only looked up."""
    return [one for one in resources if not (one.get("delete") or one.get("external"))]


def _told(resource: Json) -> Json:
    return {key: value for key, value in resource.items() if key not in UNTOLD}


def _resource(one: Json) -> RecordedResource:
    return RecordedResource(
        urn=one["urn"],
        type=one["type"],
        name=name_of(one["urn"]),
        id=one.get("id", ""),
        inputs=one.get("inputs") or {},
        outputs=one.get("outputs") or {},
        parent=one.get("parent", ""),
    )


def _opened(value: Any, open: Opening) -> Any:
    if is_secret(value):
        return open(value)
    if isinstance(value, dict):
        return {key: _opened(item, open) for key, item in value.items()}
    return [_opened(item, open) for item in value] if isinstance(value, list) else value


def _version(deployment: Json, key: bytes) -> str:
    resources = [_told(one) for one in deployment.get("resources") or []]
    told = [resources, deployment.get("pending_operations") or []]
    return _digest(_opened(told, lambda sealed: Hidden(str(sealed.get("ciphertext", "")))), key)


def _digest(value: Any, key: bytes) -> str:
    """A keyed digest: the order of keys does not matter, nor does a sealed value that was sealed anew."""
    if not any(value):
        # A stack that was only named, as its first preview does, is the same as one that was never heard of.
        return ""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), default=lambda one: {"secret": one.reveal()})
    return hmac.new(b"version" + key, text.encode(), hashlib.sha256).hexdigest()


def _text_of(document: Any, name: str) -> str:
    found = document.get(name) if isinstance(document, dict) else None
    return found if isinstance(found, str) else ""


def _declared(document: Any, place: Place, key: bytes) -> Hidden | Unknown:
    found = document
    for step in (*place, None):
        if isinstance(found, dict) and set(found) == {"secure"} and isinstance(found["secure"], str):
            text = unseal(key, found["secure"]).decode()
            if step is None:
                return Hidden(text)
            found = json.loads(text)
        if step is None:
            break
        found = _step(found, step)
    return _plain(found)


def _configured(config: Json, place: Place) -> Hidden | Unknown:
    entry = config.get(str(place[1])) or {}
    found = entry.get("objectValue", entry.get("value"))
    for step in place[2:]:
        found = _step(found, step)
    return _plain(found)


def _step(found: Any, step: str | int) -> Any:
    if isinstance(found, list):
        return found[int(step)] if str(step).isdigit() and int(step) < len(found) else None
    return found.get(step) if isinstance(found, dict) else None


def _plain(found: Any) -> Hidden | Unknown:
    if isinstance(found, bool):
        return Hidden(str(found).lower())
    return Hidden(str(found)) if isinstance(found, str | int | float) else Unknown("known to the engine only")
