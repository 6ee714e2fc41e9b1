"""The base model of this package."""

from pydantic import BaseModel, ConfigDict


class Record(BaseModel):
    """No unknown fields, immutable, no type coercion."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)
