"""What a ``${…}`` can name in an environment."""

from __future__ import annotations

from collections.abc import Iterator

from infra.model.environment import App, Environment

APP_FACTS = ("id", "name", "url", "git_url")
ADDON_FACTS = ("id", "name", "attachment")
PIPELINE_FACTS = ("id", "name", "url")


def known_references(environment: Environment) -> set[tuple[str, ...]]:
    """Every reference that resolves in ``environment``, split at its dots."""
    known: set[tuple[str, ...]] = {("stack",)}
    if environment.stage:
        known.add(("stage",))
    if environment.service.pipeline:
        known |= {("pipeline", fact) for fact in PIPELINE_FACTS}
    for key, app in environment.apps.items():
        known |= set(_app_references(app, () if environment.single else ("apps", key)))
    return known


def _app_references(app: App, prefix: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    own = prefix or ("app",)
    yield from ((*own, fact) for fact in APP_FACTS)
    yield from ((*prefix, "addons", key, fact) for key in app.addons for fact in ADDON_FACTS)
    yield from ((*prefix, "config_vars", name) for name in app.config_vars)
