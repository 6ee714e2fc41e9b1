"""The bases of plain data that goes to clients and comes from them, whichever way they are connected."""

from pydantic import BaseModel, ConfigDict


class Frozen(BaseModel):
    """What is given out: it never changes once it is made, and has no field beside its own."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Input(Frozen):
    """What is taken: nothing unknown, and every number is one."""

    model_config = ConfigDict(allow_inf_nan=False)
