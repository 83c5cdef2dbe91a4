"""An estate to look at: two environments of one service, made through the vendors' own routes."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from cryptography.x509 import CertificateBuilder, DNSName, Name, NameAttribute, SubjectAlternativeName
from cryptography.x509.oid import NameOID
from nacl.public import PublicKey, SealedBox

from infra.localcloud.page.view import View, view_of
from tests.localcloud.heroku.steps import done
from tests.localcloud.in_process import BASE, HEROKU_ACCEPT, OWNER, REPOSITORY, TEAM, LocalCloud

CANARY = "canary-7f3a9d2e51"
REPO = f"/repos/{OWNER}/{REPOSITORY}"
CONFIG_VARS = ("BASE_URL", "CLOJURE_CLI_VERSION", "DATABASE_POOL_SIZE", "LOG_LEVEL", "SESSION_KEY")
FORMATION = {"staging": (("web", "Basic", 1),), "production": (("web", "Standard-1X", 2), ("worker", "Standard-2X", 1))}


class Builder:
    """Both vendors' clients of the deployer, without the checks that other tests make."""

    def __init__(self, cloud: LocalCloud) -> None:
        self.cloud = cloud
        self.heroku = _client(cloud, BASE, cloud.heroku_token, HEROKU_ACCEPT, "heroku-go/v6.1.0 (twelvefold)")
        self.github = _client(
            cloud, f"{BASE}/api/v3", cloud.github_token, "application/vnd.github+json", "go-github/v85.0.0"
        )

    async def bring_up(self) -> None:
        """Everything the page can show, with the canary wherever there is a secret."""
        pipeline = await done(self.heroku.post("/pipelines", json={"name": "banking-on-clojure"}))
        for stage in ("review", "test"):
            path = f"/pipelines/{pipeline['id']}/stage/{stage}/config-vars"
            await done(self.heroku.patch(path, json={"DATABASE_POOL_SIZE": CANARY, "LOG_LEVEL": CANARY}))
        for stage in FORMATION:
            await self.app(f"banking-{stage}")
            await self.deploy(f"banking-{stage}", stage)
            coupling = {"app": f"banking-{stage}", "pipeline": pipeline["id"], "stage": stage}
            await done(self.heroku.post("/pipeline-couplings", json=coupling))
        await self.production()
        await self.repository()
        for stage in FORMATION:
            await self.environment(stage)

    async def app(self, name: str) -> None:
        """An app with config vars, add-ons and what else most apps have."""
        app = f"/apps/{name}"
        await done(self.heroku.post("/apps", json={"name": name, "region": "eu"}))
        updates = {"updates": [{"buildpack": "heroku/clojure"}]}
        await done(self.heroku.put(f"{app}/buildpack-installations", json=updates))
        await done(self.heroku.patch(f"{app}/features/runtime-dyno-metadata", json={"enabled": True}))
        values = dict.fromkeys((*CONFIG_VARS, "HEROKU_APP_NAME"), CANARY)
        await done(self.heroku.patch(f"{app}/config-vars", json=values))
        database = {"plan": "heroku-postgresql:essential-0", "config": {"follow": CANARY}}
        await done(self.heroku.post(f"{app}/addons", json=database), 202)
        await done(self.heroku.post(f"{app}/addons", json={"plan": "papertrail:choklad"}), 202)
        self.cloud.clock.pass_seconds(1)
        drain = f"syslog+tls://{CANARY}:{CANARY}@{CANARY}.logs.example.com:6514/{CANARY}?token={CANARY}"
        await done(self.heroku.post(f"{app}/log-drains", json={"url": drain}))
        await done(self.heroku.get(f"{app}/log-drains/{quote(drain, safe='')}", params={"secret": CANARY}))
        hook = {
            "include": ["api:release", "api:build"],
            "level": "notify",
            "url": f"https://{CANARY}:{CANARY}@hooks.example.com/{CANARY}?key={CANARY}",
            "secret": CANARY,
            "authorization": CANARY,
        }
        await done(self.heroku.post(f"{app}/webhooks", json=hook))

    async def deploy(self, name: str, stage: str) -> None:
        """Code, and the formation that it makes possible."""
        types = {type: f"java -jar {type}.jar" for type, _, _ in FORMATION[stage]}
        slug = await done(self.heroku.post(f"/apps/{name}/slugs", json={"process_types": types, "commit": "1f0e5a9c"}))
        await done(self.heroku.post(f"/apps/{name}/releases", json={"slug": slug["id"]}))
        updates = [{"type": type, "size": size, "quantity": count} for type, size, count in FORMATION[stage]]
        await done(self.heroku.patch(f"/apps/{name}/formation", json={"updates": updates}))

    async def production(self) -> None:
        """What only production has: domains and certificates, people, maintenance, an add-on shared with staging."""
        app = "/apps/banking-production"
        own = await done(self.heroku.post(f"{app}/sni-endpoints", json=_certificate("banking.practicalli.example")))
        for hostname, endpoint in (("banking.practicalli.example", own["id"]), ("www.practicalli.example", None)):
            domain = {"hostname": hostname, "sni_endpoint": endpoint}
            await done(self.heroku.post(f"{app}/domains", json=domain))
        await done(self.heroku.post(f"{app}/acm"))
        await done(self.heroku.post(f"{app}/collaborators", json={"user": "practicalli-john@example.com"}))
        await done(self.heroku.patch(app, json={"maintenance": True}))
        await done(self.heroku.post(f"{app}/addons", json={"plan": "heroku-redis:mini"}), 202)
        self.cloud.clock.pass_seconds(1)
        logs = (await done(self.heroku.get("/apps/banking-staging/addon-attachments")))[0]["addon"]["id"]
        shared = {"addon": logs, "app": "banking-production", "name": "STAGING_DATABASE"}
        await done(self.heroku.post("/addon-attachments", json=shared))
        await done(self.heroku.post("/teams/apps", json={"name": "banking-tools", "team": TEAM}))

    async def repository(self) -> None:
        """The repository's own settings."""
        await self.secret(f"{REPO}/actions", "SONAR_TOKEN")
        await self.secret(f"{REPO}/dependabot", "CLOJARS_PASSWORD")
        variable = {"name": "HEROKU_PIPELINE_ID", "value": CANARY}
        await done(self.github.post(f"{REPO}/actions/variables", json=variable))
        hook = {
            "events": ["deployment_status", "release"],
            "config": {"url": f"https://hooks.practicalli.example/{CANARY}?key={CANARY}", "secret": CANARY},
        }
        await done(self.github.post(f"{REPO}/hooks", json=hook))
        await done(self.github.post(f"{REPO}/rulesets", json=RULESET))
        public = Ed25519PrivateKey.generate().public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH)
        key = {"title": "deploy from staging", "key": public.decode(), "read_only": True}
        await done(self.github.post(f"{REPO}/keys", json=key))
        issue = {"title": "Drift in production", "labels": ["drift"], "body": CANARY}
        number = (await done(self.github.post(f"{REPO}/issues", json=issue)))["number"]
        await done(self.github.post(f"{REPO}/issues/{number}/comments", json={"body": CANARY}))

    async def environment(self, name: str) -> None:
        """A deployment environment; production is protected."""
        path, body = f"{REPO}/environments/{name}", dict[str, Any]()
        if name == "production":
            person = await done(self.github.get("/users/pat"))
            body = {
                "wait_timer": 5,
                "prevent_self_review": True,
                "reviewers": [{"type": "User", "id": person["id"]}],
                "deployment_branch_policy": {"protected_branches": False, "custom_branch_policies": True},
            }
        await done(self.github.put(path, json=body))
        if name == "production":
            await done(self.github.post(f"{path}/deployment-branch-policies", json={"name": "main"}))
        await self.secret(path, "HEROKU_API_KEY")
        for variable in ("APP_URL", "HEROKU_APP"):
            await done(self.github.post(f"{path}/variables", json={"name": variable, "value": CANARY}))

    async def secret(self, place: str, name: str) -> None:
        """A secret of a place, sealed as it must be."""
        key = await done(self.github.get(f"{place}/secrets/public-key"))
        sealed = SealedBox(PublicKey(base64.b64decode(key["key"]))).encrypt(CANARY.encode())
        body = {"encrypted_value": base64.b64encode(sealed).decode(), "key_id": key["key_id"]}
        await done(self.github.put(f"{place}/secrets/{name}", json=body), 201, 204)

    async def close(self) -> None:
        """Close the clients."""
        await self.heroku.aclose()
        await self.github.aclose()


RULESET = {
    "name": "main",
    "target": "branch",
    "enforcement": "active",
    "conditions": {"ref_name": {"include": ["~DEFAULT_BRANCH"], "exclude": ["refs/heads/wip/*"]}},
    "rules": [
        {"type": "deletion"},
        {"type": "non_fast_forward"},
        {
            "type": "pull_request",
            "parameters": {
                "dismiss_stale_reviews_on_push": False,
                "require_code_owner_review": False,
                "require_last_push_approval": False,
                "required_approving_review_count": 1,
                "required_review_thread_resolution": False,
            },
        },
        {
            "type": "required_status_checks",
            "parameters": {
                "required_status_checks": [{"context": "test"}, {"context": "lint"}],
                "strict_required_status_checks_policy": False,
            },
        },
    ],
}


def see(cloud: LocalCloud) -> View:
    """The view of a cloud as it is now."""
    held = cloud.transport.app.state.cloud  # type: ignore[attr-defined]
    return view_of(held.store, held.faults, held.clock())


def _client(cloud: LocalCloud, base: str, token: str, accept: str, agent: str) -> httpx.AsyncClient:
    headers = {"Authorization": f"Bearer {token}", "Accept": accept, "User-Agent": agent}
    return httpx.AsyncClient(base_url=base, transport=cloud.transport, headers=headers)


def _certificate(name: str) -> dict[str, str]:
    """A self-signed certificate until the start of 2027, and its key."""
    key, subject = Ed25519PrivateKey.generate(), Name([NameAttribute(NameOID.COMMON_NAME, name)])
    builder = CertificateBuilder(subject, subject, key.public_key(), 1)
    builder = builder.not_valid_before(datetime(2026, 1, 1, tzinfo=UTC)).not_valid_after(
        datetime(2027, 1, 1, tzinfo=UTC)
    )
    signed = builder.add_extension(SubjectAlternativeName([DNSName(name)]), critical=False).sign(key, None)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return {"certificate_chain": signed.public_bytes(Encoding.PEM).decode(), "private_key": private.decode()}
