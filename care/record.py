"""What every record of this room is built on."""

from pydantic import BaseModel, ConfigDict


class Record(BaseModel):
    """Closed, frozen, no guessing of types."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)
