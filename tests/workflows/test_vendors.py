"""Who a stack is at the vendors: its own file, the service's, the environment's variables, in this order."""

from __future__ import annotations

from pathlib import Path

from infra.model.estate import Hidden, Unknown
from infra.model.project import find_project
from infra.model.values import Path as Place
from infra.workflows.vendors import Credentials, credentials

ENVIRON = {"HEROKU_API_KEY": "of-the-environment", "GITHUB_TOKEN": "hub-of-the-environment", "HEROKU_API_URL": "u"}
SEALED = "{secure: v1:AAAA:BBBB}"


def _said(folder: Path, service: str = "", stack: str = "", known: str = "opened", **environ: str) -> Credentials:
    (folder / "Pulumi.yaml").write_text(f"name: shop\nruntime: python\nconfig: {{{service}}}\n")
    (folder / "Pulumi.staging.yaml").write_text(f"config: {{{stack}}}\n")

    def secret(place: Place) -> Hidden | Unknown:
        return Hidden(f"{known} {place[-1]}") if known else Unknown("no passphrase")

    return credentials(find_project(folder), "staging", secret, environ or ENVIRON)


def test_the_environment_speaks_for_silent_files(tmp_path: Path) -> None:
    """As the engine takes them."""
    said = _said(tmp_path)
    assert said.heroku == {"api_key": "of-the-environment", "url": "u"}
    assert said.github_token == "hub-of-the-environment"


def test_the_stacks_own_file_comes_first(tmp_path: Path) -> None:
    """Then the service's, then the environment."""
    service = "'heroku:url': of-the-service, 'github:baseUrl': https://hub.example/"
    said = _said(tmp_path, service, f"'heroku:apiKey': {SEALED}, 'github:token': {SEALED}")
    assert said.heroku == {"api_key": "opened heroku:apiKey", "url": "of-the-service"}
    assert (said.github_token, said.github_address) == ("opened github:token", "https://hub.example/")
    assert _said(tmp_path, service, "'heroku:url': own").heroku["url"] == "own"


def test_what_cannot_be_opened_is_not_made_up(tmp_path: Path) -> None:
    """The environment's token stands in, else there is none."""
    own = f"'heroku:apiKey': {SEALED}"
    assert _said(tmp_path, stack=own, known="").heroku["api_key"] == "of-the-environment"
    assert "api_key" not in _said(tmp_path, stack=own, known="", PATH="/bin").heroku


def test_equal_credentials_are_equal_and_show_nothing(tmp_path: Path) -> None:
    """Stacks with equal ones are looked at together."""
    one, two = _said(tmp_path), _said(tmp_path)
    assert one == two
    assert "of-the-environment" not in repr(one)
