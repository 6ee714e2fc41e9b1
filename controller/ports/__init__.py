"""Byte pipes to devices: serial ports, sockets, and what is recorded of their traffic."""
