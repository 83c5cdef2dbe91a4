"""Errors as the engine reads them: one message, and what is known of a resource that is half made."""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
from pulumi.runtime.proto import provider_pb2, status_pb2

from infra.errors import ApiError, Interrupted, NotFound, TwelvefoldError, Unauthorized
from infra.providers.kit.values import UnsupportedValue, to_struct

LONGEST = 3000


@dataclass(frozen=True)
class Status:
    """A gRPC status with details, in the form that ``abort_with_status`` takes."""

    code: grpc.StatusCode
    details: str
    trailing_metadata: tuple[tuple[str, bytes], ...] = ()


def message_of(error: BaseException, vendor: str) -> str:
    """One readable message; of an error that nobody foresaw its type and place, but no value."""
    if isinstance(error, TwelvefoldError):
        return error.text()[:LONGEST]
    if isinstance(error, UnsupportedValue):
        return str(error)
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"bug in the {vendor} provider: {type(error).__name__}{place}; please report it"


def code_of(error: BaseException) -> grpc.StatusCode:
    """The gRPC code nearest to the error."""
    if isinstance(error, Unauthorized):
        return grpc.StatusCode.PERMISSION_DENIED
    if isinstance(error, NotFound):
        return grpc.StatusCode.NOT_FOUND
    if isinstance(error, Interrupted):
        return grpc.StatusCode.CANCELLED
    return grpc.StatusCode.UNKNOWN if isinstance(error, ApiError | TwelvefoldError) else grpc.StatusCode.INTERNAL


def failed(error: BaseException, vendor: str) -> Status:
    """The status of a call that did nothing that must be remembered."""
    return Status(code_of(error), message_of(error, vendor))


def half_made(error: BaseException, vendor: str, *, id: str, outputs: Mapping[str, Any]) -> Status:
    """The status of a create or update that took effect but did not end well: the engine keeps id and outputs."""
    message = message_of(error, vendor)
    return _kept(message, provider_pb2.ErrorResourceInitFailed(id=id, properties=to_struct(outputs), reasons=[message]))


def unfinished(reason: str, *, id: str, inputs: Mapping[str, Any], outputs: Mapping[str, Any]) -> Status:
    """The status of a read that found something that is still waited for: the next update goes on waiting."""
    detail = provider_pb2.ErrorResourceInitFailed(
        id=id, properties=to_struct(outputs), inputs=to_struct(inputs), reasons=[reason]
    )
    return _kept(reason, detail)


def _kept(message: str, detail: Any) -> Status:
    status = status_pb2.Status(code=grpc.StatusCode.UNKNOWN.value[0], message=message)
    status.details.add().Pack(detail)
    return Status(grpc.StatusCode.UNKNOWN, message, (("grpc-status-details-bin", status.SerializeToString()),))
