"""Writes what is made from the code anew: ``python -m tests.docs``."""

from __future__ import annotations

import asyncio

from tests.docs import heroku, rules

if __name__ == "__main__":
    heroku.FILE.write_text(asyncio.run(heroku.document()), encoding="utf-8")
    rules.FILE.write_text(rules.document(), encoding="utf-8")
