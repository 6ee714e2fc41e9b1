"""Legato is one installed package: nothing of it has a second name, and nobody else's module gets in its way."""

import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree, ignore_patterns
from zipfile import ZipFile

import pytest

pytestmark = pytest.mark.xdist_group("package")

ROOT = Path(__file__).parents[2]
ROOMS = ("care", "controller", "firmware", "profiles", "sim")

EVERYTHING = """
import importlib, pkgutil, sys
from pathlib import Path
import legato

for module in pkgutil.walk_packages(legato.__path__, "legato."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
for name, module in sorted(sys.modules.items()):
    if getattr(module, "__file__", None):
        print(name, Path(module.__file__).resolve())
"""

SCRIPT = """
import legato

print(legato.__file__)
print(legato.replay("foot_relax", "wrap-3").run.outcome.kind)
"""

SLIM = """
import sys
import legato

print(*sorted(sys.modules))
"""


def printed(code: str, *, cwd: Path = ROOT, path: str = "") -> list[str]:
    """The lines that Python prints in `cwd`; it must succeed."""
    command = [sys.executable, "-c", code] if "\n" in code else [sys.executable, code]
    environ = {"PYTHONPATH": path, "PATH": "", "HOME": str(cwd)}
    done = subprocess.run(command, cwd=cwd, env=environ, capture_output=True, text=True, check=False)  # noqa: S603
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_no_file_is_loaded_under_two_names() -> None:
    loaded = dict(line.split(" ", 1) for line in printed(EVERYTHING))
    assert not {name for name in loaded if name.partition(".")[0] in ROOMS}
    ours = [file for name, file in loaded.items() if name.partition(".")[0] == "legato"]
    assert len(ours) == len(set(ours)) > 400


def test_to_import_legato_costs_nothing() -> None:
    modules = printed(SLIM)[-1].split()
    assert not {name for name in modules if name.startswith("legato.")}
    assert not {"pydantic", "typer", "rich", "serial", "asyncio"} & set(modules)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source distribution, unpacked; built in a copy, since a build leaves things behind."""
    folder = tmp_path_factory.mktemp("build")
    copytree(
        ROOT,
        folder / "copy",
        symlinks=True,
        ignore=ignore_patterns(".*", "out", "build", "dist", "tests", "*.egg-info"),
    )
    built = printed(_build("sdist"), cwd=folder / "copy")[-1]
    with tarfile.open(folder / "copy/dist" / built) as archive:
        archive.extractall(folder, filter="data")
    return folder / built.removesuffix(".tar.gz")


@pytest.fixture(scope="module")
def wheel(source: Path) -> Path:
    """A wheel made of the source distribution, as pip does where there is no wheel to be had."""
    return source / "dist" / printed(_build("wheel"), cwd=source)[-1]


@pytest.fixture
def installed(wheel: Path, tmp_path: Path) -> Path:
    """What pip puts into an empty site-packages for Legato itself."""
    site = tmp_path / "site"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-compile", "--target", str(site)]
    subprocess.run([*pip, str(wheel)], check=True)  # noqa: S603
    return site


def _build(kind: str) -> str:
    return f'from setuptools import build_meta\n\nprint(build_meta.build_{kind}("dist"))'


def _in(wheel: Path) -> Iterator[str]:
    with ZipFile(wheel) as archive:
        yield from archive.namelist()


@pytest.mark.parametrize(
    "file",
    [
        "controller/session/session.py",
        "firmware/ports/esp32/main.py",
        "profiles/library/goddard.yaml",
        "profiles/devices/boots-6.yaml",
        "profiles/schemas/profile.schema.json",
        "care/danger.yaml",
        "panel/index.html",
        "py.typed",
    ],
)
def test_the_wheel_has_what_legato_needs(wheel: Path, file: str) -> None:
    assert f"legato/{file}" in _in(wheel)


def test_an_installed_legato_adds_one_name(installed: Path) -> None:
    names = {path.name for path in installed.iterdir() if not path.name.endswith(".dist-info")}
    assert names == {"legato", "bin"}


def test_a_script_beside_modules_of_the_same_names_replays(installed: Path, tmp_path: Path) -> None:
    for name in ("controller", "profiles", "care", "firmware"):
        (tmp_path / f"{name}.py").write_text("raise ImportError('this is somebody else')")
    (tmp_path / "sim").mkdir()
    (tmp_path / "sim/__init__.py").write_text("raise ImportError")
    (tmp_path / "mine.py").write_text(SCRIPT)
    file, outcome = printed("mine.py", cwd=tmp_path, path=str(installed))
    assert (Path(file).parent, outcome) == (installed / "legato", "completed")
