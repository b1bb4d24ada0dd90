"""The library of the server that was recorded, with the sizes of its files and its ids."""

import io
from collections.abc import Callable

from PIL import Image

from g3fs.demo.library import Content, Library
from g3fs.demo.movies import movie
from g3fs.demo.stash.library import archive
from g3fs.demo.stash.options import Options
from g3fs.demo.stash.rows import Gallery, Performer, Studio, Tag
from g3fs.demo.stash.site import StashSite

DATA = "/data/pictures"
MODIFIED = 1795252302
"""2026-11-21T09:11:42Z, when most files were made."""
COLOURS = ("red", "green", "blue", "white", "black", "olive", "navy", "teal")


def site(**options: object) -> StashSite:
    """A fresh server with that library, on which the scans found files in that order."""
    made = StashSite(Library(), Options(**{"username": "", **options}))
    made.world.store.folders.rows.clear()
    made.world.store.folders.next_id = 2
    made.world.disk.make_directory(f"{DATA}/Archives")
    made.world.scan_now([f"{DATA}/Archives"])
    for path, first in PLAN:
        _fill(made, path, first)
        made.world.scan_now([path])
    store = made.world.store
    store.galleries.next_id = 12
    now = made.world.now()
    store.tags.next_id = 3
    store.tags.add(Tag(name="Alps"), now)
    store.tags.add(Tag(name="Sea"), now)
    store.studios.add(Studio(name="Green Studio"), now)
    store.performers.add(Performer(name="Ann"), now)
    return made


def with_galleries(made: StashSite) -> StashSite:
    """Those made by hand, as they were when the lists were recorded."""
    now = made.world.now()
    images = made.world.store.images.rows
    for ident, title in ((12, "One"), (13, "Two"), (14, "   "), (15, "Trip"), (22, "Keeper")):
        made.world.store.galleries.next_id = ident
        row = made.world.store.galleries.add(Gallery(title=title, organized=ident == 12), now)
        if ident == 13:
            row.rating100 = 60
            row.tags = [made.world.store.tags.rows[3]]
        for image in (2013, 2021, 2026) if ident == 12 else ():
            made.world.store.join(row, images[image])
    return made


def picture(
    size: int, kind: str = "JPEG", pixels: tuple[int, int] = (100, 75), seed: int = 0
) -> Content:
    """A picture of exactly so many bytes, unlike those of other seeds."""

    def make() -> bytes:
        out = io.BytesIO()
        Image.new("RGB", pixels, COLOURS[seed % 8]).save(out, kind)
        return (out.getvalue() + b"%d" % seed).ljust(size, b"\0")

    return Content(make)


def moving(size: int, kind: str, pixels: tuple[int, int]) -> Content:
    """Two pictures that take turns for 1.2 seconds."""

    def make() -> bytes:
        frames = [Image.new("RGB", pixels, colour) for colour in ("red", "blue")]
        out = io.BytesIO()
        frames[0].save(out, kind, save_all=True, append_images=frames[1:], duration=600)
        return out.getvalue().ljust(size, b"\0")

    return Content(make)


def clip(size: int, seconds: int, seed: int = 0) -> Content:
    """A video of so many bytes and seconds."""

    def make() -> bytes:
        frame = picture(0, pixels=(320, 240), seed=seed).read()
        return movie([frame] * seconds, 320, 240, 1).ljust(size, b"\0")

    return Content(make)


def _fill(made: StashSite, path: str, first: dict[str, int]) -> None:
    for table, number in first.items():
        made.world.store.tables[table].next_id = number
    for name, content in FILES[path]().items():
        made.world.disk.write(f"{path}/{name}", content, MODIFIED)


def _archives() -> dict[str, Content]:
    pages = {f"page{n}.jpg": picture(4802, seed=n) for n in range(1, 6)}
    other = {f"inner/s{n}.png": picture(736, "PNG", (100, 100), seed=10 + n) for n in range(1, 4)}
    return {
        "comic.cbz": archive("", pages).content,
        "set one.zip": archive("", {"again.jpg": pages["page1.jpg"], **other}).content,
    }


def _shapes() -> dict[str, Content]:
    return {
        "big.jpg": picture(115978, pixels=(2400, 1800), seed=20),
        "blink.gif": moving(1239, "GIF", (120, 90)),
        "blink.webp": moving(796, "WEBP", (120, 90)),
        "dup.jpg": picture(3551, pixels=(300, 200), seed=21),
        "red.png": picture(152, "PNG", (10, 10), seed=22),
    }


def _named(names: list[str], seed: int, size: int = 3200) -> Callable[[], dict[str, Content]]:
    return lambda: {
        name: picture(size, "PNG" if name.endswith("png") else "JPEG", seed=seed + n)
        for n, name in enumerate(names)
    }


FILES: dict[str, Callable[[], dict[str, Content]]] = {
    f"{DATA}/Archives": _archives,
    f"{DATA}/Bulk": _named([f"bulk-{n:04}.jpg" for n in range(1, 2001)], 10000, 900),
    f"{DATA}/Copies": lambda: {
        "dup-copy.jpg": picture(3551, pixels=(300, 200), seed=21),
        "dup.jpg": picture(3551, pixels=(300, 200), seed=21),
        **_named(["only1.jpg", "only2.jpg", "only3.jpg"], 30)(),
    },
    f"{DATA}/Holidays": _named([f"beach-{n:02}.jpg" for n in range(1, 14)], 50),
    f"{DATA}/Holidays/Alps": _named([f"peak {n}.jpg" for n in (1, 2, 3, 4, 5)], 70),
    f"{DATA}/Holidays/Alps/Huts": _named([f"hut{n}.png" for n in (1, 2, 3)], 80),
    f"{DATA}/Mixed": lambda: {
        "movie-in-pictures.mp4": clip(67990, 5),
        **_named(["still.jpg"], 90)(),
    },
    f"{DATA}/Odd": lambda: {
        name: picture(1328, seed=100 + n)
        for n, name in enumerate(("a,b.jpg", "co ü.jpg", "quote'\"x.jpg", "z%z.jpg", "~x.jpg"))
    },
    f"{DATA}/Shapes": _shapes,
    "/data/clips": lambda: {
        "clip1.mp4": clip(67990, 5),
        **{f"clip{n}.mp4": clip(80622 + n, 5, n) for n in (2, 3, 4, 5)},
    },
    "/data/clipimages": lambda: {
        "loop.mp4": clip(80622, 6, 7),
        "red-again.png": picture(152, "PNG", (10, 10), seed=22),
    },
}
PLAN: list[tuple[str, dict[str, int]]] = [
    (f"{DATA}/Archives", {"folders": 5}),
    (f"{DATA}/Bulk", {"folders": 4, "images": 9, "files": 12, "galleries": 3}),
    (f"{DATA}/Copies", {"folders": 8, "images": 2009, "files": 2012, "galleries": 4}),
    (f"{DATA}/Holidays", {"folders": 9, "images": 2021, "files": 2025, "galleries": 7}),
    (f"{DATA}/Holidays/Alps", {"folders": 10, "images": 2016, "files": 2020, "galleries": 6}),
    (f"{DATA}/Holidays/Alps/Huts", {"folders": 11, "images": 2013, "files": 2017, "galleries": 5}),
    (f"{DATA}/Mixed", {"folders": 12, "images": 2034, "files": 2038, "galleries": 8}),
    (f"{DATA}/Odd", {"folders": 13, "images": 2035, "files": 2040, "galleries": 9}),
    (f"{DATA}/Shapes", {"folders": 14, "images": 2040, "files": 2045, "galleries": 10}),
    ("/data/clips", {"folders": 15, "images": 2044, "files": 2050, "galleries": 11}),
    ("/data/clipimages", {"folders": 16, "images": 2044, "files": 2055, "galleries": 11}),
]
"""Directories in the order of the first scan, and the ids with which each begins."""
