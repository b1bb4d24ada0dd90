"""The writing half of the fake backend: like a server that is strict about names."""

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from g3fs.gallery.collections import Meaning, Operation
from g3fs.gallery.errors import (
    AlreadyExists,
    BadName,
    Invalid,
    NameTooLong,
    NotEmpty,
    NotFound,
    NotPermitted,
    ValueTooLong,
)
from g3fs.gallery.ids import ItemId, TagName
from g3fs.gallery.items import (
    ORIGINAL,
    Album,
    Comment,
    Details,
    Entry,
    Group,
    Item,
    Link,
    Listing,
    Media,
)
from g3fs.gallery.writing import Naming, Progress, Upload, Wish, Writer
from tests.fakegallery import COMMENT, TITLE, FakeGallery

TYPES = {"jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png", "mp4": "video/mp4"}
"""By extension: all that the server takes."""

MOST_NAME = 100
MOST_TEXT = 1000


class FakeWriter:
    """Changes the dictionaries of a fake backend; passes the contract suite of real writers.

    `fail_next`, `fail_after`, `hold`, `calls` and `asked` of the gallery are for these calls too.
    """

    def __init__(self, gallery: FakeGallery) -> None:
        self._gallery = gallery
        self.marks: dict[str, ItemId] = {}
        """What was made of uploads."""
        self._marks_given = 0

    def meaning(self, album: ItemId, operation: Operation) -> Meaning:
        return self._gallery.capabilities.collections[0].meaning(operation)

    def takes(self, name: str) -> bool:
        return "." in name and _extension(name) in TYPES

    def predicted(self, listing: Listing, wish: Wish, coming: Sequence[str]) -> str:
        name = self._spelled(wish)
        own = wish.entry.item.id if wish.entry is not None else None
        siblings = [entry.name for entry in listing.entries if entry.item.id != own]
        siblings += [_single(other) for other in coming]
        if any(_folded(sibling) == _folded(name) for sibling in siblings):
            raise AlreadyExists(f"there is something like {name!r}")
        return name

    async def mark(self, album: ItemId, name: str) -> str:
        await self._gallery.called("mark", album)
        self.predicted(self._listing(album), Wish(name=name, naming=Naming.FILE), ())
        self._marks_given += 1
        return f"mark-{self._marks_given}"

    async def create(self, upload: Upload, progress: Progress) -> Entry:
        async with self._gallery.changing("create", upload.album):
            wish = Wish(name=upload.name, naming=Naming.FILE)
            name = self.predicted(self._listing(upload.album), wish, ())
            data = _sent(upload.source, progress)
            media = self._gallery.add_media(
                name, data, parent=upload.album, media_type=TYPES[_extension(name)]
            )
            self.marks[upload.mark] = media.id
        return self._gallery.entry_of(media.id)

    async def find(self, upload: Upload) -> Entry | None:
        await self._gallery.called("find", upload.album)
        item = self._gallery.items.get(self.marks.get(upload.mark, ItemId("")))
        if not isinstance(item, Media) or upload.album != self._gallery.parent_of(item.id):
            return None
        if self._gallery.bytes[item.id, ORIGINAL, item.version] != upload.source.read_bytes():
            return None
        return self._gallery.entry_of(item.id)

    async def replace(self, media: Media, source: Path, progress: Progress) -> Entry:
        async with self._gallery.changing("replace", media.id):
            now = self._existing(media.id)
            assert isinstance(now, Media)
            self._gallery.new_version(now, _sent(source, progress))
        return self._gallery.entry_of(media.id)

    async def make_album(self, album: ItemId, name: str) -> Entry:
        async with self._gallery.changing("make_album", album):
            wish = Wish(name=name, naming=Naming.ALBUM)
            name = self.predicted(self._listing(album), wish, ())
            made = self._gallery.add_album(name, parent=album)
        return self._gallery.entry_of(made.id)

    async def move(self, item: Item, target: ItemId, name: str) -> Entry:
        async with self._gallery.changing("move", item.id):
            self._existing(item.id)
            before = self._gallery.entry_of(item.id)
            naming = Naming.ALBUM if isinstance(item, Album) else Naming.FILE
            wish = Wish(name=name, naming=naming, entry=before)
            name = self.predicted(self._listing(target), wish, ())
            if self._is_below(target, item.id):
                raise Invalid("an album cannot be moved into itself")
            self._gallery.children[self._gallery.parent_of(item.id)].remove(before)
            now = self._existing(item.id)
            if isinstance(now, Album | Media) and TITLE not in now.facts and name != before.name:
                self._gallery.items[item.id] = replace(now, title=name)
            self._gallery.place(item.id, target, name=name)
        return self._gallery.entry_of(item.id)

    async def delete(self, media: Media) -> None:
        async with self._gallery.changing("delete", media.id):
            self._gallery.remove(media.id)

    async def remove_album(self, album: Album) -> None:
        async with self._gallery.changing("remove_album", album.id):
            self._existing(album.id)
            if self._gallery.children[album.id]:
                raise NotEmpty(f"{album.id} has something")
            self._gallery.remove(album.id)

    def checked_fact(self, item: Item | None, name: str, value: str | None) -> None:
        if name not in (TITLE, COMMENT) or isinstance(item, Link):
            raise NotPermitted(f"{name} cannot be set")
        _check_text(value or "")

    async def set_fact(self, item: Item, name: str, value: str | None) -> Entry:
        async with self._gallery.changing("set_fact", item.id):
            self.checked_fact(item, name, value)
            now = self._existing(item.id)
            assert not isinstance(now, Link)
            facts = {**now.facts, name: value or ""}
            title = now.title
            if name == TITLE:
                title = value or self._gallery.entry_of(item.id).name
            facts = {key: text for key, text in facts.items() if text}
            if isinstance(now, Album):
                self._gallery.change(replace(now, title=title, facts=facts))
            else:
                self._gallery.change(replace(now, title=title, facts=facts))
        return self._gallery.entry_of(item.id)

    def checked_tags(self, tags: Sequence[TagName]) -> None:
        for tag in tags:
            if not tag.strip():
                raise Invalid("a tag needs a name")
            _check_text(tag)

    async def set_tags(self, item: ItemId, tags: Sequence[TagName]) -> None:
        async with self._gallery.changing("set_tags", item):
            self._change_tags(item, add=tags, remove=self._details(item, Group.TAGS).tags)

    async def change_tags(
        self, item: ItemId, *, add: Sequence[TagName] = (), remove: Sequence[TagName] = ()
    ) -> None:
        async with self._gallery.changing("change_tags", item):
            self._change_tags(item, add=add, remove=remove)

    async def add_comment(self, item: ItemId, text: str) -> None:
        async with self._gallery.changing("add_comment", item):
            self._existing(item)
            _check_text(text)
            if not text:
                raise Invalid("a comment needs a text")
            number = self._gallery.now()
            comment = Comment(
                id=str(number), author="tester", created_s=number, state="published", text=text
            )
            comments = (*self._details(item, Group.COMMENTS).comments, comment)
            self._gallery.details_of[item, Group.COMMENTS] = Details(comments=comments)

    async def remove_comment(self, item: ItemId, comment: str) -> None:
        async with self._gallery.changing("remove_comment", item):
            comments = self._details(item, Group.COMMENTS).comments
            left = tuple(each for each in comments if each.id != comment)
            if left == comments:
                raise NotFound(f"{item} has no comment {comment}")
            self._gallery.details_of[item, Group.COMMENTS] = Details(comments=left)

    def _spelled(self, wish: Wish) -> str:
        name = _single(wish.name)
        _check_text(name)
        if len(name) > MOST_NAME:
            raise NameTooLong(f"{name!r} is too long")
        if wish.naming is Naming.ALBUM:
            return name
        extension = _extension(name if wish.entry is None else wish.entry.name)
        if extension not in TYPES:
            raise Invalid(f"no file can be called {name!r}")
        if TYPES.get(_extension(name)) == TYPES[extension]:
            return name
        return f"{name.rpartition('.')[0] or name}.{extension}"

    def _change_tags(
        self, item: ItemId, *, add: Sequence[TagName], remove: Sequence[TagName]
    ) -> None:
        self._existing(item)
        self.checked_tags(add)
        gone = {tag.casefold() for tag in remove}
        known = {tag.casefold(): tag for tag in self._known_tags()}
        present = self._details(item, Group.TAGS).tags
        tags = {tag.casefold(): tag for tag in present if tag.casefold() not in gone}
        for tag in add:
            tags.setdefault(tag.casefold(), known.get(tag.casefold(), tag))
        ordered = tuple(sorted(tags.values(), key=str.casefold))
        self._gallery.details_of[item, Group.TAGS] = Details(tags=ordered)

    def _known_tags(self) -> list[TagName]:
        return [tag for details in self._gallery.details_of.values() for tag in details.tags]

    def _details(self, item: ItemId, group: Group) -> Details:
        return self._gallery.details_of.get((item, group), Details())

    def _listing(self, album: ItemId) -> Listing:
        found = self._existing(album)
        if not isinstance(found, Album):
            raise NotFound(f"no album {album}")
        return Listing(album=found, entries=tuple(self._gallery.children[album]))

    def _existing(self, item: ItemId) -> Item:
        if item not in self._gallery.items:
            raise NotFound(f"no item {item}")
        return self._gallery.items[item]

    def _is_below(self, album: ItemId, above: ItemId) -> bool:
        if album == above:
            return True
        below = self._gallery.children.get(above, [])
        return any(self._is_below(album, entry.item.id) for entry in below)


def _sent(source: Path, progress: Progress) -> bytes:
    data = source.read_bytes()
    if not data:
        raise Invalid("an empty file is no picture")
    progress(len(data) // 2)
    progress(len(data))
    return data


def _check_text(text: str) -> None:
    if any(char > "\uffff" for char in text):
        raise BadName("emoji")
    if len(text) > MOST_TEXT:
        raise ValueTooLong("too long")


def _extension(name: str) -> str:
    return name.rpartition(".")[2].lower()


def _single(name: str) -> str:
    """The name as the server spells it."""
    return re.sub("_+", "_", name)


def _folded(name: str) -> str:
    """What must differ between siblings: the name without extension and case."""
    return (name.rpartition(".")[0] or name).casefold()


_conforms: type[Writer] = FakeWriter
