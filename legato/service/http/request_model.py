"""The base of what clients send."""

from pydantic import BaseModel, ConfigDict


class Asked(BaseModel):
    """Nothing unknown, and every number is one."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class NoQuery(Asked):
    """Nothing can be asked for beside the address."""
