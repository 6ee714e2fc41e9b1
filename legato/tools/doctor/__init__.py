"""What may stand between this computer and a device: small checks, each with what it found and what to do about it."""
