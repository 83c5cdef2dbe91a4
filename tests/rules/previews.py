"""Previews for tests, as short as they can be written."""

from __future__ import annotations

from typing import Any

from infra.model.plan import Operation, Plan, Preview, PropertyChange, Resource, Step

APP = "heroku:app/app:App"
ADDON = "heroku:addon/addon:Addon"
ATTACHMENT = "heroku:addon/attachment:Attachment"
CONFIG = "heroku:app/configAssociation:ConfigAssociation"
FORMATION = "heroku:formation/formation:Formation"


def urn(type: str, name: str) -> str:
    """The URN of a resource of the stack ``staging``."""
    return f"urn:pulumi:staging::orders::{type}::{name}"


class Drawn:
    """A preview that is drawn up step by step; apps stand under a component of their own name."""

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self.before: dict[str, Resource] = {}
        self.after: dict[str, Resource] = {}

    def add(
        self,
        operation: Operation,
        type: str,
        name: str,
        changes: tuple[PropertyChange, ...] = (),
        /,
        *,
        app: str = "web",
        id: str = "",
        **inputs: Any,
    ) -> Drawn:
        """Add a resource; ``same`` makes no step."""
        resource = Resource(urn(type, name), urn("twelvefold:heroku:App", app), id, inputs)
        if operation not in ("create", "import"):
            self.before[resource.urn] = resource
        if operation != "delete":
            self.after[resource.urn] = resource
        if operation != "same":
            self.steps.append(Step(operation, resource.urn, changes))
        return self

    @property
    def preview(self) -> Preview:
        """What was drawn."""
        return Preview(Plan("staging", "preview", tuple(self.steps)), self.before, self.after)


def change(path: str, before: Any = "1", after: Any = "2") -> PropertyChange:
    """A property that changes."""
    return PropertyChange(path, "update", before, after)


def standing(*addons: str) -> Drawn:
    """An app that stands, with add-ons of plans."""
    drawn = Drawn().add("same", APP, "web", id="app-1", name="orders-web")
    for plan in addons:
        drawn.add("same", ADDON, plan.split(":")[0], id=f"id-{plan}", appId="app-1", plan=plan)
    return drawn
