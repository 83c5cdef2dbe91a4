"""Certificates, told by what identifies them."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re

from infra.model.estate import Hidden, Unknown

_PEM = re.compile(r"-----BEGIN CERTIFICATE-----(.+?)-----END CERTIFICATE-----", re.DOTALL)


def leaf_of(chain: str | Hidden | Unknown) -> str | Unknown:
    """The SHA-256 of the first certificate of a PEM chain, in hexadecimal."""
    if isinstance(chain, Unknown):
        return chain
    found = _PEM.search(chain.reveal() if isinstance(chain, Hidden) else chain)
    if found is None:
        return Unknown("not a certificate")
    try:
        return hashlib.sha256(base64.b64decode(found[1])).hexdigest()
    except binascii.Error:
        return Unknown("not a certificate")
