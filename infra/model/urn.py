"""What a resource's URN tells: ``urn:pulumi:STACK::PROJECT::PARENT$TYPE::NAME``."""

from __future__ import annotations


def type_of(urn: str) -> str:
    """The resource's type token, without its parents."""
    return urn.split("::")[2].split("$")[-1]


def name_of(urn: str) -> str:
    """The resource's logical name, which may hold colons itself."""
    return urn.split("::", 3)[3]
