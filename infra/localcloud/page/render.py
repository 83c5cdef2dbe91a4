"""From the view to HTML: the whole page, or the part of it that changes."""

from __future__ import annotations

import re
from datetime import datetime, tzinfo
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from infra.localcloud.page.view import View

_ENDS = re.compile(r"(?<=[_/.:])")

RELOAD_SECONDS = 5
"""How often a browser without JavaScript reloads the page."""


def page_html(view: View, version: str, *, still: bool = False, zone: tzinfo | None = None) -> str:
    """The whole page; ``still`` leaves out the reloading, ``zone`` defaults to the machine's own."""
    template = _templates().get_template("page.html")
    return template.render(
        view=view, version=version, still=still, reload_seconds=RELOAD_SECONDS, zone=zone, moment=_moment
    )


def fragment_html(view: View, version: str, *, zone: tzinfo | None = None) -> str:
    """The ``main`` element alone."""
    return _templates().get_template("main.html").render(view=view, version=version, zone=zone, moment=_moment)


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters["soft"] = _soft
    return environment


def _soft(text: str) -> Markup:
    """A long name that may break where its parts end; joining escapes the parts."""
    return Markup("<wbr>").join(_ENDS.split(text))


def _moment(at: datetime, now: datetime, zone: tzinfo | None) -> str:
    """The time of day, with the date before it unless that is today's."""
    at, now = at.astimezone(zone), now.astimezone(zone)
    return f"{at:%H:%M:%S}" if at.date() == now.date() else f"{at:%Y-%m-%d %H:%M}"
