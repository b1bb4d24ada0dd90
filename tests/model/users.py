"""What users do, to a file system and to a dictionary."""

import os
from collections.abc import Awaitable, Callable

from tests.model.expected import (
    File,
    Handle,
    Impossible,
    Model,
    album_of,
    beside,
    is_staged,
    is_whole,
    name_of,
    spelled,
    stem,
)
from tests.model.sidebyside import SIZE, TAGS, TITLE, Change, SideBySide
from tests.pictures import jpeg


class Writers(SideBySide):
    """Who writes files; each operation does its deed, and tells the dictionary what it means."""

    async def write(self, path: str, number: int) -> bool:
        return await self._write(path, jpeg(number, SIZE))

    async def write_cut_short(self, path: str, number: int) -> bool:
        await self.shut_all()
        return await self._write(path, jpeg(number, SIZE)[:-100])

    async def _write(self, path: str, data: bytes) -> bool:
        shown = self.find(path)
        anew = shown is None and self.model.parked(path, self.entries()) is None
        must = is_whole(data) or (shown is None and is_staged(path)) or anew
        must = must or (shown is not None and self.is_here(shown))
        must = must and (shown is not None or self.fits(path))
        return await self.stored(self.here.write(path, data), shown or path, data, must=must)

    async def stored(self, call: Awaitable[object], path: str, data: bytes, *, must: bool) -> bool:
        """A file was given new data as a whole, and closed."""
        parked = self.model.parked(path, self.entries())

        def made(model: Model) -> File:
            return model.files.get(path) or model.make(path, parked)

        def done(model: Model) -> None:
            made(model)
            model.written(path, data)

        def refused(model: Model) -> None:
            made(model).data = data
            model.refused_anew(path)

        def refused_beside(model: Model) -> None:
            """The photo that was renamed away is a file here now, and itself again."""
            name = beside(path, model.files[parked].own)
            refused(model)
            model.unparked(name, parked)

        def refused_late(model: Model) -> None:
            """All of it is there, but for what it was told before it was sent."""
            done(model)
            model.files[path].tags = model.files[path].title = None
            model.failed[model.key(path)] = data

        def refused_nameless(model: Model) -> None:
            """The same, under the name that the server gave it."""
            refused_late(model)
            file = model.files.pop(path)
            file.own = spelled(name_of(path))
            model.files[beside(path, file.own)] = file

        partly = [refused, refused_late, refused_nameless, *self.held_no_more(path)]
        partly += [refused_beside] if parked is not None else []
        partly = partly if album_of(path) in self.model.ids else []
        return await self.attempt(call, done, must=must, partly=partly)

    async def append(self, path: str, number: int) -> None:
        """An edit in place; the picture stays a whole one."""
        shown = self.find(path)
        before = self.model.files[shown].data if shown is not None else b""
        data = before + bytes([number])
        if not before:
            return

        async def edit() -> None:
            fh = await self.here.open(path, os.O_RDWR)
            try:
                await self.here.changes.write(fh, len(before), bytes([number]))
            finally:
                await self.here.close(fh)

        must = is_whole(data) or self.is_here(shown)
        if not must:
            await self.shut_all()
        await self.stored(edit(), shown, data, must=must)

    async def touch(self, path: str) -> None:
        parked = self.model.parked(path, self.entries())
        if self.find(path) is not None:
            return

        async def create() -> None:
            await self.here.close(await self.here.create(path))

        def done(model: Model) -> None:
            model.make(path, parked)

        await self.attempt(create(), done, must=self.fits(path), partly=self.held_no_more(path))

    async def empty(self, path: str) -> None:
        """Opened to be written anew, and closed without a byte: it is the old file again."""
        shown = self.find(path)
        if shown is None:
            return
        await self.shut_all()

        async def cut() -> None:
            await self.here.close(await self.here.open(path, os.O_WRONLY | os.O_TRUNC))

        def done(model: Model) -> None:
            file = model.files[shown]
            if file.id is None and not file.waits:
                file.data, file.mtime_ns = b"", None

        await self.attempt(cut(), done)

    async def truncate(self, path: str, size: int) -> None:
        await self.shut_all()
        shown = self.find(path)
        if shown is None:
            return
        data = self.model.files[shown].data[:size].ljust(size, b"\0")
        call = self.here.truncate(path, size)
        if size:
            await self.stored(call, shown, data, must=False)
        else:
            await self.attempt(call, lambda model: model.written(shown, b""))

    # Open files

    async def open(self, slot: int, path: str, writes: bool) -> None:
        shown = self.find(path)
        if slot in self.model.handles or shown is None:
            return
        flags = os.O_RDWR if writes else os.O_RDONLY

        async def opened() -> int:
            return await self.here.open(path, flags)

        await self._opened(slot, shown, opened, lambda _: None)

    async def begin(self, slot: int, path: str, number: int) -> None:
        """Create a file, or empty it, and write it; it stays open."""
        shown = self.find(path)
        parked = self.model.parked(path, self.entries())
        if slot in self.model.handles:
            return
        data = jpeg(number, SIZE)

        async def opened() -> int:
            if shown is None:
                fh = await self.here.create(path)
            else:
                fh = await self.here.open(path, os.O_RDWR | os.O_TRUNC)
            await self.here.changes.write(fh, 0, data)
            return fh

        def change(model: Model) -> None:
            file = model.files[shown] if shown is not None else model.make(path, parked)
            file.data, file.dirty, file.mtime_ns = data, True, None

        await self._opened(slot, shown or path, opened, change)

    async def _opened(
        self,
        slot: int,
        path: str,
        opened: Callable[[], Awaitable[int]],
        change: Callable[[Model], None],
    ) -> None:
        handles: list[int] = []

        async def call() -> None:
            handles.append(await opened())

        def done(model: Model) -> None:
            change(model)
            model.handles[slot] = Handle(model.files[path], handles[0])

        must = path in self.model.files or self.fits(path)
        await self.attempt(call(), done, must=must, partly=self.held_no_more(path))

    async def put(self, slot: int, place: int, number: int) -> None:
        """Change a few bytes in the middle of an open file."""
        handle = self.model.handles.get(slot)
        if handle is None:
            return
        offset, data = 60 + place * 10, bytes([number] * 3)

        def done(model: Model) -> None:
            file = model.handles[slot].file
            old = file.data.ljust(offset, b"\0")
            file.data = old[:offset] + data + old[offset + len(data) :]
            file.dirty, file.mtime_ns = True, None

        await self.attempt(self.here.changes.write(handle.fh, offset, data), done)

    async def look(self, slot: int) -> None:
        handle = self.model.handles.get(slot)
        if handle is not None and handle.file.linked:
            with self.calm():
                data = await self.here.fs.read(handle.fh, 0, 10_000)
            assert data == handle.file.data, "an open file reads as something else"

    async def sync(self, slot: int) -> None:
        handle = self.model.handles.get(slot)
        if handle is not None:
            await self.here.changes.fsync(handle.fh)

    async def shut(self, slot: int) -> None:
        """Close a file; if it was written, it is sent now."""
        handle = self.model.handles.pop(slot, None)
        if handle is None:
            return
        path, data = self.model.path_of(handle.file), handle.file.data
        if path is None or not handle.file.dirty or not data:
            with self.calm():
                await self.here.close(handle.fh)
                await self.settle()
            return
        must = is_whole(data) or self.is_here(path)
        handles = [handle.fh]
        if not must or any(self.planned()):
            # A file that is refused is shown until its last handle is closed.
            same = [each for each, other in self.model.handles.items() if other.file is handle.file]
            handles += [self.model.handles.pop(each).fh for each in same]

        async def close() -> None:
            try:
                await self.here.close(handles.pop(0))
            finally:
                for fh in handles:
                    self.here.fs.release(fh)

        await self.stored(close(), path, data, must=must)

    async def shut_all(self) -> None:
        for slot in tuple(self.model.handles):
            await self.shut(slot)

    # What is possible

    def held_no_more(self, path: str) -> list[Change]:
        """A photo whose deletion was held back is there again: it could not be deleted."""

        def change(model: Model) -> None:
            model.files[path] = model.held.pop(path)
            model.files[path].linked = True

        return [change] if path in self.model.held else []

    def is_here(self, path: str) -> bool:
        """Whether it is a file that stays on this machine, whatever its data is."""
        return is_staged(path) and self.model.files[path].id is None

    def fits(self, path: str, moved: File | None = None) -> bool:
        """Whether a new file, or one that is moved, can have a name that nothing has."""
        model, album = self.model, album_of(path)
        if album not in model.ids:
            return False
        if is_staged(path):
            return True
        parked = model.parked(path, self.entries())
        own = {moved.id} if moved is not None else set()
        own |= {model.files[parked].id} if parked is not None else set()
        own |= {model.held[path].id} if path in model.held else set()
        server = {
            stem(entry.name)
            for entry in self.backend.children[model.ids[album]]
            if entry.item.id not in own
        }
        local = {
            stem(name_of(shown))
            for shown, file in model.in_album(album)
            if file is not moved and file.id is None and not is_staged(shown)
        }
        return stem(name_of(path)) not in server | local


class Users(Writers):
    """Who tags files as well."""

    async def tag(self, path: str, tags: str) -> None:
        shown = self.find(path)

        def done(model: Model) -> None:
            _known(model, shown).tags = tags

        await self.attempt(self.here.set(path, TAGS, tags), done, must=shown is not None)

    async def call(self, path: str, title: str) -> None:
        shown = self.find(path)

        def done(model: Model) -> None:
            _known(model, shown).title = title

        await self.attempt(self.here.set(path, TITLE, title), done, must=shown is not None)

    async def date(self, path: str, number: int) -> None:
        shown, time_ns = self.find(path), number * 10**15 + number

        def done(model: Model) -> None:
            _known(model, shown).mtime_ns = time_ns

        await self.attempt(self.here.utimens(path, time_ns), done, must=shown is not None)

    async def read(self, path: str) -> None:
        shown = self.find(path)
        with self.calm():
            if shown is not None:
                assert await self.here.read(path) == self.model.files[shown].data
            elif album_of(path) in self.model.ids:
                assert await self.here.attr(path) is None


def _known(model: Model, path: str | None) -> File:
    if path is None:
        raise Impossible("there was no such file")
    return model.files[path]
