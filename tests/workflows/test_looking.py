"""Looking at the vendors: what is not asked for is not opened, and what cannot be opened says why."""

from __future__ import annotations

from pathlib import Path

from infra.apis.live.github import WantedRepositories
from infra.apis.live.wanted import Wanted
from infra.errors import TwelvefoldError
from infra.model.estate import Estate, Subject, Unreadable
from infra.model.fingerprint import Fingerprints
from infra.workflows.looking import NO_TOKEN, Question, open_vendors
from infra.workflows.vendors import Credentials
from tests.localcloud.in_process import BASE, LocalCloud, new_cloud

NOBODY = Credentials({}, "", "")


def _credentials(cloud: LocalCloud) -> Credentials:
    return Credentials({"api_key": cloud.heroku_token, "url": BASE}, cloud.github_token, f"{BASE}/api/v3/")


async def _read(folder: Path, said: Credentials, question: Question, cloud: LocalCloud) -> tuple[Estate, int]:
    async with open_vendors(folder, said, Fingerprints(b"k" * 32), transport=cloud.transport) as vendors:
        return await vendors.read(question), vendors.requests


async def test_nothing_wanted_is_nothing_asked(tmp_path: Path) -> None:
    """Neither vendor hears of it."""
    found, requests = await _read(tmp_path, NOBODY, Question(Wanted(), WantedRepositories(())), new_cloud())
    assert (found, requests) == (Estate("live"), 0)


async def test_without_tokens_each_place_is_dark(tmp_path: Path) -> None:
    """Each app, the pipelines, each repository; with what to set."""
    wanted = Question(Wanted({"a": "", "b": ""}, {"p": ""}), WantedRepositories(("acme/shop",)))
    found, _ = await _read(tmp_path, NOBODY, wanted, new_cloud())
    assert [(one.vendor, one.kind, one.scope) for one in found.unreadable] == [
        ("heroku", "app", "a"),
        ("heroku", "app", "b"),
        ("heroku", "pipeline", "p"),
        ("github", "repository", "acme/shop"),
    ]
    assert found.unreadable[-1] == Unreadable(
        "github", "repository", "acme/shop", "there is no token for GitHub", NO_TOKEN
    )


async def test_what_was_read_is_remembered_sealed(tmp_path: Path) -> None:
    """A second look finds the same; what lies on disk in between shows nothing."""
    cloud = new_cloud()
    answer = await cloud.heroku.post("/apps", json={"name": "shop-one", "region": "us"})
    await cloud.heroku.patch("/apps/shop-one/config-vars", json={"KEY": "canary-of-the-value"})
    question = Question(Wanted({"shop-one": answer.json()["id"]}), WantedRepositories(()))
    said = _credentials(cloud)
    first, asked = await _read(tmp_path, said, question, cloud)
    again, less = await _read(tmp_path, said, Question(question.heroku, question.github, 3600.0), cloud)
    assert again == first
    assert less < asked
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert kept
    assert not any(word in kept for word in (b"canary", b"shop-one", cloud.heroku_token.encode()))


async def test_causes_and_releases_need_an_open_door(tmp_path: Path) -> None:
    """Without a client nobody is asked, and nothing is told."""
    async with open_vendors(tmp_path, NOBODY, Fingerprints(), transport=new_cloud().transport) as vendors:
        assert isinstance(vendors.heroku, TwelvefoldError)
        subject = Subject("heroku", "config-var", "a", "KEY")
        assert await vendors.causes(Estate("live"), Estate("recorded"), [subject], None) == {}
        assert await vendors.releases_by_hand(Estate("live"), {}) == {}
