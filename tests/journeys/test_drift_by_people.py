"""``twelvefold drift`` as people meet it: two environments, exit codes, every format, refusals, and nothing written."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
import yaml

from tests.journeys.checkout import Checkout
from tests.journeys.hand_made import Hands
from tests.journeys.in_process import audit, short, subject, twelvefold

FORMATS = ("text", "json", "markdown", "html", "sarif", "junit", "gitlab", "annotations")
WEB = "/apps/banking-staging"
LIVE = "/apps/banking-production"


@pytest.fixture
def hands(estate: Checkout) -> Hands:
    """Somebody in the dashboards."""
    return Hands(estate.cloud)


def digest(folder: Path) -> dict[str, str]:
    """Every file of a checkout but what an audit remembers, and what the cloud itself logs."""
    paths = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    names = {str(path.relative_to(folder)): path for path in paths}
    state = ".twelvefold/cloud/state"
    kept = {name: path for name, path in names.items() if not name.startswith(".twelvefold") or name.startswith(state)}
    return {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in kept.items()}


def test_an_untouched_estate_is_clean_and_nothing_is_written(estate: Checkout) -> None:
    """Exit 0 for all stacks together and for each alone; only reads are sent, and no file changes."""
    before, asked = digest(estate.folder), len(estate.requests())
    for names in ((), ("--all",), ("staging",), ("production",)):
        code, findings = audit(estate, *names)
        assert (code, [short(one) for one in findings]) == (0, []), names
    assert {one["method"] for one in estate.requests()[asked:] if not one["path"].startswith("/_cloud")} == {"GET"}
    assert digest(estate.folder) == before


def test_every_format_and_a_report_tell_of_the_same_change(estate: Checkout, hands: Hands, tmp_path: Path) -> None:
    """Each format names what was changed, the text within 80 columns, and never shows a secret."""
    hands.heroku("PATCH", f"{WEB}/config-vars", {"LOG_LEVEL": "s3cret-level", "SESSION_KEY": "s3cret-session"})
    try:
        file = tmp_path / "report.json"
        for format in FORMATS:
            outcome = twelvefold(estate, "drift", "staging", "--format", format, "--report", str(file))
            assert outcome.code == 2, outcome.text
            # GitLab's widget is told numbers only.
            assert format == "gitlab" or "LOG_LEVEL" in outcome.stdout.replace("\\", ""), outcome.text
            assert "s3cret" not in outcome.text + file.read_text()
            if format == "text":
                assert max(map(len, outcome.stdout.splitlines())) <= 80
        kept = json.loads(file.read_text())
        assert (kept["verb"], kept["exit_code"]) == ("drift", 2)
        assert [stack["stack"] for stack in kept["stacks"]] == ["staging"]
    finally:
        put_right(estate)


def put_right(estate: Checkout) -> None:
    """Everything as it was declared, for the tests that follow."""
    fixed = estate.twelvefold("drift", "--fix", "--remove-unmanaged", "--yes")
    assert fixed.code == 0, fixed.text


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("stagin",), "staging"),
        (("staging", "--all"), "Leave one of them out"),
        (("--fix", "--adopt"), "Choose one"),
        (("--remove-unmanaged",), "Add --fix"),
        (("--accept",), "--owner"),
        (("--accept", "--owner", "ops", "--reason", "x", "--until", "soon"), "2027-01-31"),
        (("--format", "docx"), "docx"),
        (("--owner", "ops"), "--accept"),
    ],
)
def test_wrong_options_are_refused_before_anything_is_asked(
    estate: Checkout, options: tuple[str, ...], said: str
) -> None:
    """With exit 1 and the way out, and no request."""
    asked = len(estate.requests())
    outcome = twelvefold(estate, "drift", *options)
    assert outcome.code == 1, outcome.text
    assert said in outcome.stderr
    assert len(estate.requests()) == asked


def test_what_cannot_be_read_is_said_with_what_it_takes(estate: Checkout) -> None:
    """Without a token for GitHub: exit 3, and what to do; nothing is taken for missing."""
    code, findings = audit(estate, GITHUB_TOKEN="")
    assert code == 3
    assert {one["kind"] for one in findings} == {"unverifiable"}
    assert any("GITHUB_TOKEN" in one["needs"] for one in findings), findings


def test_drift_weighs_more_than_what_cannot_be_read(estate: Checkout, hands: Hands) -> None:
    """Exit 2 when something was changed, though another part is dark."""
    hands.heroku("PATCH", f"{WEB}/config-vars", {"BY_HAND": "1"})
    try:
        code, findings = audit(estate, "staging", GITHUB_TOKEN="")
        assert code == 2
        assert ("unmanaged", "heroku/config-var/banking-staging/BY_HAND", ()) in [short(one) for one in findings]
    finally:
        put_right(estate)


def test_a_wrong_passphrase_is_an_error(estate: Checkout) -> None:
    """Exit 1: without the state nothing can be said."""
    outcome = twelvefold(estate, "drift", "staging", PULUMI_CONFIG_PASSPHRASE="wrong")
    assert outcome.code == 1, outcome.text
    assert "passphrase" in outcome.stderr


def test_a_stack_that_was_never_brought_up_waits(estate: Checkout) -> None:
    """Everything it declares is pending, told at its outermost: code that waits for its update is a difference, too."""
    file = estate.folder / "Pulumi.third.yaml"
    document = {"config": {"twelvefold:environment": {"app": "banking-third", "stage": "staging"}}}
    file.write_text(yaml.safe_dump(document))
    try:
        code, findings = audit(estate, "third")
        assert (code, {one["kind"] for one in findings}) == (2, {"pending"})
        assert "heroku/app/banking-third" in [subject(one) for one in findings]
    finally:
        file.unlink()


def test_each_stack_answers_for_its_own(estate: Checkout, hands: Hands) -> None:
    """A change in one environment is told by that stack alone, what is shared by its owner, strangers by the owner."""
    hands.heroku("PATCH", f"{WEB}/config-vars", {"IN_STAGING": "1"})
    hands.heroku("PATCH", f"{LIVE}/config-vars", {"IN_PRODUCTION": "1"})
    hub = "/api/v3/repos/practicalli/banking-on-clojure"
    estate.cloud.by_hand("github", "POST", f"{hub}/actions/variables", {"name": "STRANGE", "value": "1"})
    inside = f"{hub}/environments/production/variables"
    estate.cloud.by_hand("github", "POST", inside, {"name": "STRANGE", "value": "1"})
    try:
        report = twelvefold(estate, "drift", "--format", "json").json()
        found = {one["stack"]: [subject(finding) for finding in one["findings"]] for one in report["stacks"]}
        shared, own = "github/variable/practicalli/banking-on-clojure/STRANGE", "heroku/config-var/banking-staging"
        alone = ["github/variable/practicalli/banking-on-clojure/production/STRANGE"]
        alone += ["heroku/config-var/banking-production/IN_PRODUCTION"]
        assert found == {"staging": [shared, f"{own}/IN_STAGING"], "production": alone}
        for stack, expected in found.items():
            code, findings = audit(estate, stack)
            assert (code, [subject(one) for one in findings]) == (2, expected)
        together = [finding["identity"] for finding in report["findings"]]
        assert len(together) == len(set(together))
    finally:
        put_right(estate)
