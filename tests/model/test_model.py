"""The file system and a dictionary, side by side, through the same operations.

Operations are data; remote changes, faults and restarts are among them. What the dictionary says is
what a user expects: an operation that succeeded has happened, one that failed has not.

More by hand: pytest tests/model --hypothesis-profile=long --hypothesis-seed=1
"""

import os
import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import trio
from hypothesis import given, settings
from hypothesis import strategies as st

from g3fs.gallery.errors import GalleryError, NoSpace, ServerError, TimedOut, TooLarge, Unreachable
from g3fs.gallery.items import ORIGINAL, Album, Media
from g3fs.vfs.writing.names import is_staging
from tests.fakes import ROOT, FakeBackend
from tests.pictures import jpeg
from tests.unit.vfs.writing.disks import open_disk

OPERATIONS = 20
FILES = ("a.jpg", "b.jpg", "c__d.jpg", "a.png")
STAGED = ("a.jpg~", "b.jpg.part", ".a.jpg.Ab12Cd")
ALBUMS = ("one", "two")
FAULTS = (ServerError, TimedOut, Unreachable, TooLarge, NoSpace)
METHODS = ("mark", "create", "replace", "move", "delete", "make_album", "remove_album", "list")

paths = st.builds(
    lambda album, name: f"{album}/{name}" if album else name,
    st.sampled_from(("", *ALBUMS)),
    st.sampled_from(FILES + STAGED),
)
numbers = st.integers(1, 50)
operations = st.one_of(
    st.tuples(st.just("write"), paths, numbers),
    st.tuples(st.just("write"), paths, numbers),
    st.tuples(st.just("append"), paths, numbers),
    st.tuples(st.just("touch"), paths),
    st.tuples(st.just("save"), paths, numbers),
    st.tuples(st.just("backup"), paths, numbers),
    st.tuples(st.just("unlink"), paths),
    st.tuples(st.just("rename"), paths, paths),
    st.tuples(st.just("mkdir"), st.sampled_from(ALBUMS)),
    st.tuples(st.just("rmdir"), st.sampled_from(ALBUMS)),
    st.tuples(st.just("rename"), st.sampled_from(ALBUMS), st.sampled_from(ALBUMS)),
    st.tuples(st.just("read"), paths),
    st.tuples(st.just("remote add"), st.sampled_from(FILES), numbers),
    st.tuples(st.just("remote delete"), st.sampled_from(FILES)),
    st.tuples(st.just("remote replace"), st.sampled_from(FILES), numbers),
    st.tuples(st.just("fault"), st.sampled_from(METHODS), st.sampled_from(FAULTS)),
    st.tuples(st.just("restart")),
)


@dataclass
class Model:
    """What a user expects to see."""

    files: dict[str, bytes] = field(default_factory=dict)
    """Contents by path; empty files are those that were touched."""
    albums: set[str] = field(default_factory=set)


class Run:
    """One sequence of operations."""

    def __init__(self, backend: FakeBackend, place: Path, *, background: bool) -> None:
        self.backend = backend
        self.place = place
        self.background = background
        self.model = Model()

    async def go(self, sequence) -> None:
        todo = list(sequence)
        while todo:
            async with open_disk(self.backend, self.place, background=self.background) as here:
                await self.compare(here)
                while todo and todo[0][0] != "restart":
                    await self.step(here, todo.pop(0))
                self.backend.errors.clear()
                await here.sent()
                await self.compare(here)
            del todo[:1]
        self.check_server()

    async def step(self, here, operation) -> None:
        what, *args = operation
        method = getattr(self, what.replace(" ", "_"))
        await method(here, *args)

    # Operations; each tells the model what happened

    async def write(self, here, path, number) -> None:
        data = jpeg(number, 300)
        if await self.done(here.write(path, data)):
            self.model.files[path] = data

    async def append(self, here, path, number) -> None:
        """An edit in place; the picture stays a whole one."""
        if not self.model.files.get(path):
            return

        async def edit():
            fh = await here.open(path, os.O_RDWR)
            try:
                await here.changes.write(fh, len(self.model.files[path]), bytes([number]))
            finally:
                await here.close(fh)

        if await self.done(edit()):
            self.model.files[path] += bytes([number])

    async def touch(self, here, path) -> None:
        async def create():
            await here.close(await here.create(path))

        if await self.done(create()):
            assert path not in self.model.files
            self.model.files[path] = b""

    async def save(self, here, path, number) -> None:
        """A temporary file renamed over the name."""
        album, _, name = path.rpartition("/")
        temporary = f"{album}/.{name}.Zz99Zz" if album else f".{name}.Zz99Zz"
        await self.write(here, temporary, number)
        if temporary in self.model.files:
            await self.rename(here, temporary, path)
        if temporary in self.model.files:
            await self.unlink(here, temporary)

    async def backup(self, here, path, number) -> None:
        """The file renamed away, written anew, and the backup deleted."""
        kept = f"{path}~"
        if path not in self.model.files or kept in self.model.files:
            return
        await self.rename(here, path, kept)
        if kept in self.model.files:
            await self.write(here, path, number)
        if path in self.model.files and kept in self.model.files:
            await self.unlink(here, kept)

    async def unlink(self, here, path) -> None:
        if await self.done(here.unlink(path)):
            del self.model.files[path]

    async def rename(self, here, old, new) -> None:
        if old == new or not await self.done(here.rename(old, new)):
            return
        if old in self.model.files:
            self.model.files[new] = self.model.files.pop(old)
        else:
            self.rename_album(old, new)

    def rename_album(self, old, new) -> None:
        self.model.albums.discard(old)
        self.model.albums.add(new)
        for path in [path for path in self.model.files if path.startswith(f"{old}/")]:
            self.model.files[new + path[len(old) :]] = self.model.files.pop(path)

    async def mkdir(self, here, name) -> None:
        if await self.done(here.mkdir(name)):
            self.model.albums.add(name)

    async def rmdir(self, here, name) -> None:
        if await self.done(here.rmdir(name)):
            self.model.albums.remove(name)
            assert not [path for path in self.model.files if path.startswith(f"{name}/")]

    async def read(self, here, path) -> None:
        if path in self.model.files:
            assert await here.read(path) == self.model.files[path]
        else:
            album = path.rpartition("/")[0]
            if not album or album in self.model.albums:
                assert await here.attr(path) is None

    async def remote_add(self, here, name, number) -> None:
        stem = name.rpartition(".")[0]
        if any(path.startswith(f"{stem}.") for path in self.names_in_root()):
            return
        self.backend.add_media(name.replace("__", "_"), jpeg(number, 300))
        self.model.files[name.replace("__", "_")] = jpeg(number, 300)
        await here.refresh()

    async def remote_delete(self, here, name) -> None:
        found = self.on_server(name)
        if found is None or await self.is_local(here, name):
            return
        self.backend.remove(found.id)
        self.model.files.pop(name, None)
        await here.refresh()

    async def remote_replace(self, here, name, number) -> None:
        found = self.on_server(name)
        if found is None or await self.is_local(here, name):
            return
        self.backend.new_version(found, jpeg(number, 300))
        if name in self.model.files:
            self.model.files[name] = jpeg(number, 300)
        await here.refresh()

    async def fault(self, here, method, error) -> None:
        self.backend.fail_next(method, error("as planned"))

    # Comparing

    async def done(self, operation) -> bool:
        try:
            await operation
        except GalleryError:
            return False
        return True

    async def compare(self, here) -> None:
        """What a user sees is what the model says."""
        seen: dict[str, bytes] = {}
        albums = set()
        for album in ("", *ALBUMS):
            if album and await here.attr(album) is None:
                continue
            albums |= {album} - {""}
            for name in await here.names(album):
                path = f"{album}/{name}" if album else name
                if path not in ALBUMS:
                    seen[path] = await here.read(path)
        assert albums == self.model.albums
        assert seen == self.model.files

    def check_server(self) -> None:
        """What the server has: each file once, and no other."""
        expected = sorted(
            data for path, data in self.model.files.items() if data and not is_staging(path)
        )
        parked = sorted(
            data for path, data in self.model.files.items() if data and is_staging(path)
        )
        held = [
            self.backend.bytes[item.id, ORIGINAL, item.version]
            for item in self.backend.items.values()
            if isinstance(item, Media)
        ]
        for data in expected:
            assert data in held
            held.remove(data)
        assert all(data in parked for data in held)

    def names_in_root(self) -> list[str]:
        return [path for path in self.model.files if "/" not in path]

    def on_server(self, name) -> Media | None:
        found = [e.item for e in self.backend.children[ROOT] if e.name == name]
        item = found[0] if found else None
        return None if isinstance(item, Album) else item

    async def is_local(self, here, name) -> bool:
        """Whether what the server has under a name is not what is seen under it."""
        found = self.on_server(name)
        drafts = here.changes.drafts
        if found is None or drafts.is_hidden(found.id) or drafts.of_item(found.id):
            return True
        attr = await here.attr(name)
        return attr is None or here.inodes[attr.ino].node.item.id != found.id


settings.register_profile("long", max_examples=20_000, deadline=None, print_blob=True)


def run(sequence, *, background: bool) -> None:
    place = Path(tempfile.mkdtemp(prefix="g3fs-model-"))
    try:
        trio.run(Run(FakeBackend(), place, background=background).go, sequence)
    finally:
        shutil.rmtree(place)


@settings(max_examples=max(350, settings().max_examples), deadline=None)
@given(st.lists(operations, min_size=OPERATIONS, max_size=OPERATIONS))
def test_the_file_system_does_what_a_dictionary_does(sequence):
    run(sequence, background=False)


@settings(max_examples=max(150, settings().max_examples), deadline=None)
@given(st.lists(operations, min_size=OPERATIONS, max_size=OPERATIONS))
def test_files_that_are_sent_behind_look_as_if_they_were_there(sequence):
    run(sequence, background=True)
