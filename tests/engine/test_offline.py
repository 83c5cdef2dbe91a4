"""A program runs without an engine as it runs with one."""

from __future__ import annotations

from collections.abc import Callable

import pulumi
import pulumiverse_heroku as heroku
import pytest
from google.protobuf import struct_pb2
from pulumi import ResourceOptions

from infra.engine.offline import Registration, run_offline
from infra.errors import TwelvefoldError
from infra.model.plan import Diagnostic

URN = "urn:pulumi:staging::banking::"


class Known:
    """Answers with an id for each resource, or none."""

    def __init__(self, id: str = "id-1") -> None:
        self.id = id
        self.registered: list[Registration] = []
        self.asked: list[str] = []

    def register(self, wanted: Registration) -> tuple[str, struct_pb2.Struct]:
        """Remember it."""
        self.registered.append(wanted)
        return self.id, struct_pb2.Struct()

    def look_up(self, token: str, arguments: struct_pb2.Struct) -> struct_pb2.Struct | None:
        """Remember it; only pipelines are known."""
        self.asked.append(token)
        answer = struct_pb2.Struct()
        answer.update({"id": "pipeline-1", "name": str(arguments["name"])})
        return answer if "ipeline" in token else None


def run(program: Callable[[], None], known: Known) -> tuple[Diagnostic, ...]:
    """Run a program on the stack staging."""
    return run_offline(program, project="banking", stack="staging", config={"banking:a": "1"}, stand_in=known)


def test_urns_name_all_parents() -> None:
    """As the engine makes them, and options arrive."""

    def program() -> None:
        outer = pulumi.ComponentResource("my:index:Outer", "outer")
        inner = pulumi.ComponentResource("my:index:Inner", "inner", None, ResourceOptions(parent=outer))
        options = ResourceOptions(parent=inner, protect=True, ignore_changes=["stack"], aliases=[pulumi.Alias("old")])
        heroku.app.App("app", region="eu", opts=options)

    known = Known()
    run(program, known)
    app = known.registered[-1]
    parents = f"{URN}my:index:Outer$my:index:Inner"
    assert app.urn == f"{parents}$heroku:app/app:App::app"
    assert (app.parent, app.custom, app.protect, app.ignored) == (f"{parents}::inner", True, True, ("stack",))
    assert app.aliases == (f"{parents}$heroku:app/app:App::old",)
    assert app.inputs["region"] == "eu"


@pytest.mark.parametrize(("id", "sent"), [("id-1", "id-1"), ("", "04da6b54-80e4-46f7-96ec-b56ff0331ba9")])
def test_ids_go_on_to_other_resources(id: str, sent: str) -> None:
    """Known or not."""

    def program() -> None:
        app = heroku.app.App("app", region="eu")
        heroku.domain.Domain("domain", app_id=app.id, hostname="x.example")

    known = Known(id)
    run(program, known)
    assert known.registered[-1].inputs["appId"] == sent


def test_lookups_are_answered() -> None:
    """At once for plain ones; what nobody knows stays open."""
    found: list[str] = []

    def program() -> None:
        found.append(heroku.pipeline.get_pipeline("acme").id)
        team = heroku.team.get_team_output(name="acme")
        heroku.app.App("app", region=team.name)

    known = Known()
    run(program, known)
    assert found == ["pipeline-1"]
    assert "region" not in known.registered[0].inputs or "04da6b54" in str(known.registered[0].inputs["region"])


def test_what_the_program_says_is_heard() -> None:
    """Warnings and remarks."""

    def program() -> None:
        pulumi.warn("careful")
        pulumi.info("by the way")

    assert [(one.severity, one.message) for one in run(program, Known())] == [
        ("warning", "careful"),
        ("info", "by the way"),
    ]


def test_it_sees_its_stack_and_settings_and_leaves_nothing_behind() -> None:
    """Of this process and of an earlier run it sees nothing, nor leaves them anything."""
    seen: list[object] = []
    before = pulumi.get_stack(), pulumi.get_project()

    def program() -> None:
        config = pulumi.Config("banking")
        seen.append((pulumi.get_stack(), pulumi.get_project(), config.get("a"), pulumi.runtime.is_dry_run()))

    for _ in range(2):
        run(program, Known())
    assert seen == [("staging", "banking", "1", True)] * 2
    assert (pulumi.get_stack(), pulumi.get_project()) == before


def test_failures_come_out_as_they_are() -> None:
    """Of the program, and of whoever stands in."""

    def fails() -> None:
        heroku.app.App("app", region="eu")
        raise TwelvefoldError("not today")

    with pytest.raises(TwelvefoldError, match="not today"):
        run(fails, Known())

    class Broken(Known):
        def register(self, wanted: Registration) -> tuple[str, struct_pb2.Struct]:
            raise ValueError(f"broken: {wanted.name}")

    def program() -> None:
        heroku.app.App("app", region="eu")

    with pytest.raises(ValueError, match="broken: app"):
        run(program, Broken())
