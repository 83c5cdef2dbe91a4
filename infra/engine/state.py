"""Where a project's state and passphrase are kept unless the person says otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

FOLDER = ".twelvefold"


def passphrase_file(project: Path) -> Path:
    """The file that ``make setup`` keeps the passphrase in."""
    return project / FOLDER / "passphrase"


def state_environment(project: Path, environ: Mapping[str, str]) -> dict[str, str]:
    """Environment variables that make the engine use our defaults where ``environ`` and ``Pulumi.yaml`` are silent."""
    wanted: dict[str, str] = {}
    if "PULUMI_BACKEND_URL" not in environ and not _names_backend(project / "Pulumi.yaml"):
        folder = project / FOLDER / "state"
        folder.mkdir(parents=True, exist_ok=True)
        wanted["PULUMI_BACKEND_URL"] = folder.as_uri()
    if not {"PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE"} & set(environ):
        wanted["PULUMI_CONFIG_PASSPHRASE_FILE"] = str(passphrase_file(project))
    return wanted


def _names_backend(pulumi_yaml: Path) -> bool:
    return any(line.startswith("backend:") for line in pulumi_yaml.read_text().splitlines())
