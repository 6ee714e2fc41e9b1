"""A by-id name that two adapters share: which of the two it refers to may change."""

from legato.controller.ports.serial_ports import port_of_name, serial_ports


def ambiguity(port: str) -> str:
    """Why the name `port` is ambiguous, and which name is not; empty if it is unambiguous."""
    if "/by-id/" not in port:
        return ""
    found = port_of_name(port, serial_ports())
    if found is None or not found.is_twin:
        return ""
    return (
        f"{port} may be either of two adapters that report the same identity; this one, by its socket, is {found.name}"
    )
