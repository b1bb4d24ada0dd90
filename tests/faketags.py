"""The tags of the fake backend as directories of links."""

from collections.abc import Sequence
from dataclasses import replace

from g3fs.gallery.errors import AlreadyExists, NotFound
from g3fs.gallery.ids import ItemId, TagName
from g3fs.gallery.items import Group, Link, Step
from g3fs.gallery.writing import TagViewer
from tests.fakegallery import ROOT, FakeGallery


class FakeTagViewer:
    """Looks into, and changes, the details of a fake backend."""

    def __init__(self, gallery: FakeGallery) -> None:
        self._gallery = gallery
        self.empty: set[TagName] = set()
        """Tags that nothing carries."""

    async def tags(self) -> Sequence[TagName]:
        await self._gallery.called("tags", ROOT)
        return sorted(self._carriers().keys() | self.empty, key=str.casefold)

    async def tagged(self, tag: TagName) -> Sequence[Link]:
        await self._gallery.called("tagged", ROOT)
        own = self._own(tag)
        return [self._link(item) for item in self._carriers().get(own, [])]

    async def make_tag(self, tag: TagName) -> None:
        async with self._gallery.changing("make_tag", ROOT):
            if self._found(tag) is not None:
                raise AlreadyExists(f"there is a tag {tag!r}")
            self.empty.add(tag)

    async def rename_tag(self, tag: TagName, name: TagName) -> None:
        async with self._gallery.changing("rename_tag", ROOT):
            own = self._own(tag)
            if self._found(name) not in (None, own):
                raise AlreadyExists(f"there is a tag {name!r}")
            self._swap(own, (name,))
            if own in self.empty:
                self.empty.remove(own)
                self.empty.add(name)

    async def delete_tag(self, tag: TagName) -> None:
        async with self._gallery.changing("delete_tag", ROOT):
            own = self._own(tag)
            self._swap(own, ())
            self.empty.discard(own)

    def _swap(self, tag: TagName, others: tuple[TagName, ...]) -> None:
        for item in self._carriers().get(tag, []):
            key = item, Group.TAGS
            details = self._gallery.details_of[key]
            tags = (*(each for each in details.tags if each != tag), *others)
            self._gallery.details_of[key] = replace(details, tags=tuple(sorted(tags)))

    def _carriers(self) -> dict[TagName, list[ItemId]]:
        found: dict[TagName, list[ItemId]] = {}
        for (item, group), details in self._gallery.details_of.items():
            if group is Group.TAGS and item in self._gallery.items:
                for tag in details.tags:
                    found.setdefault(tag, []).append(item)
        return found

    def _found(self, tag: TagName) -> TagName | None:
        known = self._carriers().keys() | self.empty
        return next((each for each in known if each.casefold() == tag.casefold()), None)

    def _own(self, tag: TagName) -> TagName:
        found = self._found(tag)
        if found is None:
            raise NotFound(f"no tag {tag!r}")
        return found

    def _link(self, item: ItemId) -> Link:
        steps: list[Step] = []
        step = item
        while step != ROOT:
            steps.insert(0, Step(self._gallery.entry_of(step).name, step))
            step = self._gallery.parent_of(step)
        return Link(
            id=ItemId(f"tagged-{item}"),
            title=steps[-1].name,
            depth=0,
            path=tuple(steps),
            times=self._gallery.items[item].times,
        )


_conforms: type[TagViewer] = FakeTagViewer
