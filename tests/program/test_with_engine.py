"""Our own resource classes and the published ones' more inputs, with the real engine and plugin over sockets."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.journeys.checkout import Checkout, make_checkout

pytestmark = pytest.mark.journey

PROJECT = "banking-on-clojure"
PROGRAM = """
import pulumi
import pulumiverse_heroku as heroku

from infra.program.heroku_resources import AddonConfig, Authorization, Promotion, more_inputs

config = pulumi.Config()
pipeline = heroku.pipeline.Pipeline("acme", name="acme-beyond")
apps = {}
for stage in ("staging", "production"):
    apps[stage] = app = heroku.app.App(stage, name=f"acme-{stage}", region=config.get("region") or "eu")
    heroku.pipeline.Coupling(stage, app_id=app.id, pipeline=pipeline.id, stage=stage)
build = heroku.build.Build("build", app_id=apps["staging"].id, source=heroku.build.BuildSourceArgs(path="source"))
promotion = Promotion(
    "promotion",
    pipeline=pipeline.id,
    source_app_id=apps["staging"].id,
    target_app_ids=[apps["production"].id],
    triggers={"slug": build.slug_id},
)
deployer = Authorization("deployer", description="acme", scopes=["write-protected"], expires_in=3600)
database = heroku.addon.Addon(
    "database",
    app_id=apps["production"].id,
    plan="heroku-postgresql:essential-0",
    config={"fork": config.get("fork")} if config.get("fork") else None,
    opts=more_inputs(attachmentName="MAIN"),
)
logs = heroku.addon.Addon("logs", app_id=apps["staging"].id, plan="papertrail")
AddonConfig("logs", addon_id=logs.id, config={"someKey": "canary"})
pulumi.export("status", promotion.status)
pulumi.export("failed", promotion.failed_targets)
pulumi.export("released", promotion.release_id)
pulumi.export("token", deployer.token)
pulumi.export("expires", deployer.expires_at)
"""


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    """A project with that program, a source to build, and a local cloud."""
    made = make_checkout(tmp_path_factory.mktemp("beyond") / "service")
    (made.folder / "__main__.py").write_text(PROGRAM)
    (made.folder / "source").mkdir()
    (made.folder / "source/Procfile").write_text("web: run\n")
    made.start_cloud()
    try:
        outcome = made.pulumi("stack", "init", "staging")
        assert outcome.code == 0, outcome.text
        yield made
    finally:
        made.cloud.stop()


def stack_output(checkout: Checkout, name: str) -> str:
    """An output, in the clear."""
    done = checkout.pulumi("stack", "output", name, "--show-secrets", "--stack", "staging")
    assert done.code == 0, done.text
    return done.stdout.strip()


def test_a_program_of_ours_and_theirs(checkout: Checkout) -> None:
    """Up, nothing to do; a changed source is built and promoted; data is not lost by accident, and at last is."""
    up = checkout.pulumi("up", "--yes", "--skip-preview", "--stack", "staging")
    assert up.code == 0, up.text
    assert "canary" not in up.text
    assert (stack_output(checkout, "status"), stack_output(checkout, "failed")) == ("completed", "[]")
    token = stack_output(checkout, "token")
    assert token.startswith("HRKU-")
    assert token not in up.text
    same = checkout.pulumi("preview", "--refresh", "--expect-no-changes", "--stack", "staging")
    assert same.code == 0, same.text

    released = stack_output(checkout, "released")
    (checkout.folder / "source/Procfile").write_text("web: run --faster\n")
    changed = checkout.pulumi("up", "--yes", "--diff", "--stack", "staging")
    assert changed.code == 0, changed.text
    assert stack_output(checkout, "released") != released

    for setting, field in (("fork", "config"), ("region", "region")):
        refused = checkout.pulumi("preview", "--stack", "staging", "--config", f"{PROJECT}:{setting}=us")
        assert refused.code != 0, refused.text
        assert f"a change of {field} makes a new one" in refused.text
        assert "allowDataLoss" in refused.text
    kept = checkout.pulumi("destroy", "--yes", "--skip-preview", "--stack", "staging")
    assert kept.code != 0, kept.text
    assert "with it goes the data of" in kept.text
    done = checkout.pulumi("destroy", "--yes", "--skip-preview", "--stack", "staging", HEROKU_ALLOW_DATA_LOSS="true")
    assert done.code == 0, done.text
