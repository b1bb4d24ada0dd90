"""What users do to names, and the ways in which programs save."""

from trio.testing import wait_all_tasks_blocked

from g3fs.gallery.ids import ItemId
from g3fs.vfs.names import numbered
from tests.model.expected import (
    File,
    Impossible,
    Model,
    album_of,
    beside,
    is_staged,
    is_whole,
    name_of,
    spelled,
)
from tests.model.sidebyside import HOLD_S, Change
from tests.model.users import Users


class Movers(Users):
    """Who renames, deletes, and makes albums."""

    async def unlink(self, path: str) -> bool:
        shown = self.find(path)
        held = self.here.changes.drafts._held_items
        before = set(held)

        async def call() -> None:
            await self.here.unlink(path)
            self.sleeping += len(held - before)

        def done(model: Model) -> None:
            if shown is None:
                raise Impossible("there was no such file")
            file = model.removed(shown)
            if held - before:
                model.held[shown] = file

        return await self.attempt(call(), done, must=shown is not None)

    async def rename(self, old: str, new: str) -> bool:
        if old in self.model.albums:
            return await self._rename_album(old, new)
        source, target = self.find(old), self.find(new)
        if source is None or new in self.model.albums:
            return await self.attempt(self.here.rename(old, new), _impossible)
        if source == target:
            return True  # the kernel does nothing: it is one inode
        item, parked = await self.item_at(old), self.model.parked(new, self.entries())

        def done(model: Model) -> None:
            file, other = model.files[source], model.files.get(target)
            photo = new in model.held or (other is not None and (other.id or other.waits))
            if photo and file.id is None and not (file.data or is_staged(new)):
                raise Impossible("an empty file replaced a photo")
            heir_of = model.files.get(parked) if item is None else None
            model.renamed(source, target or new, new, heir_of)

        partly: list[Change] = []
        oddly: list[Change] = []
        if item is None and not is_staged(new):
            partly = self._sent_partly(done, source, target or new, parked)
        elif (other := await self.item_at(new)) not in (None, item):
            odd = beside(new, numbered(name_of(new), f"replaced {other}"))
            partly = [_aside(target, odd), _aside(target, odd, done)]
            oddly = [_aside(target, odd, done)]
        partly += self.held_no_more(new)
        must = self.may_rename(source, target, new)
        call = self.here.rename(old, new)
        return await self.attempt(call, done, must=must, partly=partly, oddly=oddly)

    def _sent_partly(self, done: Change, source: str, new: str, parked: str | None) -> list[Change]:
        """What may have happened when a temporary file could not be sent under its new name."""
        if album_of(new) not in self.model.ids:
            return []
        arrived = _arrived(source, new, done)
        partly = [arrived, _spelled_by_the_server(new, arrived)]
        if parked is not None:
            name = beside(new, self.model.files[parked].own)
            partly.append(lambda model: model.unparked(name, parked))
        return partly

    def may_rename(self, source: str, target: str | None, new: str) -> bool:
        """Whether nothing stands in the way."""
        if self.free:
            return False
        file = self.model.files[source]
        if source == target:
            return True
        if file.id is None and not is_whole(file.data):
            return False
        if target is not None:
            other = self.model.files[target]
            return bool(file.data) and not is_staged(new) and other.id is not None
        if is_staged(new) and file.id is not None:
            return album_of(source) == album_of(new)
        return self.fits(new, file)

    async def _rename_album(self, old: str, new: str) -> bool:
        if new.startswith(f"{old}/"):
            return False  # the kernel refuses that by itself
        free = new not in self.model.albums and album_of(new) in self.model.ids

        inside = self.model.inside(new)

        def replaced(model: Model) -> None:
            if new in model.albums and old != new:
                _check_empty(inside)
                model.removed_album(new)

        def done(model: Model) -> None:
            if old != new:
                replaced(model)
                model.renamed_album(old, new)

        return await self.attempt(self.here.rename(old, new), done, must=free, partly=[replaced])

    async def mkdir(self, path: str) -> None:
        def done(model: Model) -> None:
            inside = self.backend.children[model.ids[album_of(path)]]
            made = [each.item.id for each in inside if each.name == name_of(path)]
            model.ids[path] = made[0] if made else ItemId("none")
            model.albums.add(path)

        free = path not in self.model.albums and album_of(path) in self.model.ids
        await self.attempt(self.here.mkdir(path), done, must=free)

    async def rmdir(self, path: str) -> None:
        inside = self.model.inside(path)

        def done(model: Model) -> None:
            _check_empty(inside)
            model.removed_album(path)

        await self.attempt(
            self.here.rmdir(path), done, must=path in self.model.albums and not inside
        )

    # How programs save

    async def save(self, path: str, number: int) -> None:
        """A temporary file renamed over the name."""
        temporary = beside(path, f".{name_of(path)}.Zz99Zz")
        if await self.write(temporary, number) and not await self.rename(temporary, path):
            await self.unlink(temporary)

    async def backup(self, path: str, number: int) -> None:
        """The file renamed away, written anew, and the backup deleted."""
        kept = f"{path}~"
        if self.find(path) is None or kept in self.model.files:
            return
        if await self.rename(path, kept) and await self.write(path, number):
            await self.unlink(kept)

    async def download(self, path: str, number: int) -> None:
        """As KDE overwrites: written beside it, the old one deleted, renamed."""
        part = f"{path}.part"
        if part in self.model.files or not await self.write(part, number):
            return
        if self.find(path) is None or await self.unlink(path):
            await self.rename(part, path)

    async def wait(self) -> None:
        """As long as a deletion is held back."""
        await wait_all_tasks_blocked()  # so that all of them sleep
        self.clock.jump(HOLD_S + 1)
        self.sleeping = 0

        def done(model: Model) -> None:
            model.held.clear()

        def back(model: Model) -> None:
            for path, file in model.held.items():
                model.files.setdefault(path, file).linked = True
            model.held.clear()

        await self.attempt(self.here.changes.settle(), done, oddly=[back])


def _arrived(source: str, new: str, done: Change) -> Change:
    """A temporary file is on the server under its new name, and kept under its old one."""

    def change(model: Model) -> None:
        file = model.files[source]
        kept = File(data=file.data, tags=file.tags, title=file.title, mtime_ns=file.mtime_ns)
        failed = dict(model.failed)
        done(model)
        model.failed = failed
        model.files[new].tags = model.files[new].title = None
        model.files[source] = kept

    return change


def _spelled_by_the_server(new: str, arrived: Change) -> Change:
    """The same, and nobody knows that the item was asked for: it has the server's name."""

    def change(model: Model) -> None:
        arrived(model)
        model.files[beside(new, spelled(name_of(new)))] = model.files.pop(new)

    return change


def _aside(target: str, odd: str, done: Change | None = None) -> Change:
    """What was to be replaced is called otherwise now."""

    def change(model: Model) -> None:
        file = model.files[target]
        if done is not None:
            done(model)
        else:
            del model.files[target]
        file.linked = True
        file.own = name_of(odd)
        model.files[odd] = file

    return change


def _check_empty(inside: list[str]) -> None:
    if inside:
        raise Impossible("it was not empty")


def _impossible(model: Model) -> None:
    raise Impossible("there was nothing that could be renamed so")
