"""What is kept between runs: sealed, for the owner alone, and never trusted when it cannot be opened."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from infra.apis.live.cache import KEPT_SECONDS, MAGIC, Cache, Entry, cache_file

KEY, CANARY = b"k" * 32, "canary-of-the-cache"


def test_answers_come_back(tmp_path: Path) -> None:
    """With their ETag, their time and what then held."""
    path = tmp_path / "cache/heroku"
    cache = Cache(path, KEY, clock=lambda: 1000.0)
    cache.put("/apps/1/config-vars", '"etag"', {"KEY": CANARY}, mark="then")
    cache.save()
    again = Cache(path, KEY)
    assert again.get("/apps/1/config-vars") == ('"etag"', {"KEY": CANARY})
    assert again.entry("/apps/1/config-vars") == Entry('"etag"', {"KEY": CANARY}, 1000.0, "then")
    assert again.read_at("/apps/1/config-vars") == 1000.0
    assert again.read_at("/apps/2/config-vars") == 0.0


def test_nothing_stands_on_disk_in_clear(tmp_path: Path) -> None:
    """Neither values nor paths, and nobody else may read the file."""
    path = cache_file(tmp_path, "heroku", "api.heroku.com", "HRKU-canary", KEY)
    cache = Cache(path, KEY)
    cache.put("/apps/1/config-vars", "", {"KEY": CANARY})
    cache.save()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    found = path.read_bytes() + path.name.encode()
    assert not [word for word in (CANARY, "config-vars", "canary", "KEY") if word.encode() in found]
    assert [one.name for one in path.parent.iterdir()] == [path.name]
    assert CANARY not in repr(cache.entry("/apps/1/config-vars"))


@pytest.mark.parametrize("spoil", ["other key", "cut", "changed", "no cache", "empty"])
def test_what_cannot_be_opened_counts_as_empty(tmp_path: Path, spoil: str) -> None:
    """A spoilt file is ignored and written anew."""
    path, key = tmp_path / "heroku", KEY
    cache = Cache(path, KEY)
    cache.put("/apps", "", [CANARY])
    cache.save()
    data = path.read_bytes()
    spoilt = {
        "cut": data[:-5],
        "changed": data[:-1] + bytes([data[-1] ^ 1]),
        "no cache": b"something else",
        "empty": b"",
    }
    path.write_bytes(spoilt.get(spoil, data))
    if spoil == "other key":
        key = b"o" * 32
    again = Cache(path, key)
    assert again.get("/apps") is None
    again.put("/apps", "", ["fresh"])
    again.save()
    assert path.read_bytes().startswith(MAGIC)
    assert Cache(path, key).get("/apps") == ("", ["fresh"])


def test_old_answers_go(tmp_path: Path) -> None:
    """Of apps that are long gone nothing is kept."""
    path = tmp_path / "heroku"
    old = Cache(path, KEY, clock=lambda: 0.0)
    old.put("/apps/old", "", 1)
    old.save()
    later = Cache(path, KEY, clock=lambda: KEPT_SECONDS + 1)
    later.put("/apps/new", "", 2)
    later.save()
    again = Cache(path, KEY)
    assert (again.get("/apps/old"), again.get("/apps/new")) == (None, ("", 2))


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    """The audit has been done; only the next one costs more."""
    (tmp_path / "file").write_text("")
    cache = Cache(tmp_path / "file/cache", KEY)
    cache.put("/apps", "", 1)
    cache.save()


def test_each_token_has_a_file_of_its_own(tmp_path: Path) -> None:
    """What one token was shown is not shown to another."""
    paths = {cache_file(tmp_path, "heroku", "api.heroku.com", token, KEY) for token in ("one", "two")}
    assert len(paths) == 2
