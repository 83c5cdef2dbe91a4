"""What every part of the document has in common: unknown keys are errors, and nothing changes after reading."""

from __future__ import annotations

from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel, ConfigDict, ValidationInfo, field_validator

from infra.model.values import Unsettled


class Section(BaseModel):
    """A part of the document; its keys are the model's fields and no others."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, use_attribute_docstrings=True, populate_by_name=False
    )

    @field_validator("*", mode="before")
    @classmethod
    def _settle(cls, value: Any, info: ValidationInfo) -> Any:
        """Take the plain values where the field has no room for a secret."""
        return value if _has_room(cls.model_fields[str(info.field_name)].annotation) else settled(value)


def settled(value: Any) -> Any:
    """The value with everything plain that the engine handed over without a file showing it."""
    if isinstance(value, Unsettled):
        return value.value
    if isinstance(value, dict):
        return {key: settled(item) for key, item in value.items()}
    return [settled(item) for item in value] if isinstance(value, list) else value


def _has_room(annotation: Any) -> bool:
    """Whether a secret fits: in a field for any value, or somewhere in a part that decides for itself."""
    bare = get_args(annotation)[0] if get_origin(annotation) is Annotated else annotation
    if isinstance(bare, type) and issubclass(bare, Section):
        return True
    return bare is Any or any(_has_room(part) for part in get_args(bare))
