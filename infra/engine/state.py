"""Where a project's state and passphrase are kept unless the person says otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

FOLDER = ".twelvefold"


def passphrase_file(project: Path) -> Path:
    """The file that ``make setup`` keeps the passphrase in."""
    return project / FOLDER / "passphrase"


def address_of(folder: Path) -> str:
    """The backend address of a folder that holds state."""
    # Without this, each file of state has another of attributes beside it that is not written at once: left empty by
    # a killed engine, it makes every later command fail.
    return f"{folder.as_uri()}?metadata=skip"


def folder_at(address: str) -> Path | None:
    """The folder that a backend address names; None when it names no folder."""
    return Path(unquote(urlsplit(address).path)) if address.startswith("file://") else None


def state_environment(project: Path, environ: Mapping[str, str]) -> dict[str, str]:
    """Environment variables that make the engine use our defaults where ``environ`` and ``Pulumi.yaml`` are silent."""
    wanted: dict[str, str] = {}
    if "PULUMI_BACKEND_URL" not in environ and not _names_backend(project / "Pulumi.yaml"):
        folder = project / FOLDER / "state"
        folder.mkdir(parents=True, exist_ok=True)
        wanted["PULUMI_BACKEND_URL"] = address_of(folder)
    if not {"PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE"} & set(environ):
        wanted["PULUMI_CONFIG_PASSPHRASE_FILE"] = str(passphrase_file(project))
    return wanted


def _names_backend(pulumi_yaml: Path) -> bool:
    return any(line.startswith("backend:") for line in pulumi_yaml.read_text().splitlines())
