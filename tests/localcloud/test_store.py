"""The store: documents, order, transactions, counters, the request log, one file over two lives."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.localcloud import store as stores
from infra.localcloud.store import Store


def test_documents_keep_their_first_place() -> None:
    """Replacing one does not move it; copies are the caller's own."""
    store = Store(None)
    for key in "abc":
        store.put("kind", key, {"id": key})
    store.put("kind", "a", {"id": "a", "new": True})
    assert [body["id"] for body in store.find("kind")] == ["a", "b", "c"]
    body = store.get("kind", "a")
    assert body is not None
    body["id"] = "spoilt"
    assert store.get("kind", "a") == {"id": "a", "new": True}
    assert store.get("kind", "none") is None


def test_finding_by_parent_and_by_keys() -> None:
    """Any JSON value compares exactly; a missing key never equals None."""
    store = Store(None)
    store.put("kind", "1", {"name": "x", "on": True, "n": 1, "ref": {"id": "r"}}, parent="p")
    store.put("kind", "2", {"name": "y", "on": False, "none": None}, parent="p")
    store.put("kind", "3", {"name": "x"}, parent="q")
    assert len(store.find("kind", name="x")) == 2
    assert len(store.find("kind", parent="p", name="x")) == 1
    assert store.find("kind", on=True)[0]["n"] == 1
    assert store.find("kind", ref={"id": "r"})[0]["n"] == 1
    assert [body["name"] for body in store.find("kind", none=None)] == ["y"]
    assert store.find("other") == []


def test_deleting_one_and_all_of_a_parent() -> None:
    """A parent takes its documents of every kind along."""
    store = Store(None)
    store.put("a", "1", {}, parent="p")
    store.put("b", "2", {}, parent="p")
    store.put("b", "3", {}, parent="q")
    assert store.delete_under("p") == 2
    assert store.kinds() == ["b"]
    assert store.delete("b", "3") is True
    assert store.delete("b", "3") is False
    with pytest.raises(ValueError, match="without a parent"):
        store.delete_under("")


def test_a_transaction_is_all_or_nothing() -> None:
    """Counters too; an inner one may fail alone."""
    store = Store(None)
    with store.transaction():
        store.put("kind", "kept", {})
        with pytest.raises(KeyError):
            _fail_inside(store)
    assert store.get("kind", "kept") == {}
    assert store.get("kind", "lost") is None
    assert [store.next_number("n"), store.next_number("n"), store.next_number("m")] == [1, 2, 1]


def _fail_inside(store: Store) -> None:
    with store.transaction():
        store.put("kind", "lost", {})
        store.next_number("n")
        raise KeyError


def test_a_file_remembers(tmp_path: Path) -> None:
    """Documents, numbers and fingerprints survive; another store's fingerprints differ."""
    file = tmp_path / "cloud.sqlite"
    first = Store(file)
    first.put("kind", "a", {"x": 1})
    first.next_number("n")
    print_ = first.fingerprint("secret")
    first.close()
    second = Store(file)
    assert second.get("kind", "a") == {"x": 1}
    assert second.next_number("n") == 2
    assert second.fingerprint("secret") == print_
    assert Store(None).fingerprint("secret") != print_
    second.close()


def test_the_request_log_is_read_on_from_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    """Oldest first, and the oldest go when it grows too long."""
    monkeypatch.setattr(stores, "KEPT_REQUESTS", 500)
    store = Store(None)
    for number in range(1000):
        store.log_request({"path": f"/{number}"})
    assert [entry["number"] for entry in store.requests(after=997)] == [998, 999, 1000]
    assert store.requests(limit=1)[0]["number"] == 501


def test_clearing_forgets_everything() -> None:
    """Documents, counters, requests."""
    store = Store(None)
    store.put("kind", "a", {})
    store.next_number("n")
    store.log_request({})
    store.clear()
    assert (store.kinds(), store.next_number("n"), store.requests()) == ([], 1, [])


def test_keys_can_be_taken_up_to_a_point() -> None:
    """In insertion order, whatever their keys are."""
    store = Store(None)
    for key in ("b", "a", "c", "d"):
        store.put("letter", key, {"key": key})
    store.put("other", "a", {"key": "other"})
    assert [body["key"] for body in store.find_until("letter", "c")] == ["b", "a"]


def test_true_and_false_are_told_apart() -> None:
    """From each other, and from numbers and texts that look alike."""
    store = Store(None)
    for number, value in enumerate((True, False, "true", None)):
        store.put("flag", str(number), {"number": number, "value": value})
    assert [body["number"] for body in store.find("flag", value=True)] == [0]
    assert [body["number"] for body in store.find("flag", value=False)] == [1]
