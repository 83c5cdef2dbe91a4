"""What the parts are built from when only the module registry can be reached: pinned Go modules, committed here."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, fields
from pathlib import Path

from infra.engine.cache import Key
from infra.engine.parts import (
    GITHUB,
    GITHUB_VERSION,
    LANGUAGE_PYTHON,
    LANGUAGE_PYTHON_VERSION,
    PULUMI,
    PULUMI_VERSION,
)

MODULES = Path(__file__).parent / "modules"
SDK = "github.com/pulumi/pulumi/sdk/v3"
DIGEST_LENGTH = 12


@dataclass(frozen=True)
class Generator:
    """A command of the module that writes files which its main package embeds."""

    package: str
    arguments: tuple[str, ...]
    environment: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Recipe:
    """How one part is built: a folder with go.mod, go.sum and sources, and what to make of it."""

    part: str
    version: str
    source: Path
    binary: str
    package: str = "."
    version_symbol: str = ""
    generator: Generator | None = None
    # Executable scripts to lie beside the binary: (module, path inside it).
    scripts: tuple[tuple[str, str], ...] = ()

    @property
    def key(self) -> Key:
        """Names the cache entry by everything that determines its contents."""
        digest = hashlib.sha256()
        for name in (field.name for field in fields(self) if field.name != "source"):
            digest.update(f"{name}={getattr(self, name)!r}\n".encode())
        for path in sorted(path for path in self.source.rglob("*") if path.is_file()):
            digest.update(f"{path.relative_to(self.source)}\n".encode() + path.read_bytes())
        return Key(self.part, self.version, digest.hexdigest()[:DIGEST_LENGTH])


PULUMI_RECIPE = Recipe(
    part=PULUMI,
    version=PULUMI_VERSION,
    source=MODULES / "pulumi",
    binary="pulumi",
    package="github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
    version_symbol=f"{SDK}/go/common/version.Version",
)

LANGUAGE_PYTHON_RECIPE = Recipe(
    part=LANGUAGE_PYTHON,
    version=LANGUAGE_PYTHON_VERSION,
    source=MODULES / "language_python",
    binary="pulumi-language-python",
    package=f"{SDK}/python/cmd/pulumi-language-python",
    version_symbol=f"{SDK}/go/common/version.Version",
    scripts=(
        (SDK, "python/cmd/pulumi-language-python-exec"),
        (SDK, "python/dist/pulumi-analyzer-policy-python"),
        (SDK, "python/dist/pulumi-resource-pulumi-python"),
    ),
)

GITHUB_RECIPE = Recipe(
    part=GITHUB,
    version=GITHUB_VERSION,
    source=MODULES / "github",
    binary="pulumi-resource-github",
    generator=Generator(
        package="./cmd/tfgen",
        arguments=("schema", "--out", ".", "--skip-docs", "--skip-examples"),
        # Terraform's GitHub provider has more than the published plugin maps, and that is no mistake.
        environment=(("PULUMI_SKIP_MISSING_MAPPING_ERROR", "true"), ("PULUMI_SKIP_EXTRA_MAPPING_ERROR", "true")),
    ),
)
