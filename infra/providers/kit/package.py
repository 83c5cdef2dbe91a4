"""A provider as data: what it serves, how it is configured, and how it reaches its vendor."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, Protocol

from infra.providers.kit.fields import Fields
from infra.providers.kit.resource import Client, Function, Resource
from infra.providers.kit.schema import package_schema
from infra.providers.kit.values import Values


class Surroundings(Protocol):
    """What a client needs of the plugin that it works for."""

    async def sleep(self, seconds: float) -> None:
        """Wait, unless the person stops the update."""

    def notice(self, text: str) -> None:
        """Tell the person that something is being waited for."""


@dataclass(frozen=True)
class Package(Generic[Client]):
    """A provider: what it is called, what it serves, how it is configured, and how it reaches its vendor."""

    name: str
    vendor: str
    version: str
    config: Fields
    connect: Callable[[Values, Surroundings], Client]
    resources: Mapping[str, Resource[Client]]
    functions: Mapping[str, Function[Client]]
    check_config: Callable[[Values], list[tuple[str, str]]] = lambda _config: []
    allows_data_loss: Callable[[Values], bool] = lambda _config: False

    @classmethod
    def of(
        cls,
        *,
        resources: Iterable[Resource[Client]],
        functions: Iterable[Function[Client]],
        **rest: Any,
    ) -> Package[Client]:
        """A package of resources and functions, found again by their tokens."""
        return cls(
            resources={resource.token: resource for resource in resources},
            functions={function.token: function for function in functions},
            **rest,
        )

    def schema(self) -> dict[str, Any]:
        """The package's schema document."""
        return package_schema(
            self.name,
            self.version,
            config=self.config,
            resources=self.resources.values(),
            functions=self.functions.values(),
        )
