"""Base classes for plain data that is sent to clients and received from them, however they are connected."""

from pydantic import BaseModel, ConfigDict


class Frozen(BaseModel):
    """Output: immutable, and without unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Input(Frozen):
    """Input: unknown fields, NaN and infinity are rejected."""

    model_config = ConfigDict(allow_inf_nan=False)
