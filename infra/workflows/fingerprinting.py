"""The key that a project's fingerprints are made under: its passphrase's, so that every machine makes the same."""

from __future__ import annotations

from collections.abc import Mapping

from infra.engine.checkpoint import settings_of
from infra.engine.unsealing import passphrase_of
from infra.errors import WrongPassphrase
from infra.model.fingerprint import Fingerprints, make_key
from infra.model.project import Project

WITHIN_THIS_RUN = "fingerprints of secrets can be compared within this run only: the passphrase is not known here"


def project_name(project: Project) -> str:
    """The name that ``Pulumi.yaml`` gives the project."""
    return str(settings_of(project.folder).get("name", "")) or project.folder.name


def project_fingerprints(project: Project, environ: Mapping[str, str]) -> tuple[Fingerprints, bool]:
    """Fingerprints under the project's own key, and True; else, without its passphrase, under one of this run."""
    try:
        passphrase = passphrase_of(project.folder, environ)
    except WrongPassphrase:
        return Fingerprints(), False
    return Fingerprints(make_key(passphrase, project_name(project))), True
