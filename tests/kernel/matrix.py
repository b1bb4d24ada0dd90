"""What a gallery holds before and after a tool was at work in it, seen from both sides.

def test_cp(mount, serve):
    trip = on_a_trip(mount, serve)
    run("cp", new, trip.album / "a.jpg").ok()
    trip.assert_now({"trip/a.jpg": data})
"""

import hashlib
import io
import json
import os
from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

from PIL import Image

from g3fs.demo.gallery3.snapshot import Shown, snapshot
from g3fs.demo.gallery3.soundness import complaints
from g3fs.demo.library import Album, Content, Library, Media, Remark
from g3fs.demo.metadata import with_capture_time
from g3fs.demo.server import DemoServer
from tests.kernel.conftest import MountFactory, Serve
from tests.kernel.remote import python
from tests.kernel.support import Mount, run, wait_for

NONE: Mapping[str, Any] = MappingProxyType({})
SIZE = (160, 120)
CAPTURED = 1_400_000_000
STAMP_NS = 1_234_567_890_123_456_789
"""A time that no server would give a file, to the nanosecond."""

_LOOK = """
import hashlib, json, mmap, os, sys

def directly(path):
    # Past the page cache, so that it is the file system which answers.
    digest, buffer = hashlib.sha256(), mmap.mmap(-1, 1 << 20)
    fd = os.open(path, os.O_RDONLY | os.O_DIRECT)
    offset = 0
    while count := os.preadv(fd, [buffer], offset):
        digest.update(buffer[:count])
        offset += count
    os.close(fd)
    return digest.hexdigest()

seen = {}
for top, _, names in os.walk(sys.argv[1]):
    for name in names:
        path = os.path.join(top, name)
        with open(path, "rb") as file:
            cached = hashlib.sha256(file.read()).hexdigest()
        stat = os.stat(path)
        answers = [cached, directly(path), stat.st_size, stat.st_mtime_ns]
        seen[os.path.relpath(path, sys.argv[1])] = answers
print(json.dumps(seen))
"""


def sha256(data: bytes) -> str:
    """In hex."""
    return hashlib.sha256(data).hexdigest()


def picture(number: int, kind: str = "JPEG", *, width: int = SIZE[0]) -> bytes:
    """A real picture of a few KB, different for each number; a JPEG says `photo NUMBER` inside."""
    pixels = bytes((x * number + y * 7) % 251 for y in range(SIZE[1]) for x in range(width))
    image = Image.frombytes("L", (width, SIZE[1]), pixels).convert("RGB")
    out = io.BytesIO()
    image.save(out, kind, **({"comment": f"photo {number}"} if kind == "JPEG" else {}))
    return out.getvalue()


def _dated(number: int) -> bytes:
    return with_capture_time(picture(number), CAPTURED + number)


def _photo(number: int, name: str) -> Media:
    return Media(
        name=name,
        content=Content(partial(_dated, number)),
        width=SIZE[0],
        height=SIZE[1],
        title=f"Photo {number}, as a person calls it",
        caption=f"Description {number}",
        captured=CAPTURED + number,
        tags=("sea", f"tag {number}"),
        remarks=(Remark(text=f"Comment {number}"), Remark(text="Another one", visitor="Eve")),
    )


def trip_library(*, photos: bool = True) -> Library:
    """Three albums; each photo has title, description, tags and comments."""
    ours = (_photo(1, "a.jpg"), _photo(2, "b.jpg"), _photo(3, "c.jpg")) if photos else ()
    trip = Album(name="trip", title="A trip", caption="By train", tags=("train",), children=ours)
    other = Album(name="other", title="Other", children=(_photo(4, "d.jpg"),) if photos else ())
    return Library(children=(trip, other, Album(name="empty")))


def holdings(server: DemoServer) -> Mapping[str, Shown]:
    """All items of a Gallery 3 by their paths; AssertionError if anything in it does not fit."""
    gallery = server.site.gallery
    with gallery.lock:
        assert complaints(gallery) == []
        return snapshot(gallery)


def media_of(held: Mapping[str, Shown]) -> dict[str, str | None]:
    """The digest of every photo and movie, by its path."""
    return {path: item.sha256 for path, item in held.items() if item.kind != "album"}


def assert_same_item(before: Shown, after: Shown, *, moved: bool = False) -> None:
    """Everything but the data is what it was; what follows from data or name may differ."""
    slug = after.slug if moved else before.slug
    assert replace(before, sha256=after.sha256, captured=after.captured, slug=slug) == after


def queued(mounted: Mount) -> list[tuple[str, str]]:
    """Stage and path of all local files."""
    text = run("cat", mounted.path / ".g3fs/queue.json").ok().stdout
    return [(file["stage"], file["path"]) for file in json.loads(text)["files"]]


class Seen:
    """A file as programs see it through the mount."""

    def __init__(self, cached: str, direct: str, size: int, mtime_ns: int) -> None:
        assert cached == direct, "the kernel's pages are what the file system has"
        self.sha256, self.size, self.mtime_ns = cached, size, mtime_ns


class Trip:
    """A mounted gallery that somebody is about to change."""

    def __init__(self, mounted: Mount) -> None:
        self.mounted, self.server = mounted, mounted.server
        self.top, self.album = mounted.path, mounted.path / "trip"
        self.first = holdings(mounted.server)
        """What the server held when it began."""

    def seen(self) -> dict[str, Seen]:
        """Every file that the mount shows, by its path."""
        found = json.loads(python(_LOOK, self.top).ok().stdout)
        return {path: Seen(*answers) for path, answers in found.items()}

    def original(self, path: str) -> bytes:
        """The bytes that a photo had at first."""
        return next(m.content.read() for n, m in self.server.library.media() if "/".join(n) == path)

    def assert_now(
        self,
        changes: Mapping[str, bytes | None],
        *,
        anew: Collection[str] = (),
        moved: Mapping[str, str] = NONE,
        here: Mapping[str, bytes] = NONE,
        refused: int = 0,
    ) -> dict[str, Seen]:
        """Both sides have what they had at first, but for these changes; what the mount shows.

        `changes`: new bytes by path, None for what is gone. What was there keeps everything but
        its bytes, unless it is in `anew`. `moved`: the old path of an item by its new one. `here`:
        bytes of files that only this machine has; `refused`: how many are in failed/.
        """
        waiting = len(here) + refused
        wait_for(lambda: len(queued(self.mounted)) == waiting, 20, "nothing else waits")
        held, wanted = holdings(self.server), media_of(self.first)
        wanted |= {new: self.first[old].sha256 for new, old in moved.items()}
        gone = {*moved.values()} - {*moved, *changes}
        wanted = {path: digest for path, digest in wanted.items() if path not in gone}
        wanted |= {path: sha256(data) if data else None for path, data in changes.items()}
        wanted = {path: digest for path, digest in wanted.items() if digest is not None}
        assert media_of(held) == wanted
        self._assert_identities(held, wanted, anew, moved)
        wanted |= {path: sha256(data) for path, data in here.items()}
        seen = self.seen()
        assert {path: file.sha256 for path, file in seen.items()} == wanted
        return seen

    def _assert_identities(
        self,
        held: Mapping[str, Shown],
        paths: Collection[str],
        anew: Collection[str],
        moved: Mapping[str, str],
    ) -> None:
        known = {item.id for item in self.first.values()}
        for path in {*paths, *moved}:
            before = self.first.get(moved.get(path, path))
            if path in anew or before is None:
                assert held[path].id not in known, path
            else:
                assert_same_item(before, held[path], moved=path in moved)
        present = {item.id for item in held.values()}
        for path, album in self.first.items():
            if album.kind == "album" and album.cover in present and path not in moved.values():
                assert held[path].cover == album.cover, path


def on_a_trip(mount: MountFactory, serve: Serve, *options: str) -> Trip:
    """A server with the library above, mounted with these options."""
    return Trip(mount(*options, server=serve(library=trip_library())))


def put(place: Path, data: bytes, *, stamp_ns: int = STAMP_NS) -> Path:
    """A file outside of the mount, with a time of its own."""
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(data)
    os.utime(place, ns=(stamp_ns, stamp_ns))
    return place
