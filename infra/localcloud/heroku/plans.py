"""The routes of the add-on catalogue: services, plans, regions."""

from __future__ import annotations

from typing import Any

from infra.localcloud.exchange import Answer, Call, Route
from infra.localcloud.heroku.answers import found
from infra.localcloud.heroku.catalogue import (
    SERVICES,
    Service,
    plan_body,
    plan_named,
    service_body,
    service_named,
)
from infra.localcloud.heroku.lookup import not_found
from infra.localcloud.heroku.naming import fixed_id
from infra.localcloud.heroku.paging import paged
from infra.localcloud.heroku.stacks import common_regions, region_for

Body = dict[str, Any]


def _service_for(call: Call) -> Service:
    service = service_named(call.params["service"])
    if service is None:
        raise not_found("addon_service", "Couldn't find that add-on service.")
    return service


def list_services(call: Call) -> Answer:
    """GET /addon-services."""
    return paged(call, [service_body(service) for service in SERVICES], ("id", "name"))


def get_service(call: Call) -> Answer:
    """GET /addon-services/{service}."""
    return found(service_body(_service_for(call)))


def list_plans(call: Call) -> Answer:
    """GET /addon-services/{service}/plans."""
    service = _service_for(call)
    return paged(call, [plan_body(service, plan) for plan in service.plans], ("id", "name"))


def get_plan(call: Call) -> Answer:
    """GET /plans/{plan}, GET /addon-services/{service}/plans/{plan}: by id, full name, or the service's short one."""
    service = _service_for(call) if "service" in call.params else None
    wanted = call.params["plan"]
    plan = plan_named(wanted) or (plan_named(f"{service.name}:{wanted}") if service else None)
    if plan is None or (service is not None and plan.service != service.name):
        raise not_found("plan", "Couldn't find that plan.")
    return found(plan_body(next(item for item in SERVICES if item.name == plan.service), plan))


def list_region_capabilities(call: Call) -> Answer:
    """GET /addon-region-capabilities, also of one service or one region: every service runs in both regions."""
    services = [_service_for(call)] if "service" in call.params else list(SERVICES)
    regions = [region_for(call)] if "region" in call.params else common_regions()
    return paged(call, [_capability(service, region) for service in services for region in regions])


def _capability(service: Service, region: Body) -> Body:
    return {
        "id": fixed_id(f"capability/{service.name}/{region['name']}"),
        "addon_service": service_body(service),
        "region": region,
        "supports_private_networking": False,
    }


ROUTES: list[Route] = [
    ("GET", "/addon-services", list_services, ""),
    ("GET", "/addon-services/{service}", get_service, ""),
    ("GET", "/addon-services/{service}/plans", list_plans, ""),
    ("GET", "/addon-services/{service}/plans/{plan}", get_plan, ""),
    ("GET", "/plans/{plan}", get_plan, ""),
    ("GET", "/addon-region-capabilities", list_region_capabilities, ""),
    ("GET", "/addon-services/{service}/region-capabilities", list_region_capabilities, ""),
    ("GET", "/regions/{region}/addon-region-capabilities", list_region_capabilities, ""),
]
