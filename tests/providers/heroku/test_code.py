"""heroku:slug/slug:Slug, heroku:build/build:Build and heroku:app/release:Release against the local cloud."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from infra.apis.blobs import checksum_of
from infra.errors import Interrupted, Rejected
from infra.providers.heroku.archive import checksum_at
from infra.providers.kit.values import Values, has_secret
from tests.providers.heroku.deploys import deploy, set_release, source_archive, upload_source
from tests.providers.heroku.estate import Estate, Resource
from tests.providers.heroku.tokens import BUILD, RELEASE, SLUG

PROCESSES = {"web": "run"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A source folder."""
    (tmp_path / "source/bin").mkdir(parents=True)
    (tmp_path / "source/Procfile").write_text("web: run\n")
    (tmp_path / "source/bin/run").write_text("#!/bin/sh\n")
    (tmp_path / "source/bin/run").chmod(0o755)
    return tmp_path / "source"


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """A source archive."""
    (tmp_path / "source.tgz").write_bytes(source_archive())
    return tmp_path / "source.tgz"


async def a_slug(estate: Estate, app: Resource, archive: Path) -> Resource:
    """A slug with its archive."""
    return await estate.create(SLUG, {"appId": app.id, "processTypes": PROCESSES, "filePath": str(archive)})


async def test_a_slug_is_uploaded(estate: Estate, app: Resource, archive: Path) -> None:
    """The bytes arrive, with their checksum; signed addresses stay out of the state."""
    slug = await a_slug(estate, app, archive)
    assert slug["checksum"] == checksum_of(archive)
    assert ("PUT", f"/_blobs/slug-{slug.id}") in estate.wire.requests
    assert "blobs" not in slug.outputs
    assert await estate.drift(slug) == {}
    assert await estate.changes(slug, slug.inputs) == {}
    archive.write_bytes(source_archive("web: other\n"))
    assert await estate.changes(slug, slug.inputs) == {"checksum": "update!"}
    await estate.delete(slug)


async def test_a_slug_from_an_address(estate: Estate, app: Resource) -> None:
    """Fetched without our token, and uploaded; the address is a secret."""
    url = await upload_source(estate)
    slug = await estate.create(SLUG, {"appId": app.id, "processTypes": PROCESSES, "fileUrl": url, "commit": "abc"})
    assert has_secret(slug.outputs["fileUrl"])
    assert slug["checksum"].startswith("SHA256:")
    assert await estate.changes(slug, {**slug.inputs, "commit": "def"}) == {"commit": "update!"}


async def test_a_slug_is_imported_and_seen_to_be_gone(estate: Estate, app: Resource, archive: Path) -> None:
    """By `app:slug`."""
    slug = await a_slug(estate, app, archive)
    imported = await estate.import_(SLUG, f"acme-shop:{slug.id}")
    assert imported is not None
    assert imported.id == slug.id
    assert await estate.changes(imported, {"appId": app.id, "processTypes": PROCESSES}) == {}
    estate.app.state.cloud.store.delete("heroku.slug", slug.id)
    assert await estate.refresh(slug) is None


async def test_a_slug_without_its_file_is_told(estate: Estate, app: Resource, tmp_path: Path) -> None:
    """By the path that was given; and an address that has nothing."""
    with pytest.raises(Rejected, match="there is no file"):
        await a_slug(estate, app, tmp_path / "missing.tgz")
    wanted: Values = {"appId": app.id, "processTypes": PROCESSES, "fileUrl": "http://127.0.0.1:4567/_blobs/x"}
    with pytest.raises(Rejected, match="no archive to be had") as caught:
        await estate.create(SLUG, wanted)
    assert "_blobs" not in str(caught.value)
    assert "must start with https" in estate.wrong(SLUG, {**wanted, "fileUrl": "http://example.com/x"})


async def test_a_slug_is_released(estate: Estate, app: Resource, archive: Path) -> None:
    """The app runs it; somebody else's deploy shows as the slug that runs now."""
    slug = await a_slug(estate, app, archive)
    wanted: Values = {"appId": app.id, "slugId": slug.id}
    release = await estate.create(RELEASE, wanted)
    assert await estate.drift(release) == {}
    assert (await estate.by_hand("GET", f"/apps/{app.id}/releases/current"))["slug"]["id"] == slug.id
    await deploy(estate, app)
    assert await estate.drift(release) == {"slugId": "update"}
    live = await estate.refresh(release)
    assert live is not None
    assert await estate.changes(live, wanted) == {"slugId": "update!"}
    await estate.delete(release)


async def test_config_changes_are_no_drift_of_a_release(estate: Estate, app: Resource, archive: Path) -> None:
    """They make newer releases of the same slug."""
    release = await estate.create(RELEASE, {"appId": app.id, "slugId": (await a_slug(estate, app, archive)).id})
    await estate.by_hand("PATCH", f"/apps/{app.id}/config-vars", {"A": "1"})
    assert await estate.drift(release) == {}


async def test_a_release_is_imported(estate: Estate, app: Resource, archive: Path) -> None:
    """The current one, by its app's name; or any, by `app:release`."""
    slug = await a_slug(estate, app, archive)
    release = await estate.create(RELEASE, {"appId": app.id, "slugId": slug.id, "description": "first"})
    for id in ("acme-shop", f"acme-shop:{release.id}"):
        imported = await estate.import_(RELEASE, id)
        assert imported is not None
        assert imported.id == release.id
        assert await estate.changes(imported, {"appId": app.id, "slugId": slug.id}) == {}


async def test_a_release_phase_that_fails_is_told_and_tried_again(estate: Estate, app: Resource, archive: Path) -> None:
    """With its output; the next `up` makes a new release."""
    slug = await estate.create(
        SLUG, {"appId": app.id, "processTypes": {"web": "run", "release": "false"}, "filePath": str(archive)}
    )
    with pytest.raises(Rejected, match=r"failed: its release phase ended badly.*\n +Running release command: false"):
        await estate.create(RELEASE, {"appId": app.id, "slugId": slug.id})
    assert estate.half is not None
    assert await estate.changes(estate.half, estate.half.inputs) == {"status": "update!"}


async def test_a_lost_release_is_found_again(estate: Estate, app: Resource, archive: Path) -> None:
    """By its slug."""
    slug = await a_slug(estate, app, archive)
    before = len(await estate.by_hand("GET", f"/apps/{app.id}/releases"))
    estate.fault("drop_after", method="POST", path="releases$", count=1)
    await estate.create(RELEASE, {"appId": app.id, "slugId": slug.id})
    assert len(await estate.by_hand("GET", f"/apps/{app.id}/releases")) == before + 1


def test_a_release_is_of_one_thing(estate: Estate) -> None:
    """A slug or an image."""
    assert "exactly one" in estate.wrong(RELEASE, {"appId": "x"})


async def test_a_folder_is_built(estate: Estate, app: Resource, folder: Path) -> None:
    """Packed, uploaded, built and released; nothing to do until the content changes."""
    build = await estate.create(BUILD, {"appId": app.id, "source": {"path": str(folder), "version": "v7"}})
    assert build["status"] == "succeeded"
    assert build["localChecksum"] == checksum_at(str(folder))
    assert build["users"][0]["email"] == "deployer@example.com"
    assert [one["type"] for one in await estate.by_hand("GET", f"/apps/{app.id}/formation")] == ["web"]
    assert await estate.drift(build) == {}
    (folder / "Procfile").touch()
    assert await estate.changes(build, build.inputs) == {}
    (folder / "Procfile").write_text("web: other\n")
    assert await estate.changes(build, build.inputs) == {"localChecksum": "update!"}
    await estate.delete(build)


async def test_an_archive_and_an_address_are_built(estate: Estate, app: Resource, archive: Path) -> None:
    """A local archive as it is; an address as Heroku fetches it, told to nobody."""
    build = await estate.create(BUILD, {"appId": app.id, "source": {"path": str(archive)}})
    assert build["localChecksum"] == checksum_of(archive)
    url = await upload_source(estate)
    build = await estate.create(BUILD, {"appId": app.id, "source": {"url": url, "checksum": checksum_of(archive)}})
    assert has_secret(build.outputs["source"])
    assert "localChecksum" not in build.outputs
    assert await estate.drift(build) == {}


async def test_a_build_that_fails_is_told_with_its_output(estate: Estate, app: Resource, folder: Path) -> None:
    """And built again by the next `up`, changed or not."""
    (folder / "Procfile").unlink()
    with pytest.raises(Rejected, match="No Procfile"):
        await estate.create(BUILD, {"appId": app.id, "source": {"path": str(folder)}})
    assert estate.half is not None
    assert await estate.changes(estate.half, estate.half.inputs) == {"status": "update!"}


async def test_a_build_whose_release_phase_fails_is_told(estate: Estate, app: Resource, folder: Path) -> None:
    """The build succeeded, but the app does not run it."""
    (folder / "Procfile").write_text("web: run\nrelease: false\n")
    with pytest.raises(Rejected, match="the app runs what it ran before"):
        await estate.create(BUILD, {"appId": app.id, "source": {"path": str(folder)}})
    assert estate.half is not None
    assert await estate.changes(estate.half, estate.half.inputs) == {"status": "update!"}


async def test_a_deploy_past_the_build_is_noticed(estate: Estate, app: Resource, folder: Path) -> None:
    """A refresh shows the slug that runs now, and `up` builds again."""
    build = await estate.create(BUILD, {"appId": app.id, "source": {"path": str(folder)}})
    await deploy(estate, app)
    live = await estate.refresh(build)
    assert live is not None
    assert live["slugId"] != build["slugId"]
    assert await estate.changes(live, build.inputs) == {"slugId": "update!"}


async def test_a_build_that_was_stopped_is_waited_for_by_the_next_run(
    estate: Estate, app: Resource, folder: Path
) -> None:
    """The id is in the state; no second build is made."""
    store = estate.app.state.cloud.store
    build = await estate.create(BUILD, {"appId": app.id, "source": {"path": str(folder)}})
    body = store.get("heroku.build", build.id)
    store.put("heroku.build", build.id, {**body, "status": "pending"}, parent=app.id)
    waiting = asyncio.create_task(estate.update(build, build.inputs))
    await asyncio.sleep(0.05)
    estate.plugin.stop()
    with pytest.raises(Interrupted):
        await waiting
    estate.plugin._stopped.clear()
    store.put("heroku.build", build.id, body, parent=app.id)
    assert (await estate.update(build, build.inputs))["status"] == "succeeded"
    assert len(await estate.by_hand("GET", f"/apps/{app.id}/builds")) == 1


async def test_a_lost_build_is_found_again(estate: Estate, app: Resource, folder: Path) -> None:
    """By the archive that it builds."""
    estate.fault("drop_after", method="POST", path="builds$", count=1)
    await estate.create(BUILD, {"appId": app.id, "source": {"path": str(folder)}})
    assert len(await estate.by_hand("GET", f"/apps/{app.id}/builds")) == 1


async def test_a_build_is_imported(estate: Estate, app: Resource) -> None:
    """By `app:build`."""
    await deploy(estate, app)
    row = (await estate.by_hand("GET", f"/apps/{app.id}/builds"))[0]
    imported = await estate.import_(BUILD, f"acme-shop:{row['id']}")
    assert imported is not None
    assert await estate.changes(imported, imported.inputs) == {}


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ({}, "exactly one"),
        ({"path": "x", "url": "https://example.com/x"}, "exactly one"),
        ({"path": "x", "checksum": "SHA256:0"}, "leave it out"),
        ({"url": "http://example.com/x"}, "must start with https"),
    ],
)
def test_a_wrong_source_is_told(estate: Estate, source: Values, reason: str) -> None:
    """Before anything is asked of Heroku."""
    assert reason in estate.wrong(BUILD, {"appId": "x", "source": source})


async def test_a_missing_source_is_told(estate: Estate, app: Resource, tmp_path: Path) -> None:
    """By the path that was given."""
    with pytest.raises(Rejected, match="there is no file or folder"):
        await estate.create(BUILD, {"appId": app.id, "source": {"path": str(tmp_path / "missing")}})


def test_the_same_folder_makes_the_same_archive(folder: Path) -> None:
    """Whatever its times, and whatever git keeps beside it."""
    before = checksum_at(str(folder))
    (folder / ".git").mkdir()
    (folder / ".git/index").write_text("x")
    (folder / "bin/run").touch()
    assert checksum_at(str(folder)) == before
    (folder / "bin/run").chmod(0o644)
    assert checksum_at(str(folder)) != before


async def test_a_pending_release_is_waited_for(estate: Estate, app: Resource, archive: Path) -> None:
    """Also by the run after the one that was stopped."""
    release = await estate.create(RELEASE, {"appId": app.id, "slugId": (await a_slug(estate, app, archive)).id})
    set_release(estate, app.id, status="pending")
    waiting = asyncio.create_task(estate.update(release, release.inputs))
    await asyncio.sleep(0.05)
    assert not waiting.done()
    set_release(estate, app.id, status="succeeded")
    assert "status" not in (await waiting).outputs
