"""Private Spaces of a program: one of Cedar with its network, and one of Fir with an app that runs an OCI image."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from tests.chaos.apps import TEAM, Resources
from tests.chaos.declared import Declared, Ref
from tests.providers.heroku import tokens

MEMBER = "eve@example.com"
PEERING = "pcx-0123"


@dataclass(frozen=True)
class Space:
    """A space of Cedar; an empty tuple means that there is none of it."""

    name: str = "acme-space"
    rules: tuple[str, ...] = ("203.0.113.0/24",)
    vpn: tuple[str, ...] = ("172.16.0.0/16",)
    access: tuple[str, ...] | None = ("create_apps",)
    peered: bool = True

    def declare(self, member: str) -> Resources:
        """Its resources; ``member`` is the resource of the member who is let in."""
        yield "space", Declared(tokens.SPACE, {"name": self.name, "organization": TEAM, "region": "dublin"})
        within: dict[str, Any] = {"space": Ref("space")}
        if self.rules:
            rules = [{"action": "allow", "source": source} for source in self.rules]
            yield "space-rules", Declared(tokens.RULESET, within | {"rules": rules})
        if self.vpn:
            wanted = within | {"name": "office", "publicIp": "203.0.113.7", "routableCidrs": list(self.vpn)}
            yield "space-vpn", Declared(tokens.VPN, wanted)
        if member and self.access is not None:
            wanted = within | {"email": MEMBER, "permissions": list(self.access)}
            yield "space-access", Declared(tokens.APP_ACCESS, wanted, after=(member,))
        if self.peered:
            yield "space-peering", Declared(tokens.PEERING, within | {"vpcPeeringConnectionId": PEERING})


@dataclass(frozen=True)
class Fir:
    """A space of Fir, its app, the image that the app runs, and where both send their telemetry."""

    image: str = "0"
    signals: tuple[str, ...] = ("logs",)
    key: str = "one"
    whole_space: bool = False

    def declare(self) -> Resources:
        """Its resources."""
        space = {"name": "acme-fir", "organization": TEAM, "region": "dublin", "generation": "fir"}
        yield "fir", Declared(tokens.SPACE, space)
        app = {"name": "acme-image", "region": "dublin", "space": "acme-fir", "organization": {"name": TEAM}}
        yield "fir-app", Declared(tokens.APP, app, after=("fir",))
        if self.image:
            within: dict[str, Any] = {"appId": Ref("fir-app")}
            image = {"imageRepo": "registry.example.com/shop", "digest": f"sha256:{self.image * 64}"}
            yield "fir-image", Declared(tokens.OCI_IMAGE, within | image | {"processTypes": {"web": "run"}})
            yield "fir-release", Declared(tokens.RELEASE, within | {"ociImage": Ref("fir-image")})
        if self.signals:
            yield "fir-drain", self._drain("fir-app", "app")
            if self.whole_space:
                yield "fir-space-drain", self._drain("fir", "space")

    def _drain(self, owner: str, kind: str) -> Declared:
        exporter = {"exporterType": "otlphttp", "endpoint": "https://telemetry.example.com/v1"}
        headers = {"headers": {"x-api-key": self.key}}
        wanted = {"ownerId": Ref(owner), "ownerType": kind, "signals": list(self.signals)}
        return Declared(tokens.TELEMETRY_DRAIN, wanted | exporter | headers)


def spaces() -> st.SearchStrategy[Space]:
    """Any space of Cedar."""
    return st.builds(
        Space,
        name=st.sampled_from(("acme-space", "acme-room")),
        rules=st.sampled_from(((), ("203.0.113.0/24",), ("198.51.100.7/32", "203.0.113.0/24"))),
        vpn=st.sampled_from(((), ("172.16.0.0/16",), ("172.17.0.0/16",))),
        access=st.sampled_from((None, (), ("create_apps",))),
        peered=st.booleans(),
    )


def firs() -> st.SearchStrategy[Fir]:
    """Any space of Fir."""
    return st.builds(
        Fir,
        image=st.sampled_from(("", "0", "1")),
        signals=st.sampled_from(((), ("logs",), ("metrics", "traces"))),
        key=st.sampled_from(("one", "two")),
        whole_space=st.booleans(),
    )
