"""The library that `g3fs demo` shows: three levels of albums, pictures of several formats."""

from collections.abc import Mapping
from datetime import UTC, datetime

from g3fs.demo.library import Album, Audience, Content, Library, Media, Remark, Right, Rule
from g3fs.demo.metadata import with_capture_time, with_iptc
from g3fs.demo.movies import movie
from g3fs.demo.pictures import Scene, draw, encode

FORMATS: Mapping[str, str] = {"jpg": "JPEG", "png": "PNG", "gif": "GIF", "webp": "WEBP"}
MOVIE_FRAMES = 40


def sample_library() -> Library:
    """About forty pictures and a movie. Nothing is drawn before it is read."""
    return Library(
        children=(
            _holidays(),
            _city(),
            _family(),
            _formats(),
            _previews(),
            _dropbox(),
            _shared(),
            _members_only(),
            _private(),
            _photo("welcome.jpg", "garden", "Welcome", tags=("garden",), title="Welcome"),
        )
    )


def _holidays() -> Album:
    sea = tuple(
        _photo(f"sea-{n}.jpg", "sea", f"Day {n} at the sea", day=f"2024-07-{13 + n} 16:20:00",
               tags=("Sea", "Holiday"), caption="A day at the sea" if n == 1 else None,
               remarks=_remarks() if n == 1 else ())
        for n in range(1, 7)
    )  # fmt: skip
    summit = Album(
        name="summit",
        title="The summit",
        children=tuple(
            _photo(f"summit {n}.jpg", "snow", f"Summit {n}", day=f"2024-07-22 1{n}:05:00",
                   tags=("Snow", "Holiday"))
            for n in range(1, 5)
        ),
    )  # fmt: skip
    hills = tuple(
        _photo(f"hill-{n}.jpg", "hills", f"Hill walk {n}", day=f"2024-07-21 0{n}:30:00",
               tags=("Hills",), title=None if n > 2 else f"Über alle Hügel, Teil {n}")
        for n in range(1, 6)
    )  # fmt: skip
    return Album(
        name="holidays",
        title="Holidays 2024",
        caption="Sea and hills",
        tags=("Holiday",),
        children=(
            Album(name="sea", title="By the sea", children=(*sea, _movie())),
            Album(name="hills", title="In the hills", children=(*hills, summit)),
        ),
    )


def _city() -> Album:
    night = Album(
        name="By night",
        children=tuple(
            _photo(f"night_{n}.jpg", "night", f"Night {n}", day=f"2023-11-0{n} 22:10:00",
                   tags=("Night", "City"))
            for n in range(1, 5)
        ),
    )  # fmt: skip
    day = tuple(
        _photo(f"skyline {n}.JPG", "city", f"Skyline {n}", day=f"2023-11-0{n} 11:00:00",
               tags=("City",), caption="Nach dem Regen, später am Tag" if n == 2 else None)
        for n in range(1, 5)
    )  # fmt: skip
    return Album(name="東京 2023", title="東京 2023", children=(*day, night))


def _family() -> Album:
    return Album(
        name="Família",
        title="Família & amigos",
        caption="Aniversários",
        children=tuple(
            _photo(name, "party", label, day=f"2022-05-{10 + n} 15:00:00", title=title,
                   tags=("Família", "Party"))
            for n, (name, label, title) in enumerate((
                ("Ana faz 5 anos.jpg", "Ana is five", "Ana faz 5 anos"),
                ("Avó Conceição.jpg", "Grandmother", "Avó Conceição"),
                ("Žofie a Łukasz.jpg", "Zofie and Lukasz", "Žofie a Łukasz"),
                ("Дети.jpg", "The children", "Дети во дворе"),
                ("ça va ~ 100%.jpg", "Fine", "ça va ~ 100%"),
            ))
        ),
    )  # fmt: skip


def _formats() -> Album:
    return Album(
        name="formats",
        title="Other formats",
        children=(
            _photo("chart.png", "snow", "PNG", size=(900, 600)),
            _photo("balloons.gif", "party", "GIF", size=(480, 320)),
            _photo("meadow.webp", "garden", "WEBP", size=(1000, 700)),
            _photo("tiny.png", "garden", "png", size=(120, 90)),
            _photo("portrait.jpg", "hills", "Portrait", size=(800, 1200)),
        ),
    )


def _previews() -> Album:
    return Album(
        name="previews",
        title="Previews only",
        caption="Only administrators get the originals",
        rules=_deny("view_full", "guests", "members"),
        children=(
            _photo("proof-1.jpg", "city", "Proof 1"),
            _photo("proof-2.jpg", "sea", "Proof 2"),
        ),
    )


def _dropbox() -> Album:
    add = Rule(audience="members", right="add", allowed=True)
    return Album(name="dropbox", title="Dropbox", caption="Members may add", rules=(add,))


def _shared() -> Album:
    return Album(
        name="shared",
        title="Shared",
        caption="Members may add and edit",
        rules=(
            Rule(audience="members", right="add", allowed=True),
            Rule(audience="members", right="edit", allowed=True),
        ),
        children=(_photo("team.jpg", "party", "Team", tags=("Party",)),),
    )


def _members_only() -> Album:
    return Album(
        name="members",
        title="Members only",
        rules=_deny("view", "guests"),
        children=(_photo("meeting.jpg", "city", "Meeting"),),
    )


def _private() -> Album:
    return Album(
        name="private",
        title="Private",
        rules=_deny("view", "guests", "members"),
        children=(
            _photo("diary.jpg", "night", "Diary"),
            Album(name="deeper", children=(_photo("secret.jpg", "snow", "Secret"),)),
        ),
    )


def _deny(right: Right, *audiences: Audience) -> tuple[Rule, ...]:
    return tuple(Rule(audience=who, right=right, allowed=False) for who in audiences)


def _remarks() -> tuple[Remark, ...]:
    return (
        Remark(text="Lovely!", author="admin", created=1725190000),
        Remark(text="Água fria? Brrr.\nSecond line.", author="bob", created=1725190100),
        Remark(text="Hello from a visitor", visitor="Ann Visitor", published=False),
    )


def _photo(  # noqa: PLR0913 - a table row with names, private to this page
    name: str,
    theme: str,
    label: str,
    *,
    day: str | None = None,
    size: tuple[int, int] = (1200, 800),
    title: str | None = None,
    caption: str | None = None,
    tags: tuple[str, ...] = (),
    remarks: tuple[Remark, ...] = (),
) -> Media:
    scene = Scene(theme=theme, label=label, seed=1, width=size[0], height=size[1])
    kind = FORMATS[name.rpartition(".")[2].lower()]
    captured = _seconds(day) if day else None

    def make() -> bytes:
        data = encode(draw(scene), kind)
        if captured is not None:
            data = with_capture_time(data, captured)
        if kind == "JPEG" and (tags or caption):
            data = with_iptc(data, tags, caption)
        return data

    return Media(
        name=name,
        content=Content(make),
        mime_type=f"image/{kind.lower()}",
        width=size[0],
        height=size[1],
        title=title,
        caption=caption,
        captured=captured,
        tags=tags,
        remarks=remarks,
    )


def _movie() -> Media:
    def frame(step: int) -> bytes:
        scene = Scene(theme="sea", label=f"Waves {step:02}", seed=1, width=320, height=240)
        return encode(draw(scene), "JPEG")

    return Media(
        name="waves.mp4",
        content=Content(lambda: movie([frame(n) for n in range(MOVIE_FRAMES)], 320, 240)),
        mime_type="video/mp4",
        width=320,
        height=240,
        title="Waves",
        tags=("Sea",),
    )


def _seconds(day: str) -> int:
    return int(datetime.strptime(day, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC).timestamp())
