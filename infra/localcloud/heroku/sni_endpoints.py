"""SNI endpoints: an app's own certificates; the chain is really parsed and the private key never answered."""

from __future__ import annotations

from typing import Any

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from infra.localcloud.exchange import Answer, Call, Route
from infra.localcloud.heroku.answers import found
from infra.localcloud.heroku.domains import domains_of
from infra.localcloud.heroku.fields import STRING, body_of, invalid
from infra.localcloud.heroku.lookup import app_for, not_found
from infra.localcloud.heroku.naming import new_id, stamp, suffixed_name
from infra.localcloud.heroku.paging import paged
from infra.localcloud.heroku.webhook_events import record

Body = dict[str, Any]
KIND = "heroku.sni_endpoint"
_REQUIRED = ("certificate_chain", "private_key")


def _certificate(chain: str) -> x509.Certificate:
    try:
        certificates = x509.load_pem_x509_certificates(chain.encode())
    except ValueError:
        raise invalid("The certificate chain holds no readable PEM certificate.") from None
    return certificates[0]


def _check_key(certificate: x509.Certificate, private_key: str) -> None:
    try:
        public = load_pem_private_key(private_key.encode(), password=None).public_key()
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise invalid("The private key is not a readable, unencrypted PEM key.") from None
    form = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    if public.public_bytes(*form) != certificate.public_key().public_bytes(*form):
        raise invalid("The private key does not fit the certificate.")


def _names(certificate: x509.Certificate) -> list[str]:
    try:
        extension = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
        return extension.value.get_values_for_type(x509.DNSName)
    except x509.ExtensionNotFound:
        common = certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
        return [str(attribute.value) for attribute in common]


def _ssl_cert(certificate: x509.Certificate) -> Body:
    self_signed = certificate.issuer == certificate.subject
    return {
        "id": new_id(),
        "ca_signed?": not self_signed,
        "self_signed?": self_signed,
        "cert_domains": _names(certificate),
        "issuer": certificate.issuer.rfc4514_string(),
        "subject": certificate.subject.rfc4514_string(),
        "starts_at": stamp(certificate.not_valid_before_utc),
        "expires_at": stamp(certificate.not_valid_after_utc),
    }


def _endpoint_for(call: Call, app: Body) -> Body:
    for endpoint in call.store.find(KIND, parent=app["id"]):
        if call.params["endpoint"] in (endpoint["id"], endpoint["name"]):
            return endpoint
    raise not_found("sni_endpoint", "Couldn't find that SNI endpoint.")


def _shown(call: Call, app: Body, endpoint: Body) -> Body:
    """With the ids of the domains that use it."""
    ids = [
        domain["id"]
        for domain in domains_of(call.store, app["id"])
        if domain["sni_endpoint"] and domain["sni_endpoint"]["id"] == endpoint["id"]
    ]
    return {**endpoint, "domains": ids}


def create_endpoint(call: Call) -> Answer:
    """POST /apps/{app}/sni-endpoints."""
    wanted = body_of(call, {name: STRING for name in _REQUIRED}, required=_REQUIRED)
    app = app_for(call)
    endpoint = {
        "id": new_id(),
        "name": suffixed_name("sni")[:30],
        "display_name": None,
        "app": {"id": app["id"], "name": app["name"]},
        "created_at": stamp(call.now),
        **_certified(call, wanted),
    }
    call.store.put(KIND, endpoint["id"], endpoint, parent=app["id"])
    record(call.store, call.now, app["id"], "api:sni-endpoint", "create", endpoint, call.account)
    return found(_shown(call, app, endpoint), 201)


def _certified(call: Call, wanted: Body) -> Body:
    certificate = _certificate(wanted.get("certificate_chain", ""))
    _check_key(certificate, wanted.get("private_key", ""))
    return {
        "certificate_chain": wanted["certificate_chain"],
        "ssl_cert": _ssl_cert(certificate),
        "updated_at": stamp(call.now),
        "_key_fingerprint": call.store.fingerprint(wanted["private_key"].strip()),
    }


def list_endpoints(call: Call) -> Answer:
    """GET /apps/{app}/sni-endpoints."""
    app = app_for(call)
    endpoints = call.store.find(KIND, parent=app["id"])
    return paged(call, [_shown(call, app, endpoint) for endpoint in endpoints], ("id", "name"))


def get_endpoint(call: Call) -> Answer:
    """GET /apps/{app}/sni-endpoints/{endpoint}, by id or name."""
    app = app_for(call)
    return found(_shown(call, app, _endpoint_for(call, app)))


def update_endpoint(call: Call) -> Answer:
    """PATCH /apps/{app}/sni-endpoints/{endpoint}: another chain and key."""
    wanted = body_of(call, {name: STRING for name in _REQUIRED}, required=_REQUIRED)
    app = app_for(call)
    after = {**_endpoint_for(call, app), **_certified(call, wanted)}
    call.store.put(KIND, after["id"], after, parent=app["id"])
    record(call.store, call.now, app["id"], "api:sni-endpoint", "update", after, call.account)
    return found(_shown(call, app, after))


def delete_endpoint(call: Call) -> Answer:
    """DELETE /apps/{app}/sni-endpoints/{endpoint}; its domains stay, without a certificate."""
    app = app_for(call)
    endpoint = _shown(call, app, _endpoint_for(call, app))
    call.store.delete(KIND, endpoint["id"])
    for domain in domains_of(call.store, app["id"]):
        if domain["id"] in endpoint["domains"]:
            call.store.replace("heroku.domain", domain["id"], {**domain, "sni_endpoint": None})
    record(call.store, call.now, app["id"], "api:sni-endpoint", "destroy", endpoint, call.account)
    return found({**endpoint, "domains": []})


ROUTES: list[Route] = [
    ("POST", "/apps/{app}/sni-endpoints", create_endpoint, "write-protected"),
    ("GET", "/apps/{app}/sni-endpoints", list_endpoints, "read"),
    ("GET", "/apps/{app}/sni-endpoints/{endpoint}", get_endpoint, "read"),
    ("PATCH", "/apps/{app}/sni-endpoints/{endpoint}", update_endpoint, "write-protected"),
    ("DELETE", "/apps/{app}/sni-endpoints/{endpoint}", delete_endpoint, "write"),
]
