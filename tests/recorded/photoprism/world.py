"""The library of the recordings, as far as they show it, and what their names stand for here."""

import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass

from PIL import Image

from g3fs.demo.library import Album, Collection, Content, Library, Media
from g3fs.demo.metadata import with_capture_time
from g3fs.demo.movies import movie
from g3fs.demo.photoprism.accounts import Session
from g3fs.demo.photoprism.heif import heif
from g3fs.demo.photoprism.options import Options
from g3fs.demo.photoprism.state import State
from g3fs.demo.photoprism.times import read

KEY = "012345-012345-012345-012345"
LIMITED_KEY = "111111-111111-111111-111111"
GUEST_KEY = "fedcba9876543210fedcba9876543210fedcba9876543210"
OPTIONS = Options(
    own_site="http://photoprism.example/",
    converter=False,
    features_off=frozenset(("people",)),
    keys={"admin": KEY},
    passwords={"admin": "secret99"},
    tokens={"admin": ("dltoken1", "pvtoken1"), "guest": ("dltoken2", "pvtoken2")},
)


@dataclass(frozen=True)
class Picture:
    """A file with the size in bytes that the recordings tell; its pixels are anything."""

    size: int
    taken: str = ""
    kind: str = "JPEG"
    pixels: tuple[int, int] = (800, 600)
    shade: int = 0

    def data(self) -> bytes:
        data = self._made()
        assert len(data) <= self.size, (self, len(data))
        return data.ljust(self.size, bytes((self.shade,)))

    def _made(self) -> bytes:
        image = Image.new("RGB", self.pixels, (40, 110, self.shade))
        out = io.BytesIO()
        image.save(out, "JPEG" if self.kind in ("HEIC", "MOVIE") else self.kind, **self._options())
        data = out.getvalue()
        if self.kind == "HEIC":
            return heif(data, *self.pixels)
        if self.kind == "MOVIE":
            return movie([data] * 2, *self.pixels, frames_per_second=1)
        if self.kind == "JPEG" and self.taken:
            return with_capture_time(data, read(self.taken) // 1_000_000_000)
        return data

    def _options(self) -> dict[str, int]:
        return {"quality": 50} if self.kind in ("JPEG", "HEIC", "MOVIE", "WEBP") else {}


SEEDED: Mapping[str, Picture] = {
    "2016/04/old.jpg": Picture(20000, "2016-04-04T04:04:04Z", shade=1),
    **{
        f"2023/summer/IMG_000{n}.jpg": Picture(
            {1: 37633, 3: 33815, 7: 41588}.get(n, 30000 + n), f"2023-07-0{n}T12:00:0{n}Z", shade=n
        )
        for n in range(1, 8)
    },
    "2023/winter/DSC_0001.jpg": Picture(
        40000, "2023-12-21T07:30:00Z", pixels=(1200, 800), shade=11
    ),
    "2023/winter/DSC_0004.jpg": Picture(40001, "2023-12-24T07:30:00Z", shade=12),
    "burst/B0.jpg": Picture(30000, "2020-02-02T02:02:02Z", shade=13),
    "burst/B1.jpg": Picture(30001, "2020-02-02T02:02:03Z", shade=14),
    "clips/movie.mp4": Picture(125218, kind="MOVIE", pixels=(640, 360), shade=15),
    "formats/iphone.heic": Picture(27454, kind="HEIC", pixels=(640, 480), shade=16),
    "formats/pic.png": Picture(13159, kind="PNG", shade=17),
    "formats/pic.tif": Picture(1500000, kind="TIFF", shade=18),
    "formats/pic.webp": Picture(17394, kind="WEBP", shade=19),
    "live/IMG_9000.jpg": Picture(24309, "2022-09-09T09:09:09Z", pixels=(640, 480), shade=20),
    "live/IMG_9000.mov": Picture(18095, kind="MOVIE", pixels=(640, 480), shade=21),
    "odd/日本 写真.jpg": Picture(34625, "2021-01-01T01:01:01Z", shade=22),
    "stack/pair.png": Picture(12813, kind="PNG", shade=23),
    "stack/pair.webp": Picture(20001, kind="WEBP", shade=24),
    "stack/single.jpg": Picture(20002, "2021-03-04T10:00:00Z", shade=25),
}
SENT: Mapping[int, Picture] = {
    20899: Picture(20899, "2024-05-02T12:34:56Z", pixels=(640, 480), shade=31),
    21250: Picture(21250, "2019-01-02T03:04:05Z", pixels=(640, 480), shade=32),
    20640: Picture(20640, "2019-01-02T03:04:05Z", pixels=(640, 480), shade=33),
    21096: Picture(21096, "2019-01-02T03:04:06Z", pixels=(640, 480), shade=34),
    27761: Picture(27761, "2019-01-02T03:04:07Z", pixels=(640, 480), shade=35),
    21054: Picture(21054, "2016-05-05T05:05:05Z", pixels=(640, 480), shade=36),
}
"""What stood where a recording says "<20899 bytes>"."""


def content(size: int) -> bytes:
    """A request body of the recorded size."""
    return b"hello" if size == 5 else SENT[size].data()


def library() -> Library:
    """All files of `SEEDED` in their folders."""
    folders: dict[str, list[Media]] = {}
    for path, picture in SEEDED.items():
        folder, _, name = path.rpartition("/")
        folders.setdefault(folder, []).append(_media(name, picture))
    top: dict[str, list[Album | Media]] = {}
    for folder, media in folders.items():
        first, _, below = folder.partition("/")
        top.setdefault(first, []).extend(
            [Album(name=below, children=tuple(media))] if below else media
        )
    return Library(
        children=tuple(Album(name=name, children=tuple(nodes)) for name, nodes in top.items()),
        users=("guest",),
        collections=(
            Collection(
                title="Roma 2023",
                members=("2023/summer/IMG_0007.jpg",),
                description="Great",
                category="Trips",
                location="Rome",
            ),
            Collection(
                title="Summer by the sea",
                members=tuple(f"2023/summer/IMG_000{n}.jpg" for n in (7, 3, 5)),
            ),
        ),
    )


def _media(name: str, picture: Picture) -> Media:
    reviewed = name in ("DSC_0001.jpg", "DSC_0004.jpg", "IMG_0007.jpg")
    titles = {"movie.mp4": "Clip title"}
    tags = {"DSC_0001.jpg": ("updl",), "old.jpg": ("davlabel",)}
    return Media(
        name=name,
        content=Content(picture.data),
        title=titles.get(name),
        tags=tags.get(name, ()),
        unreviewed=not reviewed,
        place=(52.5, 13.4, "zz", "Unknown") if name == "IMG_0004.jpg" else None,
    )


def prepare(state: State) -> None:
    """What people and programs had done before the recordings began."""
    tower = _photo(state, "2023/summer/IMG_0001.jpg")
    tower.title, tower.title_src = "Tower at noon", "meta"
    tower.caption, tower.caption_src = "A tall tower in the city", "meta"
    tower.taken, tower.time_zone = read("2023-07-01T10:00:01Z"), "Europe/Paris"
    tower.lat, tower.lng, tower.place_src = 48.8584, 2.2945, "meta"
    odd = _photo(state, "2023/summer/IMG_0004.jpg")
    odd.title, odd.title_src = '<b>x</b> 😀 "q" \\ \n nl', "manual"
    odd.taken = odd.taken_local = read("2020-06-07T08:00:00Z")
    for name in SEEDED:
        if name.startswith("2023/"):
            _photo(state, name).checked = tower.created
        if name.startswith("2023/summer"):
            photo = _photo(state, name)
            photo.camera_make, photo.camera_model = "Canon", "EOS 6D"
    roma = next(a for a in state.catalog.live_albums("album") if a.title == "Roma 2023")
    roma.caption, roma.notes, roma.order = "cap", "nn", "bogus"
    state.accounts.make_app_password(state.accounts.admin, "albums files photos", key=LIMITED_KEY)
    state.accounts.make_client("cli1", id="ctaaaaaaaaaaaaaa", secret=KEY_OF_CLIENT)
    guest = state.accounts.users["guest"]
    state.accounts.keep(Session(key=GUEST_KEY, user=guest, provider="local"))


KEY_OF_CLIENT = "0123456789abcdef0123456789abcdef"


def _photo(state: State, name: str):
    return state.catalog.photos[state.catalog.file_named(name).photo_uid]


PHOTOS = {
    "ptouhlub1nl2t7gk": "2023/summer/IMG_0001.jpg",
    "ptouhlu7xt0671if": "2023/summer/IMG_0003.jpg",
    "ptouhlu3dz0ixau2": "2023/summer/IMG_0004.jpg",
    "ptouhlvs2a7zzemt": "2023/summer/IMG_0007.jpg",
    "ptouhlwlcrxbmjk6": "2023/winter/DSC_0004.jpg",
    "ptouhwn54b9e15oj": "burst/B0.jpg",
    "ptouhwnp78dlr7cb": "burst/B1.jpg",
    "ptouhwnmlu04nrz8": "clips/movie.mp4",
    "ptouhwoklfmvvtpf": "formats/pic.png",
}
FILES = {
    "ftouhwp0anw99x66": "formats/pic.png",
    "ftouhwo3ilwqgwem": "formats/pic.tif",
    "ftouhwonfcnap21g": "formats/pic.webp",
}
HASHES = {
    "aae35acd3e3f1c99b4c5a76fa8134db1f7c4e1a2": "2023/summer/IMG_0001.jpg",
    "5f1d98ba691a79048ef749f17ecfd8b356ced9b5": "2023/summer/IMG_0003.jpg",
    "7ad5a223ece348c0b93ce69c4086e20c7ecc5438": "odd/日本 写真.jpg",
    "de65a1893218528c85f39a8cb18f21cd6e3efa76": "clips/movie.mp4",
}
SENT_HASHES = {
    "91874a610a62289992024489bca81c3b94c5637a": 20899,
    "a03586c5b831ee2db5b1178fa37bb7650658847a": 21250,
    "f2339793542f60456f12e671df1167da61339f28": 20640,
    "098554737b924aea5b16abea1dfcdebfa3a100a7": 21096,
}


def names(state: State) -> dict[str, str]:
    """What the names in the recordings are here, those that requests use before answers do."""
    catalog, users = state.catalog, state.accounts.users
    album = next(a for a in catalog.live_albums("album") if a.title == "Summer by the sea")
    labels = {label.slug: label.uid for label in catalog.labels.values()}
    return {
        **{name: catalog.file_named(path).photo_uid for name, path in PHOTOS.items()},
        **{name: catalog.file_named(path).uid for name, path in FILES.items()},
        **{name: catalog.file_named(path).hash for name, path in HASHES.items()},
        **{name: hashlib.sha1(content(size)).hexdigest() for name, size in SENT_HASHES.items()},
        "atouipcoaig8r03k": album.uid,
        "utouhix8nk6l9kt4": users["admin"].uid,
        "utouhrb09unhtz6p": users["guest"].uid,
        "ltoui9dqnj2k9911": labels["davlabel"],
        "ltouibbxstv6jxj9": labels["updl"],
        "dtouilxddlmdfgfn": catalog.folder_at("/", "2016").uid,
        '"PhotoID": 7,': f'"PhotoID": {_photo(state, PHOTOS["ptouhlvs2a7zzemt"]).id},',
    }
