"""Plain ``pulumi`` in the project's virtual environment, seen from the program that it starts."""

from __future__ import annotations

import os
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from infra.engine.parts import LANGUAGE_PYTHON, PULUMI_VERSION, QUIET, Engine, Part
from infra.engine.shim import write_shim
from tests.engine.places import Machine, new_machine

NAMES = ("PULUMI_BACKEND_URL", "PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE", "PULUMI_HOME")


@dataclass(frozen=True)
class Checkout:
    """A project with a virtual environment, on a machine with an engine that shows how it was started."""

    machine: Machine
    project: Path

    @property
    def shim(self) -> Path:
        """The project's ``pulumi``."""
        return self.project / ".venv" / "bin" / "pulumi"

    def run(self, *words: str, cwd: Path | None = None, program: Path | str = "", **environ: str) -> dict[str, str]:
        """What the real program sees: its environment, arguments as ``ARGUMENTS``."""
        whole = {**self.machine.environ, **environ}
        argv = [str(program or self.shim), *words]
        ran = subprocess.run(argv, cwd=cwd or self.project, env=whole, capture_output=True, text=True, check=True)
        assert ran.stderr == ""
        return dict(line.split("=", 1) for line in ran.stdout.splitlines())


def check_out(
    machine: Machine, name: str = "project", home: Path | None = None, host: str = PULUMI_VERSION
) -> Checkout:
    """A fresh checkout, set up."""
    engine = machine.program("pulumi", 'env; echo "ARGUMENTS=$*"', machine.folder / "engine").parent
    project = machine.folder / name
    (project / ".venv" / "bin").mkdir(parents=True)
    (project / "Pulumi.yaml").write_text("name: it\nruntime: python\n")
    parts = (Part(LANGUAGE_PYTHON, host, "path", engine, "path"),)
    write_shim(project / ".venv", Engine(engine, PULUMI_VERSION, parts, home), project)
    return Checkout(machine, project)


@pytest.fixture
def checkout(machine: Machine) -> Checkout:
    """The usual one."""
    return check_out(machine)


def test_inside_the_project(checkout: Checkout) -> None:
    """State, passphrase, quiet, and a PATH that starts with the engine and the project's Python."""
    seen = checkout.run("up", "--stack", "a b")
    project = checkout.project
    assert seen["PULUMI_BACKEND_URL"] == f"file://{project}/.twelvefold/state?metadata=skip"
    assert (project / ".twelvefold" / "state").is_dir()
    assert seen["PULUMI_CONFIG_PASSPHRASE_FILE"] == f"{project}/.twelvefold/passphrase"
    assert seen["PATH"].split(os.pathsep)[:2] == [str(checkout.machine.folder / "engine"), str(project / ".venv/bin")]
    assert QUIET.items() <= seen.items()
    assert seen["ARGUMENTS"] == "up --stack a b"
    assert "PULUMI_HOME" not in seen


def test_the_script_is_whole_executable_and_marked(checkout: Checkout) -> None:
    """Writing it again replaces it, and leaves nothing beside it."""
    lines = checkout.shim.read_text().splitlines()
    assert lines[:2] == ["#!/bin/sh", "# twelvefold engine shim"]
    assert stat.S_IMODE(checkout.shim.stat().st_mode) == 0o755
    write_shim(checkout.project / ".venv", Engine(Path("/else"), PULUMI_VERSION, (), None), checkout.project)
    assert [path.name for path in checkout.shim.parent.iterdir()] == ["pulumi"]
    assert "/else" in checkout.shim.read_text()


def test_deeper_in_the_project(checkout: Checkout) -> None:
    """Any folder below counts."""
    deep = checkout.project / "examples" / "python"
    deep.mkdir(parents=True)
    assert checkout.run(cwd=deep)["PULUMI_BACKEND_URL"].endswith("/project/.twelvefold/state?metadata=skip")


def test_elsewhere_pulumi_is_as_it_is(checkout: Checkout) -> None:
    """Another project keeps its own login, passphrase and plugins."""
    neighbour = checkout.machine.folder / "project-two"
    neighbour.mkdir()
    for folder in (checkout.machine.folder, neighbour):
        seen = checkout.run("up", cwd=folder)
        assert not {*NAMES, *QUIET} & seen.keys()
        assert seen["PATH"] == checkout.machine.environ["PATH"]
        assert seen["ARGUMENTS"] == "up"


@pytest.mark.parametrize("form", [["-C", "{}"], ["--cwd", "{}"], ["--cwd={}"], ["-C{}"], ["-C={}"], ["up", "-C", "{}"]])
def test_the_folder_that_pulumi_is_told_to_work_in_counts(checkout: Checkout, form: list[str]) -> None:
    """From outside into the project, and from inside out of it."""
    outside = checkout.machine.folder
    into = [word.format(checkout.project) for word in form]
    out = [word.format(outside) for word in form]
    assert "PULUMI_BACKEND_URL" in checkout.run(*into, cwd=outside)
    assert "PULUMI_BACKEND_URL" not in checkout.run(*out)


def test_after_a_double_dash_words_are_not_options(checkout: Checkout) -> None:
    """As in ``pulumi env run … -- tool -C folder``."""
    assert "PULUMI_BACKEND_URL" in checkout.run("env", "run", "x", "--", "tool", "-C", "/")


@pytest.mark.parametrize(
    ("given", "passed"),
    [
        (["-v=9"], "-v=4"),
        (["-v11"], "-v=4"),
        (["-v", "10"], "-v 4"),
        (["--verbose=5"], "--verbose=4"),
        (["--verbose", "12"], "--verbose 4"),
    ],
)
def test_a_log_with_secrets_in_it_is_asked_for_twice(checkout: Checkout, given: list[str], passed: str) -> None:
    """A verbosity that logs secrets in clear is lowered, and says so, unless the person insists."""
    environ = {**checkout.machine.environ, "LANG": "C"}
    argv = [str(checkout.shim), "up", *given, "--stack", "a b"]
    ran = subprocess.run(argv, cwd=checkout.project, env=environ, capture_output=True, text=True, check=True)

    assert f"ARGUMENTS=up {passed} --stack a b\n" in ran.stdout
    assert "TWELVEFOLD_LOG_SECRETS" in ran.stderr
    assert checkout.run("up", *given, TWELVEFOLD_LOG_SECRETS="1")["ARGUMENTS"] == f"up {' '.join(given)}"


def test_other_verbosity_and_values_stay(checkout: Checkout) -> None:
    """A lower verbosity, and numbers that are no verbosity, pass untouched."""
    assert checkout.run("up", "-v=4", "-p", "64")["ARGUMENTS"] == "up -v=4 -p 64"
    assert checkout.run("config", "set", "k", "--", "-v=99")["ARGUMENTS"] == "config set k -- -v=99"
    assert checkout.run()["ARGUMENTS"] == ""


def test_what_the_user_set_stays(checkout: Checkout) -> None:
    """A backend, a passphrase (also an empty one) or a file of one's own."""
    seen = checkout.run(PULUMI_BACKEND_URL="s3://bucket", PULUMI_CONFIG_PASSPHRASE="")
    assert seen["PULUMI_BACKEND_URL"] == "s3://bucket"
    assert "PULUMI_CONFIG_PASSPHRASE_FILE" not in seen
    assert checkout.run(PULUMI_CONFIG_PASSPHRASE_FILE="/mine")["PULUMI_CONFIG_PASSPHRASE_FILE"] == "/mine"


@pytest.mark.parametrize(
    ("text", "ours"),
    [
        ("backend:\n  url: s3://bucket\n", False),
        ('"backend": {url: s3://bucket}\n', False),
        ("backend :\n  url: x\n", False),
        ("config:\n  backend: x\n", True),
        ("# backend:\n", True),
        ("backends: x\n", True),
    ],
)
def test_a_backend_in_the_project_file_stays(checkout: Checkout, text: str, ours: bool) -> None:
    """Only at the top level of Pulumi.yaml."""
    (checkout.project / "Pulumi.yaml").write_text(f"name: it\n{text}")
    assert ("PULUMI_BACKEND_URL" in checkout.run()) is ours


def test_the_nearest_project_file_counts(checkout: Checkout) -> None:
    """An example below may keep its state elsewhere."""
    nested = checkout.project / "examples" / "cloud"
    nested.mkdir(parents=True)
    (nested / "Pulumi.yaml").write_text("name: other\nbackend: {url: s3://bucket}\n")
    assert "PULUMI_BACKEND_URL" not in checkout.run(cwd=nested)
    assert "PULUMI_BACKEND_URL" in checkout.run(cwd=nested.parent)


def test_plugins_and_credentials(machine: Machine) -> None:
    """Our home for plugins, the user's own for the token of Pulumi Cloud."""
    checkout = check_out(machine, home=machine.folder / "plugins")
    seen = checkout.run()
    assert (seen["PULUMI_HOME"], seen["PULUMI_CREDENTIALS_PATH"]) == (
        str(machine.folder / "plugins"),
        str(machine.home / ".pulumi"),
    )
    assert checkout.run(PULUMI_HOME="/own/home")["PULUMI_HOME"] == str(machine.folder / "plugins")
    assert checkout.run(PULUMI_CREDENTIALS_PATH="/mine")["PULUMI_CREDENTIALS_PATH"] == "/mine"


def test_the_checkout_can_be_moved(checkout: Checkout) -> None:
    """The script finds its project from where it lies itself."""
    moved = checkout.project.rename(checkout.machine.folder / "moved")
    seen = Checkout(checkout.machine, moved).run()
    assert seen["PULUMI_BACKEND_URL"] == f"file://{moved}/.twelvefold/state?metadata=skip"


def test_through_path_and_through_a_link(checkout: Checkout) -> None:
    """With the environment active, and as a link in somebody's bin folder."""
    path = f"{checkout.shim.parent}:{checkout.machine.environ['PATH']}"
    found = checkout.run("pulumi", program="env", PATH=path)
    assert found["PULUMI_BACKEND_URL"].endswith("/project/.twelvefold/state?metadata=skip")
    link = checkout.machine.bin / "mypulumi"
    link.symlink_to(checkout.shim)
    assert checkout.run(program=link)["PULUMI_BACKEND_URL"].endswith("/project/.twelvefold/state?metadata=skip")


def test_a_linked_way_into_the_project(checkout: Checkout) -> None:
    """The folder is the same, whichever way it was reached."""
    link = checkout.machine.folder / "short"
    link.symlink_to(checkout.project)
    assert "PULUMI_BACKEND_URL" in checkout.run(cwd=link)
    assert "PULUMI_BACKEND_URL" in checkout.run(cwd=checkout.project, program=link / ".venv" / "bin" / "pulumi")


@pytest.mark.parametrize(
    ("name", "written"), [("with space", "with space"), ("100%", "100%25"), ("a#b?c", "a%23b%3Fc"), ("it's", "it's")]
)
def test_odd_folder_names(machine: Machine, name: str, written: str) -> None:
    """What means something else in an address is encoded; quotes and spaces do no harm."""
    checkout = check_out(new_machine(machine.folder / "deep" / name), home=machine.folder / name / "plugins")
    seen = checkout.run()
    folder = f"{machine.folder}/deep/{written}/project"
    assert seen["PULUMI_BACKEND_URL"] == f"file://{folder}/.twelvefold/state?metadata=skip"
    assert (checkout.project / ".twelvefold" / "state").is_dir()
    assert seen["PULUMI_HOME"] == f"{machine.folder}/{name}/plugins"


def test_an_engine_that_is_gone(checkout: Checkout) -> None:
    """The cache was cleared: one line says what to do."""
    (checkout.machine.folder / "engine" / "pulumi").unlink()
    ran = subprocess.run(
        [checkout.shim, "up"], env=checkout.machine.environ, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 1
    assert "twelvefold engine install" in ran.stderr
    assert ran.stderr.count("\n") == 1


@pytest.fixture
def importing(machine: Machine) -> Checkout:
    """A checkout whose language host cannot write programs, and whose Python shows what it is asked for."""
    made = check_out(machine, host="3.78.1")
    shown = 'if [ "$1" = -c ]; then echo 1.5; exit; fi; echo "PYTHON=$*"; echo "FOLDER=$PWD"'
    machine.program("python", shown, made.project / ".venv" / "bin")
    return made


@pytest.mark.parametrize("options", [[], ["--cwd", "{}"], ["--stack", "import"]])
def test_what_was_imported_is_told_by_us(importing: Checkout, options: list[str]) -> None:
    """The engine does not ask the language host for code; our own is printed from the folder that was meant."""
    words = [*(word.format(importing.project) for word in options), "import", "a:b:C", "it", "id", "--yes"]
    seen = importing.run(*words)
    assert seen["ARGUMENTS"] == f"--generate-code=false {' '.join(words)}"
    assert seen["PYTHON"].startswith("-m infra.workflows.imported 1.5 ")
    assert seen["PYTHON"].endswith(f" {' '.join(words)}")
    assert seen["FOLDER"] == str(importing.project)


@pytest.mark.parametrize(
    ("words", "passed"),
    [
        ("import x --generate-code=true", "import x --generate-code=true"),
        ("import x --json", "--generate-code=false import x --json"),
        ("import --help", "import --help"),
        ("stack import --file x", "stack import --file x"),
        ("up -s import", "up -s import"),
    ],
)
def test_other_imports_and_whoever_knows_better(importing: Checkout, words: str, passed: str) -> None:
    """Code in the middle of JSON is no use; a stack's import is another thing."""
    seen = importing.run(*words.split())
    assert seen["ARGUMENTS"] == passed
    assert "PYTHON" not in seen


def test_an_import_that_fails_says_nothing_more(importing: Checkout) -> None:
    """Its exit code is passed on."""
    (importing.machine.folder / "engine" / "pulumi").write_text("#!/bin/sh\nexit 9\n")
    argv = [str(importing.shim), "import", "a:b:C", "it", "id"]
    ran = subprocess.run(
        argv, cwd=importing.project, env=importing.machine.environ, capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stdout) == (9, "")


def test_the_official_language_host_writes_the_code_itself(checkout: Checkout) -> None:
    """Nothing is done where nothing is missing."""
    assert checkout.run("import", "a:b:C", "it", "id")["ARGUMENTS"] == "import a:b:C it id"
