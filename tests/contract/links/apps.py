"""Apps and what belongs to one: config vars, domains, certificates, drains, people, webhooks, features."""

from __future__ import annotations

from tests.certificates import new_certificate
from tests.contract.links.step import Prepare, Step, World

APP = "/apps/banking"
HOOK = {"include": ["api:release"], "level": "notify", "url": "https://hooks.example.com/x", "secret": "hush"}


async def _certificates(world: World) -> None:
    """Two of them, with their keys."""
    for number in ("1", "2"):
        chain, key = new_certificate("www.example.com")
        world.names |= {f"chain_{number}": chain, f"key_{number}": key}


STEPS: list[Step | Prepare] = [
    Prepare(_certificates),
    Step("app: Create", "/apps", {"name": "banking", "region": "eu", "stack": "heroku-24"}, keep={"id": "id"}),
    Step("app: Info", APP),
    Step("app: List", "/apps"),
    Step("app: List Owned and Collaborated", "/users/~/apps"),
    Step("app: Update", APP, {"maintenance": True, "build_stack": "heroku-22"}),
    Step("filter-apps: Apps", "/filters/apps", {"in": {"id": ["{id}"]}}),
    Step("app: Enable ACM", f"{APP}/acm"),
    Step("app: Refresh ACM", f"{APP}/acm"),
    Step("app: Disable ACM", f"{APP}/acm"),
    Step("stack: List by App", f"{APP}/available-stacks"),
    Step("dyno-size: List App Dyno Sizes", f"{APP}/available-dyno-sizes"),
    Step("config-var: Update", f"{APP}/config-vars", {"LOG_LEVEL": "info"}),
    Step("config-var: Info for App", f"{APP}/config-vars"),
    Step("config-var: Info for App Release", f"{APP}/releases/1/config-vars"),
    Step(
        "sni-endpoint: Create", f"{APP}/sni-endpoints", {"certificate_chain": "{chain_1}", "private_key": "{key_1}"},
        keep={"endpoint": "id"},
    ),
    Step("sni-endpoint: List", f"{APP}/sni-endpoints"),
    Step("sni-endpoint: Info", f"{APP}/sni-endpoints/{{endpoint}}"),
    Step(
        "sni-endpoint: Update", f"{APP}/sni-endpoints/{{endpoint}}",
        {"certificate_chain": "{chain_2}", "private_key": "{key_2}"},
    ),
    Step("domain: Create", f"{APP}/domains", {"hostname": "www.example.com", "sni_endpoint": None}),
    Step("domain: Update", f"{APP}/domains/www.example.com", {"sni_endpoint": "{endpoint}"}),
    Step("domain: Info", f"{APP}/domains/www.example.com"),
    Step("domain: List", f"{APP}/domains"),
    Step("domain: Delete", f"{APP}/domains/www.example.com"),
    Step("sni-endpoint: Delete", f"{APP}/sni-endpoints/{{endpoint}}"),
    Step("log-drain: Create", f"{APP}/log-drains", {"url": "syslog+tls://x.example.com:1"}, keep={"drain": "id"}),
    Step("log-drain: List", f"{APP}/log-drains"),
    Step("log-drain: Info", f"{APP}/log-drains/{{drain}}"),
    Step("log-drain: Delete", f"{APP}/log-drains/{{drain}}"),
    Step("log-session: Create", f"{APP}/log-sessions", {"lines": 10, "source": "app", "tail": False}),
    Step("collaborator: Create", f"{APP}/collaborators", {"user": "pat@example.com", "silent": True}),
    Step("collaborator: List", f"{APP}/collaborators"),
    Step("collaborator: Info", f"{APP}/collaborators/pat@example.com"),
    Step("collaborator: Delete", f"{APP}/collaborators/pat@example.com"),
    Step("app-feature: List", f"{APP}/features"),
    Step("app-feature: Update", f"{APP}/features/preboot", {"enabled": True}),
    Step("app-feature: Info", f"{APP}/features/preboot"),
    Step("app-webhook: Create", f"{APP}/webhooks", HOOK, keep={"webhook": "id"}),
    Step("app-webhook: List", f"{APP}/webhooks"),
    Step("app-webhook: Info", f"{APP}/webhooks/{{webhook}}"),
    Step("app-webhook: Update", f"{APP}/webhooks/{{webhook}}", {"level": "sync"}),
    Step("config-var: Update", f"{APP}/config-vars", {"LOG_LEVEL": "debug"}),
    Step("app-webhook-delivery: List", f"{APP}/webhook-deliveries", keep={"delivery": "0.id"}),
    Step("app-webhook-delivery: Info", f"{APP}/webhook-deliveries/{{delivery}}"),
    Step("app-webhook-event: List", f"{APP}/webhook-events", keep={"event": "0.id"}),
    Step("app-webhook-event: Info", f"{APP}/webhook-events/{{event}}"),
    Step("app-webhook: Delete", f"{APP}/webhooks/{{webhook}}"),
    Step(
        "app-transfer: Create", "/account/app-transfers", {"app": "banking", "recipient": "pat@example.com"},
        keep={"transfer": "id"},
    ),
    Step("app-transfer: List", "/account/app-transfers"),
    Step("app-transfer: Info", "/account/app-transfers/{transfer}"),
    Step("app-transfer: Update", "/account/app-transfers/{transfer}", {"state": "declined"}, by="pat"),
    Step("app-transfer: Delete", "/account/app-transfers/{transfer}"),
    Step("app: Delete", APP),
]  # fmt: skip
