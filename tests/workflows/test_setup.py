"""The secrets of a checkout: fresh, a second time, in a team, and with the passphrase in the environment."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.engine import passphrase
from infra.engine.passphrase import EXAMPLE_PASSPHRASE, opens, salt_of, seal_values
from infra.engine.state import passphrase_file
from infra.errors import WrongPassphrase
from infra.model.project import Project, find_project
from infra.workflows.setup import prepare_secrets


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few rounds, and no passphrase of the machine's own."""
    monkeypatch.setattr(passphrase, "ROUNDS", 10)
    monkeypatch.delenv("PULUMI_CONFIG_PASSPHRASE", raising=False)
    monkeypatch.delenv("PULUMI_CONFIG_PASSPHRASE_FILE", raising=False)


def checkout(folder: Path, **sealed_with: str) -> Project:
    """A project whose stacks are each sealed with a passphrase; nothing for a stack without secrets."""
    (folder / "Pulumi.yaml").write_text("name: shop\n")
    for stack, secret in sealed_with.items():
        file = folder / f"Pulumi.{stack}.yaml"
        file.write_text("config: {}\n")
        if secret:
            salt, (value,) = seal_values(secret, ["hunter2"])
            file.write_text(f'encryptionsalt: {salt}\nconfig:\n  a: {{secure: "{value}"}} # kept\n')
    return find_project(folder)


def kept(project: Project) -> str:
    """The passphrase that the checkout keeps."""
    return passphrase_file(project.folder).read_text()


def test_a_fresh_checkout_gets_a_passphrase_of_its_own(tmp_path: Path) -> None:
    """The shipped example is sealed anew with it, and each step is told."""
    project = checkout(tmp_path, staging=EXAMPLE_PASSPHRASE, production=EXAMPLE_PASSPHRASE, plain="")
    assert list(prepare_secrets(project)) == [
        "Made a passphrase for this checkout's secrets: .twelvefold/passphrase (keep it, share it)",
        "Sealed the example's 1 secrets in Pulumi.production.yaml with it",
        "Sealed the example's 1 secrets in Pulumi.staging.yaml with it",
    ]
    for stack in ("staging", "production"):
        assert opens(kept(project), salt_of(project.stack_file(stack)))
        assert not opens(EXAMPLE_PASSPHRASE, salt_of(project.stack_file(stack)))
        assert project.stack_file(stack).read_text().endswith("# kept\n")
    assert project.stack_file("plain").read_text() == "config: {}\n"


def test_a_second_run_changes_nothing(tmp_path: Path) -> None:
    """And says nothing."""
    project = checkout(tmp_path, staging=EXAMPLE_PASSPHRASE)
    list(prepare_secrets(project))
    before = [project.stack_file("staging").read_text(), kept(project)]
    assert list(prepare_secrets(project)) == []
    assert [project.stack_file("staging").read_text(), kept(project)] == before


def test_the_teams_passphrase_is_asked_for(tmp_path: Path) -> None:
    """A colleague's fresh clone: nothing is made or sealed, and where to put the passphrase is said."""
    project = checkout(tmp_path, staging="the team's")
    before = project.stack_file("staging").read_text()
    with pytest.raises(WrongPassphrase) as refused:
        list(prepare_secrets(project))
    path = passphrase_file(project.folder)
    assert refused.value.text() == (
        "Pulumi.staging.yaml: its secrets are sealed with another passphrase\n"
        f"  Ask your team for it and put it into {path}."
    )
    assert not path.exists()
    assert project.stack_file("staging").read_text() == before


def test_the_teams_passphrase_in_its_place_is_used(tmp_path: Path) -> None:
    """As it is asked for; an example added later is sealed with it."""
    project = checkout(tmp_path, staging="the team's", production=EXAMPLE_PASSPHRASE)
    path = passphrase_file(project.folder)
    path.parent.mkdir()
    path.write_text("the team's\n")
    assert list(prepare_secrets(project)) == ["Sealed the example's 1 secrets in Pulumi.production.yaml with it"]
    assert all(opens("the team's", salt_of(project.stack_file(stack))) for stack in project.stacks)


def test_a_wrong_passphrase_in_its_place_is_told(tmp_path: Path) -> None:
    """It is neither overwritten nor used."""
    project = checkout(tmp_path, staging="the team's")
    path = passphrase_file(project.folder)
    path.parent.mkdir()
    path.write_text("mine")
    with pytest.raises(WrongPassphrase, match="sealed with another passphrase"):
        list(prepare_secrets(project))
    assert kept(project) == "mine"


def test_a_passphrase_in_the_environment_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Then none is written to the disk."""
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "given")
    project = checkout(tmp_path, staging=EXAMPLE_PASSPHRASE, production="given")
    assert list(prepare_secrets(project)) == ["Sealed the example's 1 secrets in Pulumi.staging.yaml with it"]
    assert all(opens("given", salt_of(project.stack_file(stack))) for stack in project.stacks)
    assert not passphrase_file(project.folder).exists()


def test_a_wrong_passphrase_in_the_environment_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without repeating it."""
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "hunter2")
    with pytest.raises(WrongPassphrase) as refused:
        list(prepare_secrets(checkout(tmp_path, staging="the team's")))
    assert "hunter2" not in refused.value.text()


def test_a_project_without_secrets_still_gets_a_passphrase(tmp_path: Path) -> None:
    """For the first secret that will be set."""
    project = checkout(tmp_path, staging="")
    assert len(list(prepare_secrets(project))) == 1
    assert kept(project)


def test_a_passphrase_file_of_the_persons_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file that the engine would read is read here too, and no other is made."""
    project = checkout(tmp_path, staging=EXAMPLE_PASSPHRASE)
    (tmp_path / "theirs").write_text("sesame\n")
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE_FILE", str(tmp_path / "theirs"))
    list(prepare_secrets(project))

    assert opens("sesame", salt_of(project.stack_file("staging")))
    assert not passphrase_file(project.folder).exists()


def test_an_empty_passphrase_is_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Given empty, as people do with a throw-away stack, it is what the engine uses."""
    project = checkout(tmp_path, staging=EXAMPLE_PASSPHRASE)
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "")
    list(prepare_secrets(project))

    assert opens("", salt_of(project.stack_file("staging")))
    assert not passphrase_file(project.folder).exists()


def test_a_passphrase_file_that_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is told by name."""
    project = checkout(tmp_path, staging=EXAMPLE_PASSPHRASE)
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE_FILE", str(tmp_path / "nowhere"))

    with pytest.raises(WrongPassphrase, match="nowhere"):
        list(prepare_secrets(project))
