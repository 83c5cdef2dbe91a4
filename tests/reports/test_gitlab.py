"""GitLab's terraform report: three counts, as its documentation says, and nothing else."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from jsonschema import Draft202012Validator

from infra.model.plan import Plan, Step
from infra.model.report import StackReport
from infra.reports.gitlab import terraform_report
from tests.reports.golden import check_golden
from tests.reports.hostile import hostile_report
from tests.reports.large import LARGE
from tests.reports.samples import SAMPLES

COUNT = {"type": "integer", "minimum": 0}
SCHEMA = {
    "type": "object",
    "properties": dict.fromkeys(("create", "update", "delete"), COUNT),
    "required": ["create", "update", "delete"],
    "additionalProperties": False,
}


@pytest.mark.parametrize("name", SAMPLES)
def test_golden(name: str) -> None:
    """Each sample, with the keys that GitLab documents."""
    text = terraform_report(SAMPLES[name])
    Draft202012Validator(SCHEMA).validate(json.loads(text))
    check_golden(f"{name}.terraform.json", text + "\n")


def test_a_replacement_is_a_delete_and_a_create() -> None:
    """And plans of several stacks are added up."""
    assert json.loads(terraform_report(LARGE)) == {"create": 3_210, "update": 1_770, "delete": 30}


def test_what_only_the_state_notes_is_an_update() -> None:
    """What it takes in, and what it lets go of."""
    steps = tuple(Step(operation, f"urn:pulumi:s::p::a:b/c:D::{operation}") for operation in ("import", "forget"))
    stacks = (StackReport("s", Plan("s", "preview", steps)),)
    assert json.loads(terraform_report(replace(LARGE, stacks=stacks))) == {"create": 0, "update": 2, "delete": 0}


def test_no_text_of_others_is_in_it() -> None:
    """So nothing in it can be hostile."""
    assert terraform_report(hostile_report("<x>")) == '{"create": 1, "update": 1, "delete": 1}'
