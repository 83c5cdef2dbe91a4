"""Which workflows use what changes."""

from __future__ import annotations

import pytest

from infra.model.plan import Preview
from infra.rules.uses import Named, changed_names, find_uses
from tests.rules.previews import Drawn

WORKFLOW = """name: deploy
on: push
env:
  TOP: ${{ vars.REGION }}
jobs:
  test:
    if: vars.REGION == 'eu' && secrets.TOKEN != ''
    steps:
      # - run: echo ${{ secrets.TOKEN }}
      - run: echo "secrets.TOKEN" # ${{ secrets.TOKEN }}
      - run: |
          deploy ${{ secrets['token'] }} ${{
            format('{0}', secrets.TOKEN)
          }}
  staging:
    environment: { name: Staging }
    steps:
      - run: echo ${{ secrets.TOKEN }} ${{ secrets.TOKEN_TWO }}
  any:
    environment: ${{ inputs.where }}
    uses: ./.github/workflows/other.yml
    secrets: inherit
  production:
    environment: production
    steps: [{ run: "echo ${{ secrets.TOKEN }}" }]
"""
PATH = ".github/workflows/deploy.yml"


def lines(name: Named, text: str = WORKFLOW, path: str = PATH) -> list[int]:
    """The lines that use it."""
    return [use.line for use in find_uses({path: text}, [name])]


def test_expressions_and_conditions_are_uses() -> None:
    """In any case and spelling, over several lines, never in a comment or in plain text; inherited ones may be any."""
    assert lines(Named("secret", "TOKEN")) == [7, 12, 13, 18, 22, 25]
    assert lines(Named("variable", "REGION")) == [4, 7]
    assert lines(Named("secret", "TOKEN_TWO")) == [18, 22]
    assert lines(Named("variable", "TOKEN")) == []


def test_what_belongs_to_an_environment_is_used_only_there() -> None:
    """In jobs with that environment, whatever its case, or with one that is chosen when it runs."""
    assert lines(Named("secret", "TOKEN", "staging")) == [18, 22]
    assert lines(Named("secret", "TOKEN", "production")) == [22, 25]
    assert lines(Named("variable", "REGION", "staging")) == []


def test_dependabot_reads_its_own_secrets() -> None:
    """In its configuration, and in the workflows that it sets off."""
    text = "registries:\n  ours:\n    token: ${{secrets.TOKEN}}\n"

    assert lines(Named("dependabot", "TOKEN"), text, ".github/dependabot.yml") == [3]
    assert lines(Named("secret", "TOKEN"), text, ".github/dependabot.yml") == []
    assert lines(Named("dependabot", "TOKEN"))


def test_circleci_contexts() -> None:
    """One, or a list of them."""
    text = (
        "workflows:\n  main:\n    jobs:\n      - a: { context: deploy }\n      - b:\n          context: [x, deploy]\n"
    )

    assert lines(Named("context", "deploy"), text, ".circleci/config.yml") == [4, 6]


def test_gitlab_variables() -> None:
    """In jobs of that environment, also by a star, where they belong to one."""
    text = (
        "one:\n  environment: { name: staging }\n  script: [deploy $TOKEN]\n"
        "two:\n  environment: production\n  script: ['deploy ${TOKEN} $TOKENS']\n"
    )

    assert lines(Named("gitlab", "TOKEN"), text, ".gitlab-ci.yml") == [3, 6]
    assert lines(Named("gitlab", "TOKEN", "stag*"), text, ".gitlab-ci.yml") == [3]


@pytest.mark.parametrize("text", ["", "a: [", "- x", "jobs: 3", "\x00", "jobs: {a: &a [*a]}", "[" * 1500])
@pytest.mark.parametrize("path", [PATH, ".circleci/config.yml", ".gitlab-ci.yml", "README.md"])
def test_files_that_cannot_be_understood_have_no_uses(text: str, path: str) -> None:
    """They are somebody else's; nothing fails because of them."""
    names = [Named("secret", "T", "x"), Named("context", "T"), Named("gitlab", "T", "x")]

    assert find_uses({path: text}, names) == ()


def test_names_that_a_plan_changes() -> None:
    """By what the vendor calls them, with their environment; what stays the same is not among them."""
    drawn = Drawn().add("create", "github:index/actionsSecret:ActionsSecret", "n", secretName="TOKEN")
    drawn.add("same", "github:index/actionsVariable:ActionsVariable", "v", variableName="REGION")
    type = "github:index/actionsEnvironmentVariable:ActionsEnvironmentVariable"
    drawn.add("delete", type, "staging-URL", variableName="URL", environment="staging")
    drawn.add("forget", "github:index/actionsSecret:ActionsSecret", "KEPT", secretName="KEPT")
    drawn.add("update", "gitlab:index/projectVariable:ProjectVariable", "g", key="K", environmentScope="*")
    preview: Preview = drawn.preview

    assert changed_names(preview) == (
        Named("secret", "TOKEN"),
        Named("variable", "URL", "staging"),
        Named("gitlab", "K"),
    )
