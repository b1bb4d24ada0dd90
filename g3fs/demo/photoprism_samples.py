"""The library that `g3fs demo --kind photoprism` shows: folders, stacks, movies, albums, people."""

import io
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from g3fs.demo.library import Album, Collection, Content, Library, Media
from g3fs.demo.metadata import with_capture_time
from g3fs.demo.movies import movie
from g3fs.demo.photoprism.heif import heif
from g3fs.demo.pictures import Scene, draw, encode

SIZE = (720, 480)
SMALL = (320, 240)
VIENNA = (48.2082, 16.3738, "at", "Wien")


def sample_library() -> Library:
    """Some fifty files. They are drawn when the server starts: it must know their hashes."""
    return Library(
        children=(
            _year_2023(),
            _year_2024(),
            _formats(),
            _family(),
            _photo("welcome.jpg", "garden", "Welcome", title="Welcome", favorite=True),
        ),
        users=("guest",),
        collections=(*_albums(), *_searches()),
    )


def _year_2023() -> Album:
    summer = tuple(
        _photo(f"IMG_{n:04}.jpg", "sea", f"Day {n} at the sea", day=f"2023-07-{n:02} 12:00:0{n}",
               tags=("Sea", "Holiday") if n < 5 else (), favorite=n == 3,
               caption="Wind and waves" if n == 1 else None)
        for n in range(1, 7)
    )  # fmt: skip
    evenings = tuple(
        _photo(f"evening {n}.jpg", "night", f"Evening {n}", day=f"2023-07-0{n} 21:40:00")
        for n in range(1, 4)
    )
    vienna = tuple(
        _photo(f"wien-{n}.jpg", "city", f"Vienna {n}", day=f"2023-12-2{n} 10:00:00",
               tags=("City",), place=VIENNA, people=("Ana",) if n == 1 else ())
        for n in range(1, 5)
    )  # fmt: skip
    return Album(
        name="2023",
        children=(
            Album(name="summer", children=(*summer, Album(name="evenings", children=evenings))),
            Album(name="winter", children=vienna),
        ),
    )


def _year_2024() -> Album:
    hills = tuple(
        _photo(f"hill-{n}.jpg", "hills", f"Hill {n}", day=f"2024-05-1{n} 09:30:00",
               tags=("Hills",), private=n == 4, archived=n == 5, unreviewed=n == 6)
        for n in range(1, 7)
    )  # fmt: skip
    clips = Album(
        name="clips",
        children=(
            _movie("waves.mp4", "sea", 40, title="Waves"),
            _photo("IMG_9000.jpg", "sea", "Live", day="2024-05-20 14:00:00"),
            _movie("IMG_9000.mov", "sea", 20),
        ),
    )
    return Album(name="2024", children=(Album(name="hills", children=hills), clips))


def _formats() -> Album:
    return Album(
        name="formats",
        children=(
            _photo("pic.jpg", "snow", "A stack", day="2022-02-02 08:00:00"),
            _picture("pic.png", "snow", "A stack", "PNG"),
            _picture("meadow.webp", "garden", "WEBP", "WEBP"),
            _picture("still.gif", "party", "GIF", "GIF"),
            _animation(),
            _heic(),
            _photo("sunrise.jpg", "hills", "Sunrise", unreviewed=True),
            Media(name="sunrise.xmp", content=Content(lambda: XMP), mime_type="text/plain"),
        ),
    )


def _family() -> Album:
    names = ("Ana faz 5 anos.jpg", "Avó Conceição.jpg", "Žofie a Łukasz.jpg", "Дети.jpg",
             "日本 写真.jpg", "ça va ~ 100%.jpg", "a&b (1).jpg")  # fmt: skip
    return Album(
        name="Família & amigos",
        children=tuple(
            _photo(name, "party", f"Party {n}", day=f"2022-05-{10 + n} 15:00:00",
                   tags=("Família",), people=("Ana", "Žofie") if n < 2 else ())
            for n, name in enumerate(names)
        ),
    )  # fmt: skip


def _albums() -> tuple[Collection, ...]:
    sea = tuple(f"2023/summer/IMG_{n:04}.jpg" for n in range(1, 5))
    hills = tuple(f"2024/hills/hill-{n}.jpg" for n in range(1, 5))
    return (
        Collection(title="Summer by the sea", members=(*sea, "2024/clips/waves.mp4"),
                   description="Four days", location="Sea", favorite=True),
        Collection(title="Best of", members=(sea[2], hills[0], "welcome.jpg"), category="Trips"),
        Collection(title="Trip", members=hills[:2]),
        Collection(title="Trip", members=hills[2:]),
        Collection(title="2023/24: before & after", members=(sea[0], hills[1])),
        Collection(title="...", members=(sea[1],)),
        Collection(title="..", members=(hills[0],)),
        Collection(title="Aniversários 🎂", members=("Família & amigos/Ana faz 5 anos.jpg",
                                                    "Família & amigos/Дети.jpg")),
        Collection(title="Formats", members=("formats/pic.jpg", "formats/phone.heic",
                                             "formats/balloons.gif", "2024/clips/IMG_9000.jpg")),
        Collection(title="Empty"),
    )  # fmt: skip


def _searches() -> tuple[Collection, ...]:
    return (
        Collection(title="Holiday", kind="moment", search="label:holiday public:true"),
        Collection(title="Wien", kind="state", search="country:at state:Wien public:true"),
    )


def _photo(name: str, theme: str, label: str, *, day: str | None = None, **facts: object) -> Media:
    captured = _seconds(day) if day else None
    scene = Scene(theme=theme, label=label, seed=2, width=SIZE[0], height=SIZE[1])

    def make() -> bytes:
        data = encode(draw(scene), "JPEG")
        return data if captured is None else with_capture_time(data, captured)

    plain = Media(
        name=name, content=Content(make), width=SIZE[0], height=SIZE[1], captured=captured
    )
    return replace(plain, **facts)  # type: ignore[arg-type]  # fields of Media, from this page


KINDS: Mapping[str, str] = {"PNG": "image/png", "GIF": "image/gif", "WEBP": "image/webp"}


def _picture(name: str, theme: str, label: str, kind: str) -> Media:
    scene = Scene(theme=theme, label=label, seed=2, width=SMALL[0], height=SMALL[1])
    content = Content(lambda: encode(draw(scene), kind))
    return Media(name=name, content=content, mime_type=KINDS[kind], width=SMALL[0], height=SMALL[1])


def _animation() -> Media:
    def make() -> bytes:
        frames = [
            draw(Scene(theme="party", label=f"Balloons {n}", seed=n, width=160, height=120))
            for n in range(4)
        ]
        out = io.BytesIO()
        frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], duration=200, loop=0)
        return out.getvalue()

    return Media(
        name="balloons.gif", content=Content(make), mime_type="image/gif", width=160, height=120
    )


def _heic() -> Media:
    scene = Scene(theme="snow", label="HEIC", seed=2, width=SMALL[0], height=SMALL[1])
    content = Content(lambda: heif(encode(draw(scene), "JPEG"), *SMALL))
    return Media(
        name="phone.heic", content=content, mime_type="image/heic", width=SMALL[0],
        height=SMALL[1],
    )  # fmt: skip


def _movie(name: str, theme: str, frames: int, title: str | None = None) -> Media:
    def frame(step: int) -> bytes:
        scene = Scene(theme=theme, label=f"{step:02}", seed=2, width=SMALL[0], height=SMALL[1])
        return encode(draw(scene), "JPEG")

    def make() -> bytes:
        return movie([frame(n) for n in range(frames)], *SMALL)

    kind = "video/quicktime" if name.endswith(".mov") else "video/mp4"
    return Media(
        name=name, content=Content(make), mime_type=kind, width=SMALL[0], height=SMALL[1],
        title=title,
    )  # fmt: skip


XMP = b"""<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF
 xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/></x:xmpmeta>
"""


def _seconds(day: str) -> int:
    return int(datetime.strptime(day, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC).timestamp())
