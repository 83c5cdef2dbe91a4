"""What a verb does not need is not loaded: half of a small audit is the start of its process."""

from __future__ import annotations

import subprocess
import sys

import pytest

LATE = ("pulumi", "grpc", "nacl", "jinja2", "starlette", "infra.localcloud", "infra.program", "infra.providers.heroku")
NEVER = ("click", "pygments", "markdown_it", "httpx._main", "trio")
HELP = "from infra.cli import main\ntry: main(['--help'])\nexcept SystemExit: pass"
AUDIT = "from infra.cli import leave_out_unused\nleave_out_unused()\nimport infra.workflows.drift"


def loaded(program: str) -> set[str]:
    """The modules that a fresh process has loaded after a program."""
    told = f"{program}\nimport sys\nsys.stderr.write(' '.join(name for name, one in sys.modules.items() if one))"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, timeout=60, check=True)
    return set(done.stderr.split())


@pytest.mark.parametrize(
    ("program", "absent"),
    [(HELP, ("pydantic", "yaml", "httpx", "cryptography", "infra.apis", *LATE)), (AUDIT, (*LATE, *NEVER))],
)
def test_only_what_is_needed_is_loaded(program: str, absent: tuple[str, ...]) -> None:
    """For the help neither models nor clients; for an audit neither the engine's SDK nor anybody's command line."""
    assert sorted(set(absent) & loaded(program)) == []
