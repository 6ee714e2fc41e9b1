"""`make fuzz`: a hunt on every target, or on those named: `python -m tests.fuzz SECONDS [TARGET...]`."""

import subprocess
import sys
from pathlib import Path

from tests.fuzz.kept import HERE, TARGETS

OUT = Path("out") / "fuzz"

LIMITS = ("-timeout=20", "-rss_limit_mb=1024", "-max_len=4096", f"-dict={HERE / 'yaml.dict'}")
"""No input may take 20 s, also where the machine has much else to do, nor a gigabyte."""

SHOWN = 512
"""So many bytes of an input are printed."""


def main(seconds: int, names: list[str]) -> int:
    """1 if any target has failed; the rest are hunted all the same."""
    failed = [name for name in names or TARGETS if not _is_sound(name, seconds)]
    print(f"fuzz: {', '.join(failed)} failed" if failed else f"fuzz: nothing found in {seconds} s a target")
    return 1 if failed else 0


def _is_sound(name: str, seconds: int) -> bool:
    print(f"fuzz: {name}, {seconds} s", flush=True)
    before = set(OUT.glob(f"{name}-*"))
    command = [sys.executable, "-m", "tests.fuzz.hunt", name, str(OUT / name)]
    done = subprocess.run([*command, f"-max_total_time={seconds}", "-print_final_stats=1", *LIMITS], check=False)  # noqa: S603 - our own interpreter
    for path in sorted(set(OUT.glob(f"{name}-*")) - before):
        _tell(name, path)
    return done.returncode == 0


def _tell(name: str, path: Path) -> None:
    """What the input was, and how to have it again."""
    data = path.read_bytes()
    print(f"fuzz: {name} fails on {len(data)} bytes: {data[:SHOWN]!r}{'...' if len(data) > SHOWN else ''}")
    print(f"fuzz: again with: cp {path} {HERE / 'corpus' / name} && {sys.executable} -m pytest {HERE} -k {name}")


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), sys.argv[2:]))
