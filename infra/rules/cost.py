"""What an environment costs a month, before and after a plan, by Heroku's own prices."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from infra.model.plan import Preview, Resource
from infra.model.prices import Prices
from infra.model.report import Cost

ADDON = "heroku:addon/addon:Addon"
FORMATION = "heroku:formation/formation:Formation"
SPACE = "heroku:space/space:Space"
# One subscription pays for all dynos of this size that an account has.
SHARED = "eco"


@dataclass(frozen=True)
class Item:
    """Something that is paid for: its name in the list of prices, its price if it has one, and how many."""

    name: str
    cents: int | None
    quantity: int = 1


def cost(preview: Preview, prices: Prices) -> Cost:
    """Cents a month before and after; names what is there after it, or was before, and has no price."""
    before, after = (list(_items(resources.values(), prices)) for resources in (preview.before, preview.after))
    unpriced = sorted({item.name for item in (*before, *after) if item.cents is None})
    return Cost(_sum(before), _sum(after), tuple(unpriced))


def services_of(preview: Preview) -> set[str]:
    """The add-on services whose prices it takes."""
    resources = (*preview.before.values(), *preview.after.values())
    plans = (str(one.inputs.get("plan", "")) for one in resources if one.type == ADDON)
    return {plan.split(":")[0] for plan in plans if plan}


def _sum(items: Iterable[Item]) -> int:
    return sum((item.cents or 0) * item.quantity for item in items)


def _items(resources: Iterable[Resource], prices: Prices) -> Iterator[Item]:
    shared = False
    for resource in resources:
        if resource.type == ADDON:
            plan = str(resource.inputs.get("plan", ""))
            yield Item(plan, prices.plans.get(plan))
        elif resource.type == SPACE:
            yield Item(f"space {resource.inputs.get('name', resource.name)}", None)
        elif resource.type == FORMATION:
            item = _dynos(resource, prices)
            if item.name == SHARED and item.quantity:
                item = Item(SHARED, item.cents, 0 if shared else 1)
                shared = True
            if item.quantity:
                yield item


def _dynos(resource: Resource, prices: Prices) -> Item:
    size, quantity = str(resource.inputs.get("size", "")).lower(), resource.inputs.get("quantity", 0)
    return Item(size, prices.dynos.get(size), quantity if isinstance(quantity, int) else 0)
