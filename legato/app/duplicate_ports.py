"""A name by-id of which two adapters say that it is theirs: which of the two answers to it changes."""

from legato.controller.ports.serial_ports import port_of_name, serial_ports


def ambiguity(port: str) -> str:
    """Why nobody can say what is behind the name `port`, and what says it; empty where that is clear."""
    if "/by-id/" not in port:
        return ""
    found = port_of_name(port, serial_ports())
    if found is None or not found.is_twin:
        return ""
    return (
        f"{port} may be either of two adapters that say the same of themselves; by its plug, this one is {found.name}"
    )
