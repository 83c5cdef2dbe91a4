"""docs/heroku.md says what the code does."""

from __future__ import annotations

from infra.providers.heroku.package import package
from tests.docs import heroku
from tests.docs.lives import LIVES
from tests.docs.published import PUBLISHED
from tests.providers.heroku.tokens import CERT


async def test_the_document_is_what_the_code_says() -> None:
    """Fields, import ids and API calls; ``python -m tests.docs`` writes it anew."""
    written = heroku.FILE.read_text(encoding="utf-8").splitlines()
    assert written == (await heroku.document()).splitlines(), "run: .venv/bin/python -m tests.docs"


def test_every_resource_is_told_of() -> None:
    """With a life that shows its calls (but for the one that only refuses), and what the published plugin does."""
    served = set(package({}).resources)
    assert set(LIVES) == served - {CERT}
    assert set(PUBLISHED) == served
