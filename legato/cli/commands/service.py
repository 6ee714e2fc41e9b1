"""`legato service`: installs the service as a systemd unit, or removes it."""

import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from platformdirs import user_config_path

from legato.controller.ports.serial_ports import serial_ports
from legato.errors import Failed, NotAllowed, UsageError
from legato.extras import insist_on
from legato.files import written
from legato.service.install import RULES, UNIT, Setup, example, rules, unit
from legato.service.settings import Options
from legato.service.settings_sources import load
from legato.terminal import asking, output

SYSTEM = Path("/etc/systemd/system")
CONFIG = Path("/etc/legato/legato.yaml")


def install(for_user: bool, print_only: bool, yes: bool, root: Path) -> None:
    """Writes the unit, udev rules and, if there is none, a settings file below `root`; asks first."""
    insist_on("uvicorn")
    texts = _texts(for_user, root)
    for path, text in texts.items():
        output.data(f"# {path}\n{text}" if print_only else f"{'over' * path.exists()}write {path}")
    if print_only:
        return
    _agree("Write these files?", yes)
    for path, text in texts.items():
        _write(path, text)
    output.say("now: " + "; ".join(_next_steps(for_user, _below(root, RULES) in texts)))


def uninstall(for_user: bool, yes: bool, root: Path) -> None:
    """Removes what `install` wrote, except the settings."""
    wanted = [_unit_path(for_user), *([] if for_user else [RULES])]
    there = [path for path in (_below(root, path) for path in wanted) if path.exists()]
    if not there:
        raise UsageError(f"legato service: {_below(root, _unit_path(for_user))} does not exist")
    for path in there:
        output.data(f"remove {path}")
    manager = _manager(for_user)
    _agree(f"Remove these files? If the service runs, `{manager} disable --now legato` first.", yes)
    for path in there:
        _forbidden(path.unlink, path)
    output.say(f"now: {manager} daemon-reload; settings and diary were kept")


def _texts(for_user: bool, root: Path) -> Mapping[Path, str]:
    config = _user_config() / "legato" / "legato.yaml" if for_user else CONFIG
    here = _below(root, config)
    options = load({}, here).options if here.exists() else Options()
    texts = {_below(root, _unit_path(for_user)): unit(Setup(Path(sys.executable), config, for_user), options)}
    if not here.exists():
        texts[here] = example()
    if not for_user and (ruled := rules(options.devices, serial_ports())):
        texts[_below(root, RULES)] = ruled
    return texts


def _unit_path(for_user: bool) -> Path:
    return _user_config() / "systemd" / "user" / UNIT if for_user else SYSTEM / UNIT


def _user_config() -> Path:
    try:
        return user_config_path()
    except RuntimeError as error:
        raise Failed("there is no home folder for settings; set HOME to an absolute path") from error


def _below(root: Path, path: Path) -> Path:
    return root / path.absolute().relative_to("/")


def _next_steps(for_user: bool, with_rules: bool) -> list[str]:
    manager = _manager(for_user)
    udev = ["udevadm control --reload", "udevadm trigger"] if with_rules else []
    linger = ["loginctl enable-linger (it then runs without you)"] if for_user else []
    return [*udev, f"{manager} daemon-reload", f"{manager} enable --now legato", *linger]


def _manager(for_user: bool) -> str:
    return "systemctl --user" if for_user else "systemctl"


def _agree(question: str, yes: bool) -> None:
    if not yes and not (sys.stdin.isatty() and asking.agrees(f"{question} yes or no: ")):
        raise NotAllowed("nothing was changed; --yes does it without asking")


def _write(path: Path, text: str) -> None:
    def write() -> None:
        with written(path) as file:
            file.write(text)

    _forbidden(write, path)


def _forbidden(act: Callable[[], None], path: Path) -> None:
    """Calls `act`, or says that it needs root."""
    try:
        act()
    except PermissionError as error:
        advice = "" if os.geteuid() == 0 else "; use `sudo legato service`, or --user, which needs no sudo"
        raise Failed(f"{path}: permission denied{advice}") from error
