"""Why a routine cannot be played on a device as it is written."""

from legato.profiles.errors import LegatoError


class ProfileError(LegatoError):
    """Base of what can be wrong with a routine that is valid as a file."""


class CompileError(ProfileError):
    """The routine cannot be made safe on this device: where it happens, what it is, and what would be right."""

    def __init__(self, what: str, hint: str, where: str = "") -> None:
        super().__init__(what, hint, where)
        self.what, self.hint, self.where = what, hint, where

    def __str__(self) -> str:
        return f"{self.where}: {self.what}; {self.hint}" if self.where else f"{self.what}; {self.hint}"

    def at(self, where: str) -> "CompileError":
        """The same refusal, with the step it is about (unless a step inside it is known already)."""
        return CompileError(self.what, self.hint, self.where or where)


class ProofError(CompileError):
    """The finished schedule leaves the envelope, and so must not be played; the message names the set-point."""


class NothingPlays(CompileError):
    """Not one stroke of the routine is left on this device, for this person: cues and rests alone are no massage."""
