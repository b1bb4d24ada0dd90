"""The library that `g3fs demo --kind stash` shows."""

import io

from g3fs.demo.library import Album, Content, Media
from g3fs.demo.movies import movie
from g3fs.demo.pictures import Scene, draw, encode
from g3fs.demo.stash.library import Credit, HandMade, StashLibrary, archive

FORMATS = {"jpg": "JPEG", "jpeg": "JPEG", "png": "PNG", "gif": "GIF", "webp": "WEBP"}
NOT_UTF8 = b"caf\xe9.jpg".decode("utf-8", "surrogateescape")
FRAMES = 30


def stash_library() -> StashLibrary:
    """Folders, zips, clips, copies, odd names, and galleries made by hand."""
    return StashLibrary(
        children=(
            _holidays(),
            _shapes(),
            _odd_names(),
            _archives(),
            Album(name="clips", children=(_clip("surf.mp4", "sea"), _clip("stars.mp4", "night"))),
            Album(name="clipimages", children=(_clip("loop.mp4", "party"),)),
        ),
        hand_made=_hand_made(),
        credits=_credits(),
        aliases={"Mountains": ("Peaks", "Alps"), "Sea": ("Ocean",)},
        parents={"Snow": "Mountains"},
        studios=("Green Studio", "Studio/North"),
        performers=("Ann Example", "Bob Beispiel"),
    )


def _holidays() -> Album:
    beach = tuple(
        _photo(f"beach-{n:02}.jpg", "sea", f"Beach {n}", tags=("Sea",)) for n in range(1, 8)
    )
    alps = tuple(
        _photo(f"peak {n}.jpg", "snow", f"Peak {n}", tags=("Mountains", "Snow")) for n in (1, 2, 10)
    )
    huts = tuple(_photo(f"hut{n}.png", "hills", f"Hut {n}", (480, 320)) for n in (1, 2, 3))
    return Album(
        name="Holidays",
        children=(*beach, Album(name="Alps", children=(*alps, Album(name="Huts", children=huts)))),
    )


def _shapes() -> Album:
    return Album(
        name="Shapes",
        tags=("Formats",),
        children=(
            _photo("big.jpg", "city", "Big", (1600, 1200)),
            _photo("copy.jpg", "hills", "Twice", (480, 320)),
            _photo("chart.png", "garden", "Chart", (480, 320)),
            _photo("still.webp", "party", "Still", (480, 320)),
            Media(name="blink.gif", content=Content(_blinking), mime_type="image/gif"),
            _clip("walk.mp4", "garden"),
            Album(name="Copies", children=(_photo("the same.jpg", "hills", "Twice", (480, 320)),)),
        ),
    )


def _odd_names() -> Album:
    names = ("_x.jpg", "a,b;c.jpg", "Überall.JPG", "東京.jpg", "quote'\"x.jpg", NOT_UTF8)
    return Album(
        name="Odd, names & blanks",
        title="a/b",
        children=tuple(
            _photo(name, "garden", f"Odd {n}", (320, 240)) for n, name in enumerate(names)
        ),
    )


def _archives() -> Album:
    def page(number: int) -> Content:
        return _photo("x.jpg", "night", f"Page {number}", (400, 600)).content

    return Album(
        name="Archives",
        children=(
            archive("comic.cbz", {f"page{n}.jpg": page(n) for n in range(1, 5)}),
            archive(
                "set one.zip",
                {"one.jpg": page(11), "inner/one.jpg": page(12), "inner/deep/two.jpg": page(13)},
            ),
        ),
    )


def _hand_made() -> tuple[HandMade, ...]:
    beach = tuple(("Holidays", f"beach-{n:02}.jpg") for n in (1, 2, 3))
    best = (*beach, ("Shapes", "big.jpg"), ("Shapes", "copy.jpg"))
    return (
        HandMade(
            title="Best of",
            details="What we like most.\nTwo lines.",
            images=best,
            tags=("Sea",),
            cover=("Shapes", "big.jpg"),
            chapters=(("At the sea", 1), ("Elsewhere", 4)),
            studio="Green Studio",
            performers=("Ann Example",),
        ),
        HandMade(title="Best of", images=beach[:1]),
        HandMade(title="Summer / Winter", images=(beach[1], ("Holidays", "Alps", "peak 1.jpg"))),
        HandMade(title="   "),
        HandMade(title="Empty"),
    )


def _credits() -> tuple[Credit, ...]:
    return (
        Credit(
            place=("Holidays", "beach-01.jpg"),
            rating=80,
            studio="Green Studio",
            performers=("Ann Example", "Bob Beispiel"),
            photographer="Ann",
            code="B-1",
            urls=("https://photos.example/1", "https://photos.example/2"),
            organized=True,
            o_counter=3,
        ),
        Credit(place=("Holidays", "Alps", "peak 2.jpg"), rating=100, studio="Studio/North"),
        Credit(place=("clips", "surf.mp4"), rating=60, performers=("Bob Beispiel",)),
    )


def _photo(
    name: str,
    theme: str,
    label: str,
    size: tuple[int, int] = (800, 533),
    tags: tuple[str, ...] = (),
) -> Media:
    scene = Scene(theme=theme, label=label, seed=2, width=size[0], height=size[1])
    kind = FORMATS[name.rpartition(".")[2].lower()]
    return Media(
        name=name,
        content=Content(lambda: encode(draw(scene), kind)),
        mime_type=f"image/{kind.lower()}",
        width=size[0],
        height=size[1],
        tags=tags,
    )


def _clip(name: str, theme: str) -> Media:
    def frame(step: int) -> bytes:
        scene = Scene(theme=theme, label=f"{name} {step:02}", seed=2, width=240, height=160)
        return encode(draw(scene), "JPEG")

    return Media(
        name=name,
        content=Content(lambda: movie([frame(n) for n in range(FRAMES)], 240, 160)),
        mime_type="video/mp4",
        width=240,
        height=160,
    )


def _blinking() -> bytes:
    """Two pictures that take turns."""
    pictures = [
        draw(Scene(theme="party", label=f"Blink {n}", seed=2, width=120, height=90)).quantize(32)
        for n in range(2)
    ]
    out = io.BytesIO()
    pictures[0].save(out, "GIF", save_all=True, append_images=pictures[1:], duration=600, loop=0)
    return out.getvalue()
