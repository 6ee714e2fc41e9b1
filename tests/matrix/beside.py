"""What else is done beside a massage: the file that names the service, a browser, pictures that somebody asks for."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from threading import Thread

from tests.matrix.diary import hang
from tests.matrix.stand import Scene, Told, Way


@contextmanager
def nameless(scene: Scene) -> Iterator[Told]:
    """The folder of the file that names the service is none."""
    (scene.folder / "file").write_text("")
    scene.environ["XDG_RUNTIME_DIR"] = str(scene.folder / "file" / "below")
    yield lambda: scene.said("find this service only with LEGATO_URL")


@contextmanager
def vanishing(scene: Scene) -> Iterator[Told]:
    """The file is gone in mid-massage, and a folder is in its place."""

    def put(scene: Scene) -> None:
        file = scene.folder / "legato" / "service.json"
        file.unlink()
        file.mkdir()

    scene.meanwhile = put
    yield lambda: "it is looked for again at the end only"


@contextmanager
def browser(command: str, scene: Scene) -> Iterator[Told]:
    """--open, and there is no browser, or one that never ends."""
    scene.args, scene.environ["BROWSER"] = ["--open"], command
    yield lambda: "nobody needs to know"


@contextmanager
def picture(scene: Scene) -> Iterator[Told]:
    """Somebody asks for a picture, and whoever draws it hangs."""

    def ask(scene: Scene) -> None:
        hang(scene)
        Thread(target=_asked, args=(scene,), daemon=True).start()

    scene.meanwhile = ask
    yield lambda: "whoever has asked"


def _asked(scene: Scene) -> None:
    with suppress(OSError, ValueError):
        scene.ask("/routines/goddard/picture.svg?device=chair", method="GET")


WAYS: dict[str, dict[str, Way]] = {
    "service.json": {"no folder": nameless, "vanishing": vanishing},
    "browser": {"missing": partial(browser, "/none/such %s"), "never ends": partial(browser, "/bin/sleep 1000 %s")},
    "picture": {"hung": picture},
}
