"""What moves without air: vibration and percussion motors that come to speed, and rollers that travel."""

from legato.sim.first_order_lag import FirstOrderLag


class MotorModel:
    """A motor's intensity (%) or rate (Hz): what is driven, and what it really does after a first-order spin-up."""

    def __init__(self, spin_up_s: float) -> None:
        self._speed = FirstOrderLag(spin_up_s)
        self._wanted = 0.0
        self._enabled = False

    def drive(self, value: float, now_us: int) -> None:
        """Go for `value`, in the channel's unit."""
        self._wanted = value
        self._aim(now_us)

    def enable(self, on: bool, now_us: int) -> None:
        """Switch the supply."""
        self._enabled = on
        self._aim(now_us)

    def felt_at(self, now_us: int) -> float:
        """What the person feels."""
        return self._speed.at(now_us)

    def sensed_at(self, now_us: int) -> float:
        """There is no sensor: what is driven counts."""
        del now_us
        return self._speed.target

    def _aim(self, now_us: int) -> None:
        self._speed.aim(self._wanted if self._enabled else 0.0, now_us)


class RollerModel:
    """Where a roller stands (cm above the sole): while supplied, it moves at a constant speed within its stretch."""

    def __init__(self, from_cm: float, to_cm: float, speed_cm_s: float) -> None:
        self._from_cm = from_cm
        self._to_cm = to_cm
        self._cm_per_us = speed_cm_s * 1e-6
        self._goal_cm = self._start_cm = from_cm
        self._since_us = 0
        self._enabled = False

    def drive(self, value: float, now_us: int) -> None:
        """Go to `value`, or as near as the stretch allows."""
        self._depart(now_us)
        self._goal_cm = min(max(value, self._from_cm), self._to_cm)

    def enable(self, on: bool, now_us: int) -> None:
        """Switch the supply; without it the roller stays where it is."""
        self._depart(now_us)
        self._enabled = on

    def felt_at(self, now_us: int) -> float:
        """Where it presses."""
        if not self._enabled:
            return self._start_cm
        reach = self._cm_per_us * (now_us - self._since_us)
        return self._start_cm + min(max(self._goal_cm - self._start_cm, -reach), reach)

    sensed_at = felt_at

    def _depart(self, now_us: int) -> None:
        self._start_cm = self.felt_at(now_us)
        self._since_us = now_us
