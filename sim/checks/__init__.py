"""What must hold whatever goes wrong: looked at after everything the firmware does, on what the leg feels."""
