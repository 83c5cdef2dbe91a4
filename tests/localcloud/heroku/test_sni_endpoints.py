"""Certificates: really read, keys never told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import httpx
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from tests.localcloud.heroku.steps import done, refused


def certificate(*names: str) -> dict[str, str]:
    """A self-signed certificate and its key, as the API takes them."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])
    start = datetime(2026, 1, 1, tzinfo=UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=365))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name) for name in names]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return {"certificate_chain": signed.public_bytes(Encoding.PEM).decode(), "private_key": private}


async def test_certificates_are_really_read(heroku: httpx.AsyncClient, app: str) -> None:
    """Names and dates come from the chain; the key must fit and is never answered."""
    path, pair = f"{app}/sni-endpoints", certificate("www.example.com", "example.com")
    endpoint = await done(heroku.post(path, json=pair))
    assert endpoint["ssl_cert"]["cert_domains"] == ["www.example.com", "example.com"]
    assert endpoint["ssl_cert"]["expires_at"] == "2027-01-01T00:00:00Z"
    assert "PRIVATE KEY" not in str(await done(heroku.get(path)))
    wrong = {**pair, "private_key": certificate("x.org")["private_key"]}
    await refused(heroku.post(path, json=wrong), 422, "invalid_params", "does not fit")
    await refused(heroku.post(path, json={**pair, "certificate_chain": "x"}), 422, "invalid_params", "chain")
    await refused(heroku.post(path, json={**pair, "private_key": "x"}), 422, "invalid_params", "private key")
    body = {"hostname": "www.example.com", "sni_endpoint": endpoint["id"]}
    domain = await done(heroku.post(f"{app}/domains", json=body))
    assert (await done(heroku.get(f"{path}/{endpoint['name']}")))["domains"] == [domain["id"]]
    after = await done(heroku.patch(f"{path}/{endpoint['id']}", json=certificate("www.example.com")))
    assert after["ssl_cert"]["cert_domains"] == ["www.example.com"]
    cleared = await done(heroku.patch(f"{app}/domains/{domain['id']}", json={"sni_endpoint": None}))
    assert cleared["sni_endpoint"] is None
    await done(heroku.delete(f"{path}/{endpoint['id']}"))
    await refused(heroku.get(f"{path}/{endpoint['id']}"), 404, "not_found")
