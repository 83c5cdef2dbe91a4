"""What the local cloud remembers: documents, counters and the request log in one SQLite file."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

KEPT_REQUESTS = 50_000

_TABLES = """
CREATE TABLE IF NOT EXISTS document (
    place INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL, key TEXT NOT NULL, parent TEXT NOT NULL, body TEXT NOT NULL,
    UNIQUE (kind, key)
);
CREATE INDEX IF NOT EXISTS document_parent ON document (parent, kind, place);
CREATE TABLE IF NOT EXISTS counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS request (number INTEGER PRIMARY KEY AUTOINCREMENT, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS mark (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""

Document = dict[str, Any]


class Store:
    """Documents by kind and key, in insertion order; used from one thread only."""

    def __init__(self, path: Path | None) -> None:
        """Open (or make) the store at ``path``; ``None`` keeps it in memory."""
        self._depth = 0
        if path is not None:
            # It holds values of config vars: its owner's eyes only.
            path.touch(mode=0o600)
        self._database = sqlite3.connect(path or ":memory:", isolation_level=None)
        self._database.execute("PRAGMA journal_mode=WAL")
        self._database.execute("PRAGMA synchronous=NORMAL")
        self._database.executescript(_TABLES)
        self._fingerprint_key = self._mark("fingerprint_key", secrets.token_hex(32)).encode()

    def put(self, kind: str, key: str, body: Document, *, parent: str = "") -> None:
        """Insert or replace one document; a replaced one keeps its place in the order."""
        self._database.execute(
            "INSERT INTO document (kind, key, parent, body) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (kind, key) DO UPDATE SET parent = excluded.parent, body = excluded.body",
            (kind, key, parent, json.dumps(body)),
        )

    def replace(self, kind: str, key: str, body: Document) -> None:
        """Replace the body of a document that is there; its parent and place stay."""
        self._database.execute("UPDATE document SET body = ? WHERE kind = ? AND key = ?", (json.dumps(body), kind, key))

    def get(self, kind: str, key: str) -> Document | None:
        """A copy of one document, or ``None``."""
        row = self._database.execute("SELECT body FROM document WHERE kind = ? AND key = ?", (kind, key)).fetchone()
        return None if row is None else _document(row[0])

    def find(self, kind: str, *, parent: str | None = None, **equals: Any) -> list[Document]:
        """Copies of a kind's documents in insertion order, narrowed by parent and by top-level keys of the body."""
        where: list[str] = ["kind = ?"]
        values: list[Any] = [kind]
        if parent is not None:
            where.append("parent = ?")
            values.append(parent)
        for name, value in equals.items():
            if isinstance(value, str | bool):
                # Only a first sieve, so that few documents are parsed; the comparison below decides.
                where.append("body ->> ? = ?")
                values += [f'$."{name}"', value]
        query = f"SELECT body FROM document WHERE {' AND '.join(where)} ORDER BY place"  # noqa: S608 - fixed texts only
        found = (_document(row[0]) for row in self._database.execute(query, values))
        return [body for body in found if all(name in body and body[name] == equals[name] for name in equals)]

    def find_until(self, kind: str, key: str) -> list[Document]:
        """Copies of a kind's documents whose keys sort before ``key``, in insertion order."""
        query = "SELECT body FROM document WHERE kind = ? AND key < ? ORDER BY place"
        return [_document(row[0]) for row in self._database.execute(query, (kind, key))]

    def delete(self, kind: str, key: str) -> bool:
        """Remove one document; says whether it was there."""
        return self._database.execute("DELETE FROM document WHERE kind = ? AND key = ?", (kind, key)).rowcount > 0

    def delete_under(self, parent: str) -> int:
        """Remove every document of that parent, whatever its kind; says how many went."""
        if not parent:
            raise ValueError("documents without a parent are not removed together")
        return self._database.execute("DELETE FROM document WHERE parent = ?", (parent,)).rowcount

    def kinds(self) -> list[str]:
        """Every kind that has a document, sorted."""
        return [row[0] for row in self._database.execute("SELECT DISTINCT kind FROM document ORDER BY kind")]

    def next_number(self, name: str) -> int:
        """1, 2, 3, … per name, remembered; a rolled-back number is given again."""
        row = self._database.execute(
            "INSERT INTO counter (name, value) VALUES (?, 1)"
            " ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value",
            (name,),
        ).fetchone()
        return int(row[0])

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; an inner one can fail without taking the outer one with it."""
        name = f"level_{self._depth}"
        self._database.execute(f"SAVEPOINT {name}")
        self._depth += 1
        try:
            yield
        except BaseException:
            self._database.execute(f"ROLLBACK TO {name}")
            raise
        finally:
            self._depth -= 1
            self._database.execute(f"RELEASE {name}")

    def clear(self) -> None:
        """Forget every document, counter and logged request."""
        with self.transaction():
            for table in ("document", "counter", "request"):
                self._database.execute(f"DELETE FROM {table}")  # noqa: S608 - fixed texts only

    def close(self) -> None:
        """Close the file; the store cannot be used afterwards."""
        self._database.close()

    def fingerprint(self, value: str) -> str:
        """A keyed fingerprint of a secret, equal for equal values within this store and telling nothing else."""
        return hmac.new(self._fingerprint_key, value.encode(), hashlib.sha256).hexdigest()[:32]

    def log_request(self, entry: Document) -> int:
        """Append to the request log; the oldest entries go when it grows too long."""
        number = self._database.execute("INSERT INTO request (body) VALUES (?)", (json.dumps(entry),)).lastrowid or 0
        if number % 1000 == 0:
            self._database.execute("DELETE FROM request WHERE number <= ?", (number - KEPT_REQUESTS,))
        return number

    def requests(self, *, after: int = 0, limit: int = 1000) -> list[Document]:
        """Logged requests numbered above ``after``, oldest first, each with its ``number``."""
        rows = self._database.execute(
            "SELECT number, body FROM request WHERE number > ? ORDER BY number LIMIT ?", (after, limit)
        )
        return [{"number": number, **_document(body)} for number, body in rows]

    def latest_requests(self, count: int) -> list[Document]:
        """The last ``count`` logged requests, newest first."""
        rows = self._database.execute("SELECT number, body FROM request ORDER BY number DESC LIMIT ?", (count,))
        return [{"number": number, **_document(body)} for number, body in rows.fetchall()]

    @property
    def changes(self) -> int:
        """A number that grows with every change made through this store."""
        return self._database.total_changes

    def _mark(self, name: str, fallback: str) -> str:
        self._database.execute("INSERT OR IGNORE INTO mark (name, value) VALUES (?, ?)", (name, fallback))
        row = self._database.execute("SELECT value FROM mark WHERE name = ?", (name,)).fetchone()
        return str(row[0])


def _document(text: str) -> Document:
    body: Document = json.loads(text)
    return body
