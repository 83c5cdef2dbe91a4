"""The local cloud's web page: what Heroku and GitHub hold, shown to a person."""

from __future__ import annotations

from infra.localcloud.page.routes import PAGE_ROUTES

__all__ = ["PAGE_ROUTES"]
