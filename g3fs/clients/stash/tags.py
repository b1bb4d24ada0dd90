"""The resource `tags`."""

from collections.abc import Iterable
from typing import Unpack

from g3fs.clients.stash.api import Api
from g3fs.clients.stash.finding import Finder
from g3fs.clients.stash.wire import inputs
from g3fs.clients.stash.wire.changes import TagBulk, TagChanges, TagFacts
from g3fs.clients.stash.wire.criteria import Number, Text, same_text
from g3fs.clients.stash.wire.families import TAGS
from g3fs.clients.stash.wire.filters import Paging, TagFilter
from g3fs.clients.stash.wire.named import (
    BULK_UPDATE_TAGS,
    CREATE_TAG,
    DESTROY_TAGS,
    MERGE_TAGS,
    UPDATE_TAG,
    WireTag,
    tag_from,
)
from g3fs.gallery.errors import AlreadyExists, Invalid


class Tags:
    """Tags; images, scenes and galleries carry them by their ids."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self.finder = Finder(api, TAGS)
        self.get, self.get_many = self.finder.get, self.finder.get_many
        self.find, self.all, self.count = self.finder.find, self.finder.all, self.finder.count

    def named(self, name: str) -> WireTag | None:
        """The tag with this name, else the one with this alias; None: there is none.

        Upper and lower case of ASCII letters are the same, but the exact spelling is preferred.
        """
        wanted = inputs.check_tag_name(name)
        # Not `find`, which compares with one of the two only; here both are compared below.
        both = {"name": Text(wanted), "either": {"aliases": Text(wanted)}}
        call = self.finder.call(both, Paging())
        found = self.finder.page_from(self._api.values([call])[0]).items
        return _best(found, wanted)

    def ensure(self, name: str) -> WireTag:
        """The tag with this name or alias, made if there is none; no matter who else does so.

        Raises:
            AlreadyExists: the server takes another name for the same (`%` and `_` are wildcards
                to it, and it treats letters beyond ASCII unevenly).
            Invalid: the name is blank.
        """
        found = self.named(name)
        if found is not None:
            return found
        try:
            return self.create(name)
        except AlreadyExists:
            found = self.named(name)
            if found is None:
                raise
            return found

    def in_use(self) -> tuple[WireTag, ...]:
        """Those that an image, a scene or a gallery carries, by name."""
        used = Number(0, "GREATER_THAN")
        others = TagFilter(gallery_count=used, either=TagFilter(scene_count=used))
        return self.find(TagFilter(image_count=used, either=others), Paging(sort="name")).items

    def create(self, name: str, **facts: Unpack[TagFacts]) -> WireTag:
        """tagCreate; the name loses blanks around it.

        Raises:
            AlreadyExists: a name or alias is taken, by a name or an alias.
            Invalid: the name is blank.
        """
        return tag_from(self._api.record(CREATE_TAG, input=inputs.new_tag(name, facts)))

    def update(self, number: int, **changes: Unpack[TagChanges]) -> WireTag:
        """tagUpdate: change what is given.

        Raises:
            AlreadyExists: the name is taken.
            NotFound: there is no such tag.
        """
        if "name" in changes:
            changes["name"] = inputs.check_tag_name(changes["name"])
        return tag_from(self._api.record(UPDATE_TAG, input=inputs.update(number, changes)))

    def bulk_update(
        self, numbers: Iterable[int], **changes: Unpack[TagBulk]
    ) -> tuple[WireTag, ...]:
        """bulkTagUpdate: the same for several; from v0.27."""
        body = inputs.bulk(numbers, changes)
        if not body["ids"]:
            return ()
        return tuple(map(tag_from, self._api.records(BULK_UPDATE_TAGS, input=body)))

    def merge(self, sources: Iterable[int], destination: int) -> WireTag:
        """tagsMerge: the sources vanish, their uses move, their names become aliases.

        Raises:
            Invalid: nothing to merge, or a tag with itself.
            NotFound: one of them does not exist.
        """
        body = inputs.merging(sources, destination)
        if not body["source"]:
            raise Invalid("which tags are to be merged?")
        return tag_from(self._api.record(MERGE_TAGS, input=body))

    def destroy(self, numbers: Iterable[int]) -> None:
        """tagsDestroy: also from all that carries them, whose `updated` does not move.

        Raises:
            NotFound: one of them does not exist.
        """
        ids = inputs.id_texts(numbers)
        if ids:
            self._api.done(DESTROY_TAGS, ids=ids)


def _best(tags: Iterable[WireTag], wanted: str) -> WireTag | None:
    """The likeliest of the tags that the server found."""
    found = list(tags)
    same = [tag for tag in found if same_text(tag.name, wanted)]
    exact = [tag for tag in same if tag.name == wanted]
    alias = [tag for tag in found if any(same_text(one, wanted) for one in tag.aliases)]
    return next(iter((*exact, *same, *alias)), None)
