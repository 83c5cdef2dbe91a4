"""The engine is made when it is first needed, and once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from pulumi.automation import CommandResult

from infra.engine.command import EngineCommand
from infra.engine.late import LateCommand
from infra.engine.passphrase import seal_values
from infra.engine.recorded import Records
from infra.model.estate import Hidden

PASSPHRASE = "correct horse"


class Echo(EngineCommand):
    """Answers with what it was asked."""

    def __init__(self) -> None:
        super().__init__(Path("pulumi"), "3.256.0", {})

    def run(self, args: list[str], *_: Any, **__: Any) -> CommandResult:
        return CommandResult(stdout=" ".join(args), stderr="", code=0)


def test_the_command_is_made_at_its_first_run_and_once() -> None:
    """However many run it side by side."""
    made: list[Echo] = []

    def make() -> Echo:
        made.append(Echo())
        return made[-1]

    command = LateCommand(make, {"PULUMI_BACKEND_URL": "file:///states"})
    assert command.environment == {"PULUMI_BACKEND_URL": "file:///states"}
    assert made == []
    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(lambda number: command.run(["stack", str(number)], ".", {}).stdout, range(4)))
    assert told == [f"stack {number}" for number in range(4)]
    assert len(made) == 1


def test_keys_that_are_made_meanwhile_are_the_same(tmp_path: Path) -> None:
    """Neither a broken file nor a wrong passphrase is told before somebody asks."""
    salt, (text,) = seal_values(PASSPHRASE, ["hidden"])
    (tmp_path / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    (tmp_path / "Pulumi.dev.yaml").write_text(f"encryptionsalt: {salt}\nconfig:\n  shop:key:\n    secure: {text}\n")
    (tmp_path / "Pulumi.broken.yaml").write_bytes(b"\xff\xfe")
    records = Records(LateCommand(Echo, {"PULUMI_CONFIG_PASSPHRASE": PASSPHRASE}), tmp_path)
    records.begin(["dev", "broken", "absent"])
    assert records.declared_secrets("dev")(("config", "shop:key")) == Hidden("hidden")
