"""Add-ons, their config, attachments, drains and webhooks."""

from __future__ import annotations

from tests.contract.links.step import Prepare, Step

APP, DATABASE, LOGS = "/apps/banking", "/addons/ledger-db", "/addons/ledger-logs"
HOOK = {"include": ["api:addon"], "level": "sync", "url": "https://hooks.example.com/x"}

STEPS: list[Step | Prepare] = [
    Step("app: Create", "/apps", {"name": "banking"}),
    Step("app: Create", "/apps", {"name": "reporting"}),
    Step(
        "add-on: Create",
        f"{APP}/addons",
        {
            "plan": "heroku-postgresql:essential-0",
            "name": "ledger-db",
            "attachment": {"name": "LEDGER"},
            "config": {"version": "16"},
        },
    ),
    Step("add-on: Create", f"{APP}/addons", {"plan": "papertrail:choklad", "name": "ledger-logs"}),
    Step("add-on: Info", DATABASE, wait=1),
    Step("add-on: Info By App", f"{APP}/addons/ledger-db"),
    Step("add-on: List", "/addons"),
    Step("add-on: List By App", f"{APP}/addons"),
    Step("add-on: List By User", "/users/~/addons"),
    Step("team-add-on: List For Team", "/teams/practicalli-team/addons"),
    # One path, two operations: each is checked on its own.
    Step("add-on: List By Team", "/teams/practicalli-team/addons"),
    Step("add-on: Update", f"{APP}/addons/ledger-db", {"plan": "heroku-postgresql:essential-1"}),
    Step("add-on: Resolution", "/actions/addons/resolve", {"addon": "ledger-db", "app": "banking"}),
    Step("add-on-config: List", f"{DATABASE}/config"),
    Step("add-on-config: Update", f"{DATABASE}/config", {"config": [{"name": "FOO", "value": "bar"}]}),
    Step("add-on-action: Provision", f"{DATABASE}/actions/provision", refused=403),
    Step("add-on-action: Deprovision", f"{DATABASE}/actions/deprovision", refused=403),
    Step(
        "add-on-attachment: Create", "/addon-attachments",
        {"addon": "ledger-db", "app": "reporting", "name": "SOURCE"}, keep={"attachment": "id"},
    ),
    Step("add-on-attachment: Info", "/addon-attachments/{attachment}"),
    Step("add-on-attachment: List", "/addon-attachments"),
    Step("add-on-attachment: List by Add-on", f"{DATABASE}/addon-attachments"),
    Step("add-on-attachment: List by App", "/apps/reporting/addon-attachments"),
    Step("add-on-attachment: Info by App", "/apps/reporting/addon-attachments/SOURCE"),
    Step(
        "add-on-attachment: Resolution", "/actions/addon-attachments/resolve",
        {"addon_attachment": "SOURCE", "app": "reporting"},
    ),
    Step("add-on-attachment: Delete", "/addon-attachments/{attachment}"),
    Step("log-drain: List By Add-on", f"{LOGS}/log-drains", keep={"drain": "0.id"}),
    Step("log-drain: Update", f"{LOGS}/log-drains/{{drain}}", {"url": "syslog+tls://logs.example.com:2"}),
    Step("add-on-webhook: Create", f"{DATABASE}/webhooks", HOOK, keep={"webhook": "id"}),
    Step("add-on-webhook: List", f"{DATABASE}/webhooks"),
    Step("add-on-webhook: Info", f"{DATABASE}/webhooks/{{webhook}}"),
    Step("add-on-webhook: Update", f"{DATABASE}/webhooks/{{webhook}}", {"level": "notify"}),
    Step("add-on: Update", f"{APP}/addons/ledger-db", {"plan": "heroku-postgresql:essential-2"}),
    Step("add-on-webhook-delivery: List", f"{DATABASE}/webhook-deliveries", keep={"delivery": "0.id"}),
    Step("add-on-webhook-delivery: Info", f"{DATABASE}/webhook-deliveries/{{delivery}}"),
    Step("add-on-webhook-event: List", f"{DATABASE}/webhook-events", keep={"event": "0.id"}),
    Step("add-on-webhook-event: Info", f"{DATABASE}/webhook-events/{{event}}"),
    Step("add-on-webhook: Delete", f"{DATABASE}/webhooks/{{webhook}}"),
    Step("add-on: Delete", f"{APP}/addons/ledger-db"),
]  # fmt: skip
