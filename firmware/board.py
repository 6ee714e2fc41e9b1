"""The board as the control core sees it: four kinds of output and one of input, all integers."""


class Io:
    """Base of every board, and by itself a board with nothing connected.

    Chambers are numbered in the order of their channels, from 0; bit n of a mask is chamber n (of a dump mask: pump n).
    The core calls an output only when it changes. All outputs at 0 is the safe state: vents and dumps stand open, fills
    are closed.
    """

    def measure(self, out: list[int]) -> None:
        """Fill `out[channel]` with each channel's reading in tenths of its unit, or 0xFFFF where the sensor gives none.

        Chambers give their pressure, heaters and coolers their NTC, the others what is driven or where they stand.
        """

    def valves(self, fill: int, vent: int, dump: int) -> None:
        """Energise coils. Fill valves are normally closed (1 opens); vents and dumps are normally open (1 closes)."""

    def pump(self, number: int, on: int) -> None:
        """Switch a pump: 1 runs, 0 stands."""

    def drive(self, channel: int, value: int) -> None:
        """Drive an intensity, rate or position in half-units; a heater or cooler with a duty of 0 to 100."""

    def master(self, on: int) -> None:
        """The enable in series with pumps, motors, heaters and coolers: 0 drops them all, whatever else is set."""
