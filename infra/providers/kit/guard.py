"""Data is not lost by accident: what holds some is neither replaced nor deleted unless the program says so."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from infra.errors import TwelvefoldError
from infra.providers.kit.fields import wire_name
from infra.providers.kit.resource import Old, Resource
from infra.providers.kit.values import Values

ALLOWED = "allow_data_loss"


class DataLoss(TwelvefoldError):
    """Data would be lost that nobody said may be lost."""


@dataclass
class Guard:
    """Says no where data would be lost; ``everything`` may go when the provider's settings say so.

    The engine asks no provider about a delete before it does it, but it does about a replacement. A replacement that
    the program's new inputs allow is remembered, because the delete that follows only shows the old ones.
    """

    everything: bool = False
    _allowed: set[tuple[str, str]] = field(default_factory=set)

    async def check_replace(
        self, resource: Resource[Any], client: Any, id: str, old: Old, new: Values, because: list[str]
    ) -> None:
        """Raise DataLoss if a replacement, forced by the properties ``because``, would lose data."""
        if resource.holds is None or self.everything:
            return
        if new.get(ALLOWED):
            self._allowed.add((resource.token, id))
            return
        if lost := await resource.holds(client, id, old):
            why = f"a change of {', '.join(because)} makes a new one, and with the old one goes"
            raise _refusal(resource, why, lost)

    async def check_delete(self, resource: Resource[Any], client: Any, id: str, old: Old) -> None:
        """Raise DataLoss if a delete would lose data."""
        if resource.holds is None or self.everything or old.inputs.get(ALLOWED):
            return
        if (resource.token, id) in self._allowed:
            return
        if lost := await resource.holds(client, id, old):
            raise _refusal(resource, "with it goes", lost)


def _refusal(resource: Resource[Any], why: str, lost: str) -> DataLoss:
    name = wire_name(ALLOWED, resource.fields[ALLOWED])
    package = resource.token.split(":")[0]
    return DataLoss(
        f"{why} {lost}",
        todo=f"If it may be lost, set `{name}: true` on it and run `pulumi up` first, "
        f"or: pulumi config set {package}:{name} true",
    )
