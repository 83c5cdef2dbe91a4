"""A value that moves elsewhere is let go of, and never deleted: with the real engine, for every kind of it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any

import pytest
import yaml

from tests.journeys.checkout import Checkout
from tests.journeys.in_process import audit, short

ENVIRONMENT = "twelvefold:environment"
REPOSITORY = "practicalli/banking-on-clojure"
CONFIG_VARS = "/apps/banking-staging/config-vars"
SECRETS = {
    "github.secrets.TOKEN": "actions/secrets/TOKEN",
    "github.dependabot_secrets.TOKEN": "dependabot/secrets/TOKEN",
    "github.environments.staging.secrets.API_KEY": "environments/staging/secrets/API_KEY",
}
"""Where each stands in the stack file, and at GitHub."""
VALUES = {
    "config_vars.SECRET_VAR": "s3cret",
    "config_vars.PLAIN_VAR": "plain",
    "pipeline.config_vars.review.REVIEW_VAR": "for reviews",
    "pipeline.config_vars.review.REVIEW_SECRET": "s3cret for reviews",
    **dict.fromkeys(SECRETS, "s3cret of GitHub"),
}
PLAIN = ("config_vars.PLAIN_VAR", "pipeline.config_vars.review.REVIEW_VAR")
KEPT = {"kept_in": "1Password"}
RECORDED = {
    "heroku/config-var/banking-staging/PLAIN_VAR",
    "heroku/config-var/banking-staging/SECRET_VAR",
    "heroku/pipeline-config-var/banking-on-clojure/review/REVIEW_SECRET",
    "heroku/pipeline-config-var/banking-on-clojure/review/REVIEW_VAR",
    f"github/dependabot-secret/{REPOSITORY}/TOKEN",
    f"github/secret/{REPOSITORY}/TOKEN",
    f"github/secret/{REPOSITORY}/staging/API_KEY",
}


@pytest.fixture
def valued(checkout: Checkout) -> Checkout:
    """A checkout whose staging stands, with a value of every kind that can be kept elsewhere."""
    set_values(checkout, VALUES)
    outcome = checkout.twelvefold("up", "staging", "--yes")
    assert outcome.code == 0, outcome.text
    return checkout


def set_values(checkout: Checkout, values: Mapping[str, str]) -> None:
    """Write values into the stack file of staging, sealed where they are secret."""
    pairs = [
        part
        for path, value in values.items()
        for part in ("--plaintext" if path in PLAIN else "--secret", f"{ENVIRONMENT}.{path}={value}")
    ]
    outcome = checkout.pulumi("config", "set-all", "--path", *pairs, "--stack", "staging")
    assert outcome.code == 0, outcome.text


def declare(checkout: Checkout, value: Any, *paths: str) -> None:
    """Write a value into the stack file of staging, or take its line away (None)."""
    file = checkout.folder / "Pulumi.staging.yaml"
    document = yaml.safe_load(file.read_text())
    for path in paths:
        *above, name = path.split(".")
        place = document["config"][ENVIRONMENT]
        for step in above:
            place = place[step]
        place.pop(name) if value is None else place.update({name: value})
    file.write_text(yaml.safe_dump(document, sort_keys=False))


def at_vendors(checkout: Checkout) -> dict[str, Any]:
    """Everything that could be lost: values and releases at Heroku, times of writes at GitHub."""

    def heroku(path: str) -> Any:
        return checkout.cloud.by_hand("heroku", "GET", path, None)

    pipeline = next(one["id"] for one in heroku("/pipelines") if one["name"] == "banking-on-clojure")
    return {
        "config vars": heroku(CONFIG_VARS),
        "releases": len(heroku("/apps/banking-staging/releases")),
        "pipeline": heroku(f"/pipelines/{pipeline}/stage/review/config-vars"),
        **{path: at_github(checkout, path) for path in SECRETS},
    }


def at_github(checkout: Checkout, path: str) -> Any:
    """What GitHub tells of a secret."""
    return checkout.cloud.by_hand("github", "GET", f"/api/v3/repos/{REPOSITORY}/{SECRETS[path]}", None)


def writes(checkout: Checkout, since: int) -> list[str]:
    """What was written at a vendor."""
    found = (one for one in checkout.requests()[since:] if not one["path"].startswith("/_cloud"))
    return [f"{one['method']} {one['path']}" for one in found if one["method"] != "GET"]


def state_of(checkout: Checkout) -> str:
    """A digest of the state's files."""
    found = (path for path in sorted(checkout.state.rglob("staging.json")) if path.is_file())
    return hashlib.sha256(b"".join(path.read_bytes() for path in found)).hexdigest()


def operations(checkout: Checkout, *options: str) -> set[str]:
    """What a preview of staging says of each resource, and of each property: "update vars.A: forget"."""
    outcome = checkout.twelvefold("preview", "staging", "--format", "json", *options)
    assert outcome.code == 2, outcome.text
    assert "s3cret" not in outcome.text
    steps = outcome.json()["stacks"][0]["plan"]["steps"]
    changes = {f"{change['path']}: {change['kind']}" for step in steps for change in step["changes"]}
    return {f"{step['name']}: {step['operation']}" for step in steps} | {
        one for one in changes if not one.startswith("keptElsewhere")
    }


LET_GO = {
    "banking-staging-config: update",
    "vars.PLAIN_VAR: forget",
    "sensitiveVars.SECRET_VAR: forget",
    "banking-on-clojure-review: update",
    "vars.REVIEW_VAR: forget",
    "sensitiveVars.REVIEW_SECRET: forget",
}
FORGOTTEN = {"staging-API_KEY: forget", "TOKEN: forget"}


def test_what_moves_elsewhere_is_let_go_of(valued: Checkout) -> None:
    """Previews say so and write nothing, plain pulumi refuses, ``up`` writes nothing at a vendor; then all is clean."""
    before, state = at_vendors(valued), state_of(valued)
    declare(valued, KEPT, *VALUES)

    assert operations(valued) == LET_GO | FORGOTTEN
    assert operations(valued, "--refresh") == LET_GO | FORGOTTEN
    shown = valued.twelvefold("preview", "staging").stdout
    assert "2 to update, 3 to let go" in shown
    assert "○ vars.PLAIN_VAR: let go, its value stays" in shown
    assert "release" not in shown
    assert state_of(valued) == state
    assert {(kind, name) for kind, name, _ in map(short, audit(valued, "staging")[1])} == {
        ("pending", name) for name in RECORDED
    }

    for arguments in (("preview",), ("up", "--yes", "--skip-preview", "--refresh")):
        refused = valued.pulumi(*arguments, "--stack", "staging")
        assert refused.code != 0, refused.text
        assert re.search(r"Pulumi\.staging\.yaml:\d+: github\.secrets\.TOKEN: is kept in 1Password now", refused.text)
        assert "Let go of it first: twelvefold up staging; or: pulumi state delete 'urn:pulumi:staging" in refused.text
        assert "3 problems; nothing was changed" in refused.text
    assert at_vendors(valued) == before

    asked = len(valued.requests())
    up = valued.twelvefold("up", "staging", "--yes")
    assert up.code == 0, up.text
    assert "staging: 2 updated, 3 let go" in up.stdout
    assert "staging: ○ github:ActionsSecret TOKEN" in up.stderr
    assert "PLAIN_VAR, SECRET_VAR: kept elsewhere now, so let go of and not written" in " ".join(up.stderr.split())
    assert writes(valued, asked) == []
    assert at_vendors(valued) == before
    assert valued.twelvefold("preview", "staging", "--refresh").code == 0
    assert valued.pulumi("preview", "--expect-no-changes", "--stack", "staging").code == 0
    assert audit(valued, "staging")[1] == []


def test_from_elsewhere_and_back(valued: Checkout) -> None:
    """Let go of as it was approved; a value that comes back is written, and what nobody declares any more stays."""
    before, file = at_vendors(valued), valued.folder / "approval.json"
    declare(valued, KEPT, *VALUES)
    assert valued.twelvefold("preview", "staging", "--save", str(file)).code == 2
    up = valued.twelvefold("up", "--approved", str(file))
    assert up.code == 0, up.text
    assert "staging: 2 updated, 3 let go" in up.stdout
    assert at_vendors(valued) == before

    gone = ("config_vars.PLAIN_VAR", "pipeline.config_vars.review.REVIEW_SECRET", "github.dependabot_secrets.TOKEN")
    declare(valued, None, *gone)
    up = valued.twelvefold("up", "staging", "--yes")
    assert up.code == 0, up.text
    assert at_vendors(valued) == before
    found = {short(one)[:2] for one in audit(valued, "staging")[1]}
    assert found == {
        ("unmanaged", "heroku/config-var/banking-staging/PLAIN_VAR"),
        ("unmanaged", "heroku/pipeline-config-var/banking-on-clojure/review/REVIEW_SECRET"),
        ("unmanaged", f"github/dependabot-secret/{REPOSITORY}/TOKEN"),
    }

    back = ("config_vars.SECRET_VAR", "github.secrets.TOKEN", "pipeline.config_vars.review.REVIEW_VAR")
    declare(valued, None, *back)
    set_values(valued, dict.fromkeys(back, "back"))
    rules = {one["rule"] for one in audit(valued, "staging")[1] if one["kind"] == "pending"}
    assert rules == {"config-var-pending", "pipeline-config-var-pending", "secret-never-ours"}
    up = valued.twelvefold("up", "staging", "--yes")
    assert up.code == 0, up.text
    now = at_vendors(valued)
    assert now["config vars"] == {**before["config vars"], "SECRET_VAR": "back"}
    assert now["pipeline"] == {**before["pipeline"], "REVIEW_VAR": "back"}
    changed = {path for path in SECRETS if now[path]["updated_at"] != before[path]["updated_at"]}
    assert changed == {"github.secrets.TOKEN"}
    assert {short(one)[:2] for one in audit(valued, "staging")[1]} == found


def test_with_plain_pulumi(valued: Checkout) -> None:
    """It lets go of config vars by itself, and of secrets by the very command that it names; then the stack goes."""
    before = at_vendors(valued)
    declare(valued, KEPT, *(path for path in VALUES if path not in SECRETS))
    up = valued.pulumi("up", "--yes", "--stack", "staging")
    assert up.code == 0, up.text
    assert "REVIEW_SECRET, REVIEW_VAR: kept elsewhere now" in up.text
    assert at_vendors(valued) == before

    declare(valued, KEPT, "github.environments.staging.secrets.API_KEY")
    refused = valued.pulumi("preview", "--stack", "staging")
    command = re.search(r"pulumi state delete '.*API_KEY' --stack staging", refused.text)
    assert command, refused.text
    done = valued.run("bash", "-c", f"{command[0]} --yes")
    assert done.code == 0, done.text
    assert valued.pulumi("up", "--yes", "--stack", "staging").code == 0
    assert valued.pulumi("preview", "--refresh", "--expect-no-changes", "--stack", "staging").code == 0
    assert at_vendors(valued) == before

    declare(valued, KEPT, "github.secrets.TOKEN", "github.dependabot_secrets.TOKEN")
    done = valued.twelvefold("destroy", "staging", "--yes")
    assert done.code == 0, done.text
    assert "2 let go" in done.stdout
    for path in ("github.secrets.TOKEN", "github.dependabot_secrets.TOKEN"):
        assert at_github(valued, path) == before[path]


def test_a_new_stack_has_nothing_to_let_go_of(checkout: Checkout) -> None:
    """There is no state yet that could be asked."""
    checkout.edit("Pulumi.yaml", "      github:\n", "      github:\n        secrets: {TOKEN: {kept_in: 1Password}}\n")
    outcome = checkout.pulumi("preview", "--stack", "staging")
    assert outcome.code == 0, outcome.text
