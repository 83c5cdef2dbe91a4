"""What a state recorded: from the folder it is kept in or from the engine, with its secrets opened."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pulumi.automation import CommandResult
from pulumi.automation.errors import create_command_error

from infra.engine.command import EngineCommand
from infra.engine.passphrase import seal_values
from infra.engine.recorded import Recorded, Records
from infra.engine.wire import SECRET, SIGNATURE
from infra.errors import EngineError, WrongPassphrase
from infra.model.estate import Hidden, Unknown
from infra.model.recorded import Update

PASSPHRASE = "correct horse"
CANARY = "canary-of-the-state"
URN = "urn:pulumi:dev::shop::heroku:app/app:App::web"


class Engine(EngineCommand):
    """Answers commands from a script, and remembers them."""

    def __init__(self, environment: Mapping[str, str], answers: Mapping[str, Any] | None = None) -> None:
        super().__init__(Path("pulumi"), "3.256.0", environment)
        self.answers = answers or {}
        self.asked: list[list[str]] = []

    def run(self, args: list[str], *_: Any, **__: Any) -> CommandResult:
        self.asked.append(args)
        answer = self.answers.get(" ".join(args[:-2]))
        if answer is None:
            raise create_command_error(CommandResult(stdout="", stderr="error: no stack named 'dev' found", code=255))
        return CommandResult(stdout=json.dumps(answer), stderr="", code=0)


def sealed(text: str, **more: Any) -> dict[str, Any]:
    """A secret of the state."""
    return {SIGNATURE: SECRET, "ciphertext": text, **more}


def deployment(*values: Any, salt: str = "") -> dict[str, Any]:
    """A state of one app with a config association, whose secret values are ``values``."""
    names = [f"KEY_{number}" for number in range(len(values))]
    resource = {
        "urn": URN,
        "type": "heroku:app/app:App",
        "custom": True,
        "id": "1234",
        "inputs": {"name": "web", "created": "kept", "vars": dict(zip(names, values, strict=True))},
        "outputs": {"name": "web"},
        "parent": "urn:pulumi:dev::shop::pulumi:pulumi:Stack::shop-dev",
        "created": "2026-11-24T07:23:36Z",
        "sourcePosition": "project:///here.py#1",
    }
    others = [{**resource, "delete": True}, {**resource, "external": True}]
    provider = {"type": "passphrase", "state": {"salt": salt}} if salt else {"type": "awskms", "state": {}}
    return {"manifest": {"time": "now"}, "secrets_providers": provider, "resources": [resource, *others]}


def project(tmp_path: Path, stack_file: str = "") -> Path:
    """A project with one stack."""
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    if stack_file:
        (folder / "Pulumi.dev.yaml").write_text(stack_file)
    return folder


def keep(tmp_path: Path, latest: Any, *, scoped: bool = True, zipped: bool = False, version: int = 3) -> str:
    """Keep a state as the engine does; the backend's address."""
    folder = tmp_path / "kept states"
    place = folder / ".pulumi/stacks" / ("shop" if scoped else "")
    place.mkdir(parents=True, exist_ok=True)
    if scoped:
        (folder / ".pulumi/meta.yaml").write_text("version: 1\n")
    data = json.dumps({"version": version, "checkpoint": {"stack": "dev", "latest": latest}}).encode()
    name = "dev.json.gz" if zipped else "dev.json"
    (place / name).write_bytes(gzip.compress(data) if zipped else data)
    return folder.as_uri()


@pytest.fixture(scope="module")
def secret() -> tuple[str, list[str]]:
    """A salt, and a text and a map sealed under it as the engine seals them."""
    return seal_values(PASSPHRASE, [json.dumps(CANARY), json.dumps({"b": 1, "a": "x"}), CANARY])


@pytest.mark.parametrize(("scoped", "zipped"), [(True, False), (False, False), (True, True)])
def test_a_folder_of_states_is_read_without_the_engine(
    tmp_path: Path, secret: tuple[str, list[str]], scoped: bool, zipped: bool
) -> None:
    """Secrets are opened and hidden; what waits for deletion or is only looked up is left out."""
    salt, texts = secret
    state = deployment(*map(sealed, texts[:2]), salt=salt)
    backend = keep(tmp_path, state, scoped=scoped, zipped=zipped)
    engine = Engine({"PULUMI_BACKEND_URL": backend, "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE})
    recorded = Records(engine, project(tmp_path)).read("dev")
    assert engine.asked == []
    (app,) = recorded.resources
    assert (app.urn, app.name, app.id, app.inputs["name"]) == (URN, "web", "1234", "web")
    assert app.inputs["vars"] == {"KEY_0": Hidden(CANARY), "KEY_1": Hidden('{"a":"x","b":1}')}
    assert CANARY not in repr(recorded)


def test_what_is_recorded_is_known_without_the_passphrase(tmp_path: Path, secret: tuple[str, list[str]]) -> None:
    """By name: no secret is opened for that; of a stack that is not there, nothing is."""
    salt, texts = secret
    backend = keep(tmp_path, deployment(sealed(texts[0]), salt=salt))
    engine = Engine({"PULUMI_BACKEND_URL": backend, "PULUMI_CONFIG_PASSPHRASE": "wrong"})
    records = Records(engine, project(tmp_path))
    assert (records.urns("dev"), records.urns("other"), engine.asked) == ((URN,), (), [])


def test_the_version_changes_with_what_is_recorded_only(tmp_path: Path, secret: tuple[str, list[str]]) -> None:
    """A secret sealed anew, another line of code or another time are the same state; another value is not."""
    salt, texts = secret
    state = deployment(sealed(texts[0]), salt=salt)
    engine = Engine({"PULUMI_CONFIG_PASSPHRASE": PASSPHRASE})
    records = Records(engine, project(tmp_path))

    def version(latest: Any) -> str:
        engine.answers = {"stack export": {"version": 3, "deployment": latest}}
        return records.read("dev").version

    again = _sealed_again(state, records)
    moved = {**state, "manifest": {"time": "later"}}
    moved["resources"] = [{**one, "sourcePosition": "project:///there.py#9"} for one in state["resources"]]
    pending = {**state, "pending_operations": [{"resource": state["resources"][0], "type": "creating"}]}
    other = deployment(sealed(texts[1]), salt=salt)
    assert version(state) == version(again) == version(moved)
    assert len({version(state), version(other), version(pending)}) == 3
    nothing = {**state, "resources": []}
    assert version(nothing) == Recorded().version != version({**pending, "resources": []})


def _sealed_again(state: dict[str, Any], records: Records) -> dict[str, Any]:
    from infra.engine import passphrase

    key = records._key(state["secrets_providers"]["state"]["salt"], "dev")
    text = json.dumps(state)
    old = state["resources"][0]["inputs"]["vars"]["KEY_0"]["ciphertext"]
    found: dict[str, Any] = json.loads(text.replace(old, passphrase._seal(key, passphrase.unseal(key, old))))
    return found


def test_another_secrets_provider_is_asked_through_the_engine(tmp_path: Path) -> None:
    """Its secrets come in clear through a pipe, and the version is that of the sealed state."""
    shut, shown = deployment(sealed("kms:1")), deployment(sealed("", plaintext=json.dumps(CANARY)))
    answers = {"stack export": {"deployment": shut}, "stack export --show-secrets": {"deployment": shown}}
    engine = Engine({"PULUMI_BACKEND_URL": "s3://states"}, answers)
    recorded = Records(engine, project(tmp_path)).read("dev")
    assert recorded.resources[0].inputs["vars"] == {"KEY_0": Hidden(CANARY)}
    assert recorded.version
    assert CANARY not in repr(recorded)


def test_a_stack_that_was_never_brought_up_recorded_nothing(tmp_path: Path) -> None:
    """Neither in a folder nor at the engine; and a stack that was only made has no resources."""
    folder = project(tmp_path)
    backend = keep(tmp_path, None)
    for stack, url in (("dev", backend), ("other", backend), ("dev", "s3://states")):
        records = Records(Engine({"PULUMI_BACKEND_URL": url, "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE}), folder)
        assert records.read(stack).resources == ()


@pytest.mark.parametrize("version", [2, 4])
def test_a_state_of_another_version_is_for_the_engine(tmp_path: Path, version: int) -> None:
    """Nothing is guessed."""
    backend = keep(tmp_path, {"resources": []}, version=version)
    engine = Engine({"PULUMI_BACKEND_URL": backend}, {"stack export": {"deployment": deployment()}})
    assert len(Records(engine, project(tmp_path)).read("dev").resources) == 1
    assert engine.asked


def test_a_state_kept_twice_is_for_the_engine(tmp_path: Path) -> None:
    """It knows which one counts."""
    backend = keep(tmp_path, {"resources": []})
    keep(tmp_path, {"resources": []}, zipped=True)
    engine = Engine({"PULUMI_BACKEND_URL": backend}, {"stack export": {"deployment": deployment()}})
    assert len(Records(engine, project(tmp_path)).read("dev").resources) == 1


def test_the_engine_s_failure_is_told(tmp_path: Path) -> None:
    """In its own words."""

    class Broken(Engine):
        def run(self, args: list[str], *_: Any, **__: Any) -> CommandResult:  # noqa: ARG002
            raise create_command_error(CommandResult(stdout="", stderr="error: no such bucket", code=255))

    with pytest.raises(EngineError, match="no such bucket"):
        Records(Broken({"PULUMI_BACKEND_URL": "s3://states"}), project(tmp_path)).read("dev")


def test_a_wrong_passphrase_is_told_with_the_stack(tmp_path: Path, secret: tuple[str, list[str]]) -> None:
    """And what to do about it."""
    salt, texts = secret
    backend = keep(tmp_path, deployment(sealed(texts[0]), salt=salt))
    engine = Engine({"PULUMI_BACKEND_URL": backend, "PULUMI_CONFIG_PASSPHRASE": "wrong"})
    with pytest.raises(WrongPassphrase, match="dev: the passphrase does not open"):
        Records(engine, project(tmp_path)).read("dev")


def test_the_passphrase_may_stand_in_a_file(tmp_path: Path, secret: tuple[str, list[str]]) -> None:
    """In the one that is named, or in the project's own."""
    salt, texts = secret
    backend = keep(tmp_path, deployment(sealed(texts[0]), salt=salt))
    folder = project(tmp_path)
    with pytest.raises(WrongPassphrase, match="there is no passphrase"):
        Records(Engine({"PULUMI_BACKEND_URL": backend}), folder).read("dev")
    (folder / ".twelvefold").mkdir()
    (folder / ".twelvefold/passphrase").write_text(f"{PASSPHRASE}\n")
    assert Records(Engine({"PULUMI_BACKEND_URL": backend}), folder).read_all(["dev", "dev"])["dev"].resources


def test_declared_secrets_are_found_by_their_place(tmp_path: Path, secret: tuple[str, list[str]]) -> None:
    """In maps and lists, and not where there is none."""
    salt, texts = secret
    secure = f"secure: {texts[2]}"
    text = (
        f"encryptionsalt: {salt}\nconfig:\n  twelvefold:environment:\n    config_vars:\n      KEY: {{{secure}}}\n"
        f"      on:\n        {secure}\n    list:\n    - a\n    - {secure}\n"
    )
    find = Records(Engine({"PULUMI_CONFIG_PASSPHRASE": PASSPHRASE}), project(tmp_path, text)).declared_secrets("dev")
    root = ("config", "twelvefold:environment")
    assert find((*root, "config_vars", "KEY")) == Hidden(CANARY)
    assert find((*root, "config_vars", "on")) == Hidden(CANARY)
    assert find((*root, "list", 1)) == Hidden(CANARY)
    assert find((*root, "list", 7)) == Unknown("known to the engine only")
    assert find((*root, "config_vars", "ABSENT", "deeper")) == Unknown("known to the engine only")


def test_declared_secrets_of_another_provider_come_from_the_engine(tmp_path: Path) -> None:
    """As one document of the stack's settings."""
    config = {"twelvefold:environment": {"secret": True, "objectValue": {"config_vars": {"KEY": CANARY}}}}
    engine = Engine({}, {"config --show-secrets --json": config})
    text = "secretsprovider: awskms://alias/x\nencryptedkey: abc\nconfig: {}\n"
    find = Records(engine, project(tmp_path, text)).declared_secrets("dev")
    assert find(("config", "twelvefold:environment", "config_vars", "KEY")) == Hidden(CANARY)


def test_without_any_secret_nothing_is_asked(tmp_path: Path) -> None:
    """A stack file without a salt has no secrets, and needs no passphrase."""
    find = Records(Engine({}), project(tmp_path, "config: {}\n")).declared_secrets("dev")
    assert find(("config", "twelvefold:environment", "x")) == Unknown("known to the engine only")


def test_the_last_runs_are_known(tmp_path: Path) -> None:
    """From the folder of states, else from the engine; a run that never ended is none."""
    backend = keep(tmp_path, None)
    place = tmp_path / "kept states/.pulumi/history/shop/dev"
    place.mkdir(parents=True)
    for number, end in ((1, 1_795_510_500), (2, 0)):
        run = {"kind": "update", "startTime": 1_795_510_398, "endTime": end, "result": "succeeded"}
        (place / f"dev-{number}.history.json").write_text(json.dumps(run))
        (place / f"dev-{number}.history.json.attrs").write_text("{}")
    printed = {
        "kind": "update", "startTime": "2026-11-24T08:53:18.000Z", "endTime": "2026-11-24T08:55:00.000Z",
        "result": "succeeded",
    }  # fmt: skip
    folder = project(tmp_path)
    began, ended = (datetime(2026, 11, 24, 8, *rest, tzinfo=UTC) for rest in ((53, 18), (55, 0)))
    for url in (backend, "s3://states"):
        engine = Engine({"PULUMI_BACKEND_URL": url}, {"stack history --json --page-size 20": [printed]})
        assert Records(engine, folder).updates("dev") == (Update(began, ended),)
