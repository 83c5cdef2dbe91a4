"""Two environments from source to a running cloud, with plain Pulumi and with our own command."""

from __future__ import annotations

import json

from tests.journeys.checkout import Checkout

STACKS = ("staging", "production")


def test_nothing_is_left_to_do_after_up(estate: Checkout) -> None:
    """Right after ``up``, a preview and a refresh of each stack find no change at all."""
    for stack in STACKS:
        for command in (["preview"], ["refresh", "--preview-only"]):
            outcome = estate.pulumi(*command, "--expect-no-changes", "--diff", "--stack", stack)

            assert outcome.code == 0, outcome.text


def test_our_preview_agrees(estate: Checkout) -> None:
    """``twelvefold preview`` says the same of both at once, in words, as JSON and as an exit code."""
    words = estate.twelvefold("preview")
    document = estate.twelvefold("preview", "--format", "json")

    assert words.code == 0, words.text
    assert words.stdout.splitlines() == [
        "staging: no change (23 resources)",
        "production: no change (17 resources)",
        "Nothing would change.",
    ]
    assert document.code == 0, document.text
    assert document.json()["verdict"] == "clean"
    assert [stack["stack"] for stack in document.json()["stacks"]] == list(STACKS)


def test_outputs_tell_what_a_person_wants(estate: Checkout) -> None:
    """URLs and names of secrets are outputs; nothing secret is."""
    outputs = estate.pulumi("stack", "output", "--json", "--stack", "production").json()

    assert outputs["app_url"].startswith("https://banking-production-")
    assert outputs["git_url"] == "https://git.heroku.com/banking-production.git"
    assert outputs["pipeline_url"].startswith("https://dashboard.heroku.com/pipelines/")
    assert outputs["secrets"] == ["banking-production SESSION_KEY", "github production HEROKU_API_KEY"]


def test_the_tree_reads_like_the_service(estate: Checkout) -> None:
    """Every resource stands under the component that a person would look for it in."""
    exported = estate.pulumi("stack", "export", "--stack", "staging").json()
    urns = [resource["urn"].split("::", 2)[2] for resource in exported["deployment"]["resources"]]
    environment = "twelvefold:index:Environment"

    assert f"{environment}$twelvefold:heroku:App$heroku:addon/addon:Addon::banking-staging-database" in urns
    assert f"{environment}$twelvefold:heroku:Pipeline$heroku:pipeline/pipeline:Pipeline::banking-on-clojure" in urns
    assert any(urn.startswith(f"{environment}$twelvefold:github:Repository$github:index/") for urn in urns)


def test_what_is_shared_belongs_to_the_first_stage(estate: Checkout) -> None:
    """Only staging declares the pipeline; production refers to the same one."""
    found = {stack: estate.pulumi("stack", "output", "pipeline_url", "--stack", stack).stdout for stack in STACKS}
    production = estate.pulumi("stack", "export", "--stack", "production").stdout

    assert found["staging"] == found["production"]
    assert "heroku:pipeline/pipeline:Pipeline" not in production


def test_a_change_by_hand_is_seen_and_put_right(estate: Checkout) -> None:
    """A config var changed in a dashboard shows by name in a refresh, and ``up --refresh`` puts it back."""
    path = "/apps/banking-staging/config-vars"
    estate.cloud.by_hand("heroku", "PATCH", path, {"LOG_LEVEL": "by-hand"})

    refresh = estate.pulumi("refresh", "--preview-only", "--expect-no-changes", "--diff", "--stack", "staging")
    preview = estate.twelvefold("preview", "staging", "--refresh")
    up = estate.twelvefold("up", "staging", "--refresh", "--yes")

    assert refresh.code == 7, refresh.text
    assert "by-hand" in refresh.stdout
    assert preview.code == 2, preview.text
    assert 'vars.LOG_LEVEL: "by-hand" → "debug"' in preview.stdout
    assert up.code == 0, up.text
    assert estate.cloud.by_hand("heroku", "GET", path, None)["LOG_LEVEL"] == "debug"


def test_one_release_for_any_number_of_config_vars(estate: Checkout) -> None:
    """Three changed config vars of one app are one PATCH and one release."""
    path = "/apps/banking-staging/releases"
    before = len(estate.cloud.by_hand("heroku", "GET", path, None))
    text = (estate.folder / "Pulumi.staging.yaml").read_text()
    try:
        estate.edit("Pulumi.staging.yaml", "LOG_LEVEL: debug", "LOG_LEVEL: warn\n      ONE: a\n      TWO: b")
        outcome = estate.pulumi("up", "--yes", "--skip-preview", "--stack", "staging")
        after = len(estate.cloud.by_hand("heroku", "GET", path, None))
    finally:
        (estate.folder / "Pulumi.staging.yaml").write_text(text)
        estate.pulumi("up", "--yes", "--skip-preview", "--stack", "staging")

    assert outcome.code == 0, outcome.text
    assert after == before + 1


def test_destroy_leaves_the_cloud_as_it_was_and_up_makes_it_again(checkout: Checkout) -> None:
    """Destroyed, nothing is left; brought up again, the estate is the same but for ids and times."""
    empty = checkout.cloud.export(normalized=True)
    assert checkout.twelvefold("up", "--yes").code == 0
    first = checkout.cloud.export(normalized=True)

    refused = checkout.twelvefold("destroy", "--all", "--yes")
    destroyed = checkout.twelvefold("destroy", "--all", "--yes", "--unprotect")
    after = checkout.cloud.export(normalized=True)
    assert checkout.twelvefold("up", "--yes").code == 0
    second = checkout.cloud.export(normalized=True)

    assert refused.code == 1, refused.text
    assert "protect" in refused.stderr
    assert destroyed.code == 0, destroyed.text
    assert json.loads(after) == json.loads(empty)
    assert json.loads(second) == json.loads(first)
