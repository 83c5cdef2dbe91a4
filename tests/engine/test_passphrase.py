"""The passphrase: made once and kept private, tried without the engine, and changed without touching anything else."""

from __future__ import annotations

import re
import stat
from pathlib import Path

import pytest

from infra.engine import passphrase
from infra.engine.passphrase import ensure_passphrase, opens, reseal, salt_of, seal_values
from infra.errors import EngineError, WrongPassphrase

# Written by the engine itself (3.256.0): pulumi config set --secret --path, passphrase "correct horse battery staple".
BY_THE_ENGINE = """\
encryptionsalt: v1:PrTX2NxC8JA=:v1:tWPAcdPKa8LusQnf:6jhLQGUUedbPCh3McADlpqt6dSGUqg==
config:
  twelvefold:environment:
    config_vars:
      KEY:
        secure: v1:EghVvJ9i3lFZF0C/:zhkkeSlb5uII1R3IpGBtTWiQYTAWSMEG8LUd1jw=
    app: shop
"""
PASSPHRASE = "correct horse battery staple"
CLEAR = 'größer: "x"'


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key in no time: a million rounds take half a second each."""
    monkeypatch.setattr(passphrase, "ROUNDS", 10)


def clear_texts(file: Path, secret: str) -> list[str]:
    """Every secret of a stack file, opened."""
    key = passphrase.derive_key(secret, salt_of(file))
    return [passphrase.unseal(key, sealed).decode() for _, _, sealed in passphrase._SEALED.findall(file.read_text())]


def sealed_file(folder: Path, secret: str, values: list[str], form: str) -> Path:
    """A stack file whose ``{salt}``, ``{0}``, ``{1}`` … are sealed with ``secret``."""
    salt, sealed = seal_values(secret, values)
    file = folder / "Pulumi.staging.yaml"
    file.write_text(form.format(*sealed, salt=salt))
    return file


def test_what_the_engine_sealed_opens(tmp_path: Path) -> None:
    """The format is the engine's own, with its million rounds."""
    file = tmp_path / "Pulumi.staging.yaml"
    file.write_text(BY_THE_ENGINE)
    assert opens(PASSPHRASE, salt_of(file))
    assert clear_texts(file, PASSPHRASE) == [CLEAR]


def test_a_wrong_passphrase_does_not_open(tmp_path: Path) -> None:
    """It is told, not guessed, and the file stays as it was."""
    file = tmp_path / "Pulumi.staging.yaml"
    file.write_text(BY_THE_ENGINE)
    assert not opens(PASSPHRASE.title(), salt_of(file))
    with pytest.raises(WrongPassphrase, match="does not open") as refused:
        reseal(file, "hunter2", "new")
    assert "hunter2" not in refused.value.text()
    assert file.read_text() == BY_THE_ENGINE


@pytest.mark.usefixtures("quick")
def test_sealing_and_opening_again(tmp_path: Path) -> None:
    """Every value comes back, however it is quoted in the file."""
    values = ["", "plain", CLEAR, "line\nline\n", "x" * 10_000]
    form = "encryptionsalt: {salt}\na:\n" + "".join(f'  - {{{{secure: "{{{n}}}"}}}}\n' for n in range(len(values)))
    assert clear_texts(sealed_file(tmp_path, "one", values, form), "one") == values


@pytest.mark.usefixtures("quick")
def test_the_same_value_is_never_sealed_the_same() -> None:
    """A fresh salt and fresh nonces each time."""
    first, second = seal_values("one", ["x", "x"]), seal_values("one", ["x", "x"])
    assert len({first[0], second[0]}) == 2
    assert len({*first[1], *second[1]}) == 4


@pytest.mark.usefixtures("quick")
def test_resealing_keeps_all_but_the_seals(tmp_path: Path) -> None:
    """Comments, order, quotes and line ends stay; only the new passphrase opens the file."""
    form = (
        "# yaml-language-server: $schema=docs/schema/stackfile.json\n"
        "encryptionsalt: {salt}\n"
        "config:\n"
        "  twelvefold:environment:   # ours\n"
        "    app: shop\n"
        "    config_vars: {{ONE: {{secure: {0}}}, TWO: x}}\n"
        "    drains:\n"
        "      archive:\n"
        "        url:\n"
        '          secure: "{1}"\n'
        "# the end\n"
    )
    file = sealed_file(tmp_path, "old", ["first", "second"], form)
    before = file.read_text()
    assert reseal(file, "old", "new") == 2
    after = file.read_text()
    assert clear_texts(file, "new") == ["first", "second"]
    assert not opens("old", salt_of(file))
    seals = re.compile(r'"?v1:[A-Za-z0-9+/=:v]+"?')
    assert seals.sub("*", after) == seals.sub("*", before)
    assert not set(seals.findall(before)) & set(seals.findall(after))
    assert list(tmp_path.iterdir()) == [file]


def test_a_file_without_secrets_is_left_alone(tmp_path: Path) -> None:
    """There is no salt, so there is nothing to seal."""
    file = tmp_path / "Pulumi.staging.yaml"
    file.write_text("config: {}\n")
    assert (salt_of(file), reseal(file, "old", "new"), file.read_text()) == ("", 0, "config: {}\n")


def test_a_passphrase_is_made_once_and_kept_private(tmp_path: Path) -> None:
    """Long, random, for its owner's eyes, and the same from then on."""
    file = tmp_path / "deep" / "passphrase"
    made = ensure_passphrase(file)
    assert len(made) >= 40
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert ensure_passphrase(file) == made
    assert ensure_passphrase(tmp_path / "other") != made


def test_a_given_passphrase_is_kept(tmp_path: Path) -> None:
    """An editor's last line end is not part of it."""
    file = tmp_path / "passphrase"
    file.write_text("from my team\n")
    assert ensure_passphrase(file) == "from my team"


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("written", ["secure: '{0}'", "secure:   {0}", '"secure": "{0}"', "{{secure: {0}, }}"])
def test_every_way_of_writing_a_seal(tmp_path: Path, written: str) -> None:
    """However YAML lets it be quoted, the secret is sealed anew."""
    form = "encryptionsalt: {salt}\na:\n  b:\n    " + written + "\n"
    file = sealed_file(tmp_path, "old", ["first"], form)

    assert reseal(file, "old", "new") == 1
    assert clear_texts(file, "new") == ["first"]


@pytest.mark.usefixtures("quick")
def test_a_seal_that_is_not_understood_is_never_lost(tmp_path: Path) -> None:
    """A secret spread over lines stops the resealing, and the file stays as it was."""
    form = "encryptionsalt: {salt}\na:\n  secure: >-\n    {0}\nb: {{secure: {0}}}\n"
    file = sealed_file(tmp_path, "old", ["first"], form)
    before = file.read_text()

    with pytest.raises(EngineError, match="1 of its secrets"):
        reseal(file, "old", "new")
    assert file.read_text() == before
