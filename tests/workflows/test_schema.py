"""The JSON Schema of the stack files: an editor that follows it agrees with the model as far as a schema can."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from pydantic import TypeAdapter, ValidationError

from infra.model import fields
from infra.model.scalars import Ambiguous, plain_scalar
from infra.workflows.schema import schema
from tests.workflows.cases import Case, load_cases

TOP = Path(__file__).parents[2]
SCHEMA: dict[str, Any] = json.loads(schema())
VALIDATOR = Draft202012Validator(SCHEMA)

# What no schema of a single file can know: it looks at other settings, other files, or at what comes before YAML.
BEYOND = {
    "acm_wildcard",
    "addon_name_twice",
    "app_and_apps",
    "app_name_twice",
    "attachment_twice",
    "attachment_unknown",
    "attachment_without_apps",
    "branch_policy",
    "certificate_unknown",
    "config_misspelt",
    "config_var_derived",
    "config_var_of_addon",
    "config_var_reserved",
    "credentials_in_clear",
    "deploy_key",
    "domain_twice_in_apps",
    "domain_twice_in_stacks",
    "dyno_sizes_apart",
    "environment_misspelt",
    "github_without_repository",
    "herokus_domain",
    "no_service",
    "numbers_that_change",
    "plan_missing",
    "reference_circular",
    "reference_early",
    "reference_not_closed",
    "reference_to_other_app",
    "reference_to_secret_in_variable",
    "reference_unknown",
    "reviewers",
    "secret_in_service",
    "secret_not_sealed",
    "service_in_stack_file",
    "shared_in_no_stack",
    "stack_is_no_stage",
    "stack_name",
    "stage_outside_pipeline",
    "too_many_drains",
    "two_owners",
    "webhook_twice",
}


# What an editor tells by itself, as YAML that it cannot read or has nothing to say about.
UNREADABLE = {
    *("alias_bomb", "broken_yaml", "complex_key", "control_characters", "duplicate_key", "empty_files"),
    *("empty_stack_file", "merge_keys", "not_utf8", "only_comments", "recursive_alias", "tab", "tags", "two_documents"),
}


def as_an_editor_reads(text: str) -> Any:
    """The document as an editor's YAML 1.2 reader has it."""
    return _converted(yaml.compose(text))


def _converted(node: yaml.Node | None) -> Any:
    if isinstance(node, yaml.MappingNode):
        return {key.value: _converted(item) for key, item in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [_converted(item) for item in node.value]
    if not isinstance(node, yaml.ScalarNode):
        return None
    value = node.value if node.style else plain_scalar(node.value)
    return _guessed(value.text) if isinstance(value, Ambiguous) else value


def _guessed(text: str) -> Any:
    try:
        return float(text)
    except ValueError:
        return text


def complaints(text: str) -> list[str]:
    """What the schema says against a file."""
    return [fault.message for fault in VALIDATOR.iter_errors(as_an_editor_reads(text))]


def test_the_schema_is_one() -> None:
    """By its own schema."""
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("file", sorted(TOP.glob("**/Pulumi*.yaml")), ids=lambda file: str(file.relative_to(TOP)))
def test_the_shipped_files_pass(file: Path) -> None:
    """The project's own stack files and the examples."""
    assert complaints(file.read_text()) == []


@pytest.mark.parametrize("case", load_cases("good"), ids=lambda case: case.name)
def test_good_cases_pass(case: Case) -> None:
    """What the model takes, no editor underlines."""
    assert [complaint for content in case.files.values() for complaint in complaints(content.decode("utf-8-sig"))] == []


@pytest.mark.parametrize("case", load_cases("bad"), ids=lambda case: case.name)
def test_bad_cases_are_underlined(case: Case) -> None:
    """What a schema can see, the editor underlines in one of the files that the check complains of."""
    if case.name in UNREADABLE:
        return
    told = {file for file, content in case.files.items() if complaints(content.decode())}
    assert bool(told) is (case.name not in BEYOND)
    assert told <= {problem.file for problem in case.problems}


NAMES = (
    *("AppName", "Label", "ProcessType", "ConfigVarName", "GitHubName", "Hostname", "Plan", "AttachmentName"),
    *("RepositoryName", "Email", "PipelineName", "WebAddress", "DrainAddress"),
)
fragments = st.sampled_from(
    ["a", "B", "9", "-", "_", ".", ":", "/", "@", "*", " ", "GITHUB_", "https://", "xn--", "${a}"]
)


@given(st.sampled_from(NAMES), st.lists(fragments, max_size=8).map("".join))
def test_schema_and_model_agree_on_names(name: str, text: str) -> None:
    """What one takes the other takes; only empty text and references are the model's alone to refuse."""
    adapter: TypeAdapter[Any] = TypeAdapter(getattr(fields, name))
    by_schema = Draft202012Validator(adapter.json_schema()).is_valid(text)
    try:
        adapter.validate_python(text)
    except ValidationError:
        assert not by_schema or "${" in text
    else:
        assert by_schema


@pytest.mark.parametrize("name", sorted(SCHEMA["$defs"]))
def test_every_part_is_closed_and_described(name: str) -> None:
    """An editor shows a sentence for each part and each setting, and underlines unknown keys."""
    part = SCHEMA["$defs"][name]
    assert part["additionalProperties"] is False
    assert part["description"]
    assert [key for key, value in part["properties"].items() if not value.get("description")] == []


@pytest.mark.parametrize(
    "path", ["config_vars: {A: null}", "domains: {a.example: null}", "apps: {web: null}", "app: null"]
)
def test_null_takes_away_wherever_the_model_lets_it(path: str) -> None:
    """Also a single key of a map, and of a map that may be a list."""
    assert complaints(f"config:\n  twelvefold:environment:\n    {path}\n") == []
