"""See it before: why something changes, how far it reaches, and that what was approved is what is applied."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.checkout import Checkout, make_checkout
from tests.journeys.deploying import deploy

Json = dict[str, Any]
WORKFLOW = """on: push
jobs:
  deploy:
    environment: staging
    steps:
      - run: deploy
        env: { APP: "${{ vars.HEROKU_APP }}", URL: "${{ vars.APP_URL }}" }
  check:
    steps:
      - run: echo ${{ vars.HEROKU_APP }}
"""


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    """A checkout whose staging stands; tests put back what they change."""
    checkout = make_checkout(tmp_path_factory.mktemp("preview") / "service")
    checkout.start_cloud()
    try:
        up = checkout.twelvefold("up", "staging", "--yes")
        assert up.code == 0, up.text
        yield checkout
    finally:
        checkout.cloud.stop()


@pytest.fixture
def kept(standing: Checkout) -> Iterator[Checkout]:
    """The same checkout, with its stack files put back afterwards."""
    with _files_kept(standing):
        yield standing


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    """A new service whose stacks came up by one approval, though production stands on what staging makes."""
    checkout = make_checkout(tmp_path_factory.mktemp("both") / "service")
    file = checkout.folder / "approval.json"
    checkout.start_cloud()
    try:
        saved = checkout.twelvefold("preview", "--save", str(file))
        assert saved.code == 2, saved.text
        up = checkout.twelvefold("up", "--approved", str(file))
        assert up.code == 0, up.text
        assert checkout.twelvefold("preview", "--refresh").code == 0
        yield checkout
    finally:
        checkout.cloud.stop()


@pytest.fixture
def service(both: Checkout) -> Iterator[Checkout]:
    """The same checkout, with its stack files put back afterwards."""
    with _files_kept(both):
        yield both


@contextmanager
def _files_kept(checkout: Checkout) -> Iterator[None]:
    files = {path: path.read_text() for path in checkout.folder.glob("Pulumi*.yaml")}
    yield
    for path, text in files.items():
        path.write_text(text)


def heroku(checkout: Checkout, method: str, path: str, body: object = None) -> Any:
    """Do something at Heroku by hand."""
    return checkout.cloud.by_hand("heroku", method, path, body)


def github(checkout: Checkout, method: str, path: str, body: object = None) -> Any:
    """Do something at the repository by hand."""
    return checkout.cloud.by_hand("github", method, f"/api/v3/repos/practicalli/banking-on-clojure/{path}", body)


def preview(checkout: Checkout, *options: str, code: int = 2) -> Json:
    """The report of a preview of staging."""
    outcome = checkout.twelvefold("preview", "staging", "--format", "json", *options)
    assert outcome.code == code, outcome.text
    stack: Json = outcome.json()["stacks"][0]
    return stack


def steps(stack: Json) -> dict[str, Json]:
    """Steps by the names of their resources."""
    return {step["name"]: step for step in stack["plan"]["steps"]}


def origins(step: Json) -> dict[str, str]:
    """Origins of a step's properties."""
    return {change["path"].split(".")[-1]: change["origin"] for change in step["changes"]}


def releases(checkout: Checkout) -> int:
    """How many releases the app has."""
    return len(heroku(checkout, "GET", "/apps/banking-staging/releases"))


def addon(checkout: Checkout, service: str) -> str:
    """The name of an add-on at Heroku."""
    found = heroku(checkout, "GET", "/apps/banking-staging/addons")
    return next(str(one["name"]) for one in found if one["addon_service"]["name"] == service)


def test_what_was_approved_is_what_is_applied(standing: Checkout, tmp_path: Path) -> None:
    """Code, drift and both are told apart; the approval refuses every difference, and then applies just that."""
    checkout, file = standing, tmp_path / "approval.json"
    (checkout.folder / ".github/workflows").mkdir(parents=True)
    (checkout.folder / ".github/workflows/deploy.yml").write_text(WORKFLOW)
    vars = {"LOG_LEVEL": "byhand", "DATABASE_POOL_SIZE": "7", "SESSION_KEY": "byhand"}
    heroku(checkout, "PATCH", "/apps/banking-staging/config-vars", vars)
    heroku(checkout, "PATCH", "/apps/banking-staging", {"maintenance": True})
    heroku(checkout, "DELETE", f"/apps/banking-staging/addons/{addon(checkout, 'papertrail')}")
    github(checkout, "PATCH", "environments/staging/variables/HEROKU_APP", {"value": "elsewhere"})
    github(checkout, "DELETE", "environments/staging/variables/APP_URL")
    checkout.edit("Pulumi.staging.yaml", "LOG_LEVEL: debug", "LOG_LEVEL: warn\n      NEW: one")
    checkout.edit("Pulumi.yaml", "essential-0", "essential-1")

    stack = preview(checkout, "--save", str(file))
    found = steps(stack)
    config = {"LOG_LEVEL": "both", "DATABASE_POOL_SIZE": "drift", "SESSION_KEY": "drift", "NEW": "code"}
    assert origins(found["banking-staging-config"]) == config
    assert {name: step["origin"] for name, step in found.items()} == {
        "banking-staging-config": "both",
        "banking-staging": "drift",
        "banking-staging-logs": "drift",
        "banking-staging-database": "code",
        "staging-HEROKU_APP": "drift",
        "staging-APP_URL": "drift",
    }
    impact = stack["impact"]
    assert list(impact["restarts"]) == ["banking-staging"]
    assert impact["data_loss"] == []
    assert (impact["cost"]["before"], impact["cost"]["after"]) == (500 + 700, 900 + 700)
    uses = {(use["name"], use["line"]) for use in impact["uses"]}
    assert uses == {("HEROKU_APP", 7), ("APP_URL", 7)}

    _refused(checkout, file, "was changed after it was made", lambda: _tamper(file, "staging", "production"))
    with _changed(checkout, "NEW: one", "NEW: two"):
        _refused(checkout, file, "plan-changed: heroku:ConfigAssociation banking-staging-config: vars.NEW")
    heroku(checkout, "PATCH", "/apps/banking-staging/config-vars", {"LOG_LEVEL": "again"})
    _refused(checkout, file, "live-moved: ")
    heroku(checkout, "PATCH", "/apps/banking-staging/config-vars", {"LOG_LEVEL": "byhand"})

    # Whoever applies has another token than whoever looked: GitHub Actions makes one for every job.
    user = {"login": "deployer", "token": "ghp_second", "scopes": ["repo", "admin:repo_hook", "read:org"]}
    checkout.cloud.control("POST", "seed", {"github": {"users": [user]}})
    before = releases(checkout)
    up = checkout.twelvefold("up", "--approved", str(file), GITHUB_TOKEN="ghp_second")
    assert up.code == 0, up.text
    assert releases(checkout) - before == impact["releases"]["banking-staging"]
    preview(checkout, "--refresh", code=0)
    _refused(checkout, file, "state-moved: the stack was updated since this was approved")


def test_what_somebody_does_meanwhile_is_named(service: Checkout, tmp_path: Path) -> None:
    """Also what no code declares, and what a refresh cannot see; what is nobody's doing or another stack's is not."""
    file, app, hub = tmp_path / "approval.json", "/apps/banking-staging", "environments/staging"
    service.edit("Pulumi.staging.yaml", "config_vars:", "config_vars:\n      MORE: one")
    preview(service, "--save", str(file))

    _meanwhile(service)
    heroku(service, "PATCH", f"{app}/config-vars", {"BY_HAND": "1"})
    _refused(service, file, "live-moved: heroku/config-var/banking-staging/BY_HAND is new")
    heroku(service, "PATCH", f"{app}/config-vars", {"BY_HAND": None})
    heroku(service, "POST", f"{app}/domains", {"hostname": "hand.example", "sni_endpoint": None})
    _refused(service, file, "live-moved: heroku/domain/banking-staging/hand.example is new")
    heroku(service, "DELETE", f"{app}/domains/hand.example")
    github(service, "POST", f"{hub}/variables", {"name": "BY_HAND", "value": "1"})
    _refused(service, file, "live-moved: github/variable/practicalli/banking-on-clojure/staging/BY_HAND is new")
    github(service, "DELETE", f"{hub}/variables/BY_HAND")
    with _dark(service, "/webhooks$"):
        _refused(service, file, "heroku/webhook/banking-staging cannot be read any more (")

    up = service.twelvefold("up", "--approved", str(file))
    assert up.code == 0, up.text


def _meanwhile(checkout: Checkout) -> None:
    """Code is released for the first time, an app of others joins the pipeline, and another environment moves."""
    heroku(checkout, "POST", "/apps", {"name": "somebody-elses"})
    pipeline = heroku(checkout, "GET", "/pipelines/banking-on-clojure")["id"]
    coupling = {"app": "somebody-elses", "pipeline": pipeline, "stage": "development"}
    heroku(checkout, "POST", "/pipeline-couplings", coupling)
    deploy(checkout.cloud, "banking-staging", "web", "worker")
    github(checkout, "PATCH", "environments/production/variables/HEROKU_APP", {"value": "x"})
    heroku(checkout, "PATCH", "/apps/banking-production/config-vars", {"BY_HAND": "1"})


class _dark:
    """Heroku refuses to tell something for a while."""

    def __init__(self, checkout: Checkout, path: str) -> None:
        self.cloud, self.fault = checkout.cloud, {"kind": "status", "vendor": "heroku", "path": path, "status": 403}

    def __enter__(self) -> None:
        self.id = self.cloud.control("POST", "faults", self.fault)["id"]

    def __exit__(self, *_: object) -> None:
        self.cloud.control("DELETE", f"faults/{self.id}")


def test_what_was_not_approved_does_not_go_on(service: Checkout, tmp_path: Path) -> None:
    """Somebody changes the app after the last look: the run is stopped at that, before it does what was approved."""
    file, cloud = tmp_path / "approval.json", service.cloud
    service.edit("Pulumi.staging.yaml", "config_vars:", "config_vars:\n      GUARDED: one")
    preview(service, "--save", str(file))
    app = heroku(service, "GET", "/apps/banking-staging")["id"]
    read = {"vendor": "heroku", "method": "GET", "path": f"^/apps/({app}|banking-staging)$"}
    with _changed(service, "GUARDED: one", "GUARDED: other"):
        asked = len(service.requests())
        _refused(service, file, "plan-changed")
        looks = [one for one in service.requests()[asked:] if one["path"] in (f"/apps/{app}", "/apps/banking-staging")]
    # What an approval is held against was asked so often; the next one to ask is the run itself.
    pause = cloud.control("POST", "faults", {**read, "kind": "pause_before", "skip": len(looks)})["id"]
    # The stranger takes long enough for the interrupt to arrive before the next step would begin.
    slow = {"kind": "slow", "vendor": "heroku", "method": "PATCH", "path": "^/apps/[^/]+$", "milliseconds": 3000}

    with ThreadPoolExecutor(max_workers=1) as beside:
        run = beside.submit(service.twelvefold, "up", "--approved", str(file))
        assert cloud.control("GET", f"faults/{pause}/met?seconds=60")["met"]
        heroku(service, "PATCH", "/apps/banking-staging", {"maintenance": True})
        cloud.control("POST", "faults", slow)
        cloud.control("POST", f"faults/{pause}/release", {})
        up = run.result()
    cloud.control("DELETE", "faults")

    assert up.code == 1, up.text
    assert "plan-changed: to update banking-staging was not approved" in up.stderr
    assert heroku(service, "GET", "/apps/banking-staging/config-vars").get("GUARDED") is None


def test_a_plan_that_nobody_saw_whole_cannot_be_approved(service: Checkout, tmp_path: Path) -> None:
    """A comment on the pull request holds so much; what is cut there is saved as cut, and refused."""
    file, many = (
        tmp_path / "approval.json",
        "".join(f"\n      MANY_MORE_{number}: '{number}'" for number in range(1800)),
    )
    service.edit("Pulumi.staging.yaml", "config_vars:", f"config_vars:{many}")
    pull = {"GITHUB_ACTIONS": "true", "GITHUB_REF": "refs/pull/7/merge", "GITHUB_REPOSITORY": "practicalli/x"}

    saved = service.twelvefold("preview", "staging", "--save", str(file), **pull)

    assert saved.code == 2, saved.text
    assert "Saved, but it cannot be approved" in saved.stderr
    _refused(service, file, "nobody saw the whole plan")
    # Without a pull request people see it all.
    saved = service.twelvefold("preview", "staging", "--save", str(file))
    assert "Once it is approved" in saved.stderr


@pytest.mark.parametrize(("length", "told"), [(5_000, "Once it is approved"), (70_000, "vars.LONG of banking-staging")])
def test_a_value_that_people_cannot_read_whole_is_named(
    service: Checkout, tmp_path: Path, length: int, told: str
) -> None:
    """An ordinary long one is folded into the comment; one that does not fit there keeps it from being approved."""
    service.edit("Pulumi.staging.yaml", "config_vars:", f"config_vars:\n      LONG: {'x' * length}")
    pull = {"GITHUB_ACTIONS": "true", "GITHUB_REF": "refs/pull/7/merge", "GITHUB_REPOSITORY": "practicalli/x"}

    saved = service.twelvefold("preview", "staging", "--save", str(tmp_path / "approval.json"), **pull)

    assert saved.code == 2, saved.text
    assert told in " ".join(saved.stderr.split())
    assert saved.stdout.count("x") >= length


def _tamper(file: Path, old: str, new: str) -> None:
    file.write_text(file.read_text().replace(old, new))


class _changed:
    """The stack file says something else for a while."""

    def __init__(self, checkout: Checkout, old: str, new: str) -> None:
        self.checkout, self.old, self.new = checkout, old, new

    def __enter__(self) -> None:
        self.checkout.edit("Pulumi.staging.yaml", self.old, self.new)

    def __exit__(self, *_: object) -> None:
        self.checkout.edit("Pulumi.staging.yaml", self.new, self.old)


def _refused(checkout: Checkout, file: Path, why: str, meddle: Callable[[], None] = lambda: None) -> None:
    """``up`` refuses, says why, and writes nothing anywhere."""
    asked, text = len(checkout.requests()), file.read_text()
    meddle()
    outcome = checkout.twelvefold("up", "--approved", str(file))
    file.write_text(text)
    assert outcome.code == 1, outcome.text
    assert why in outcome.stderr
    assert {request["method"] for request in checkout.requests()[asked:]} <= {"GET"}


def test_a_rotated_secret_is_seen_and_one_sealed_anew_is_not(kept: Checkout) -> None:
    """Fingerprints tell what a secret was and will be, the same in every run; under another seal nothing changes."""
    places = {
        "config_vars.SESSION_KEY": "banking-staging-config",
        "github.environments.staging.secrets.HEROKU_API_KEY": "staging-HEROKU_API_KEY",
        "github.webhooks.deployments.secret": "deployments",
    }

    def rotated() -> dict[str, Any]:
        for place in places:
            key = f"twelvefold:environment.{place}"
            outcome = kept.run("pulumi", "config", "set", "--secret", "--path", "-s", "staging", "--", key, "r0tated")
            assert outcome.code == 0, outcome.text
        stack = preview(kept)
        assert "r0tated" not in json.dumps(stack)
        return {name: [change for change in step["changes"]] for name, step in steps(stack).items()}

    first, again = rotated(), rotated()

    assert set(first) == set(places.values())
    assert first == again
    for name, changes in first.items():
        assert len(changes) == 1, (name, changes)
        before, after = changes[0]["fingerprints"]
        assert (changes[0]["before"], changes[0]["after"]) == ("***", "***")
        assert len(before) == len(after) == 12
        assert before != after
    # One value in three places has one fingerprint.
    assert len({changes[0]["fingerprints"][1] for changes in first.values()}) == 1


def test_renamed_by_hand_and_changed_back(kept: Checkout) -> None:
    """A rename by hand is drift of the name alone; changed back, nothing is left of it."""
    heroku(kept, "PATCH", "/apps/banking-staging", {"name": "banking-renamed"})
    renamed = steps(preview(kept, "--refresh"))
    heroku(kept, "PATCH", "/apps/banking-renamed", {"name": "banking-staging"})
    heroku(kept, "PATCH", "/apps/banking-staging/config-vars", {"LOG_LEVEL": "x"})
    heroku(kept, "PATCH", "/apps/banking-staging/config-vars", {"LOG_LEVEL": "warn"})

    assert origins(renamed["banking-staging"]) == {"name": "drift"}
    assert {step["origin"] for step in renamed.values()} == {"drift"}
    preview(kept, "--refresh", code=0)


def test_a_replacement_tells_the_data_that_goes(kept: Checkout) -> None:
    """Another region means another app: everything of it is made anew, and its database is gone."""
    kept.edit("Pulumi.yaml", "region: eu", "region: us")
    stack = preview(kept)
    app = steps(stack)["banking-staging"]

    assert (app["operation"], app["origin"]) == ("replace", "code")
    assert app["changes"][0]["forces_replacement"]
    assert [text.split()[0] for text in stack["impact"]["data_loss"]] == ["app", "add-on"]
    assert stack["impact"]["restarts"] == {}


def test_a_stack_that_fails_does_not_hide_the_others(kept: Checkout) -> None:
    """The wrong passphrase of one stack is told beside the preview of the other, with exit code 1."""
    kept.edit("Pulumi.production.yaml", "encryptionsalt: v1:", "encryptionsalt: v1:AAAAAAAAAAA=:v1:AAAA:AAAA #")
    outcome = kept.twelvefold("preview", "--format", "json")
    staging, production = outcome.json()["stacks"]

    assert outcome.code == 1, outcome.text
    assert staging["plan"] is not None
    assert production["error"]
    assert production["plan"] is None


def test_one_approval_brings_up_a_whole_service(service: Checkout, tmp_path: Path) -> None:
    """What the first stack makes known may be known to the next; what it takes from the next is refused at once."""
    file, named = tmp_path / "approval.json", "name: {}\n        stages"
    service.edit("Pulumi.yaml", named.format("banking-on-clojure"), named.format("banking-anew"))
    saved = service.twelvefold("preview", "--save", str(file))

    assert saved.code == 1, saved.text
    assert 'the pipeline "banking-on-clojure" goes, and later stacks are in it' in saved.stderr
    assert not file.exists()


def test_a_stack_that_may_not_lose_its_data_does_not_hold_up_the_others(service: Checkout) -> None:
    """Another region: production's engine gives up at once, while its program still waits for it; all of it ends."""
    service.edit("Pulumi.yaml", "region: eu", "region: us")
    for _ in range(4):
        outcome = service.twelvefold("preview", "--format", "json")
        staging, production = outcome.json()["stacks"]

        assert outcome.code == 1, outcome.text
        assert steps(staging)["banking-staging"]["operation"] == "replace"
        assert "with the old one goes the data" in production["error"]
