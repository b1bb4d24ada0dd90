"""Extended attributes on their way to the server, or to the journal of a file that is not there."""

import json
from collections.abc import Mapping, Sequence
from itertools import chain, count

from g3fs.gallery.attributes import Attribute, Form, On
from g3fs.gallery.errors import Invalid, NotPermitted, NotSupported
from g3fs.gallery.ids import ItemId, TagName
from g3fs.gallery.items import Album, Entry, Group, Item, Link, Media
from g3fs.gallery.tagtext import compact_json, joined_tags, split_tags
from g3fs.vfs.writing.doubt import doubting
from g3fs.vfs.writing.ground import Ground
from g3fs.vfs.xattrs import COMMENT_PREFIX, INTRINSIC, NAMESPACE, NoSuchAttribute

TAGS = "user.g3fs.tags"
ADD_TAGS = f"{TAGS}.add"
REMOVE_TAGS = f"{TAGS}.remove"
"""Written only: a JSON array of names, so that nobody has to read, merge and write."""
_TAG_CHANGES = frozenset({ADD_TAGS, REMOVE_TAGS})
NEW_COMMENT = f"{COMMENT_PREFIX}new"


class Facts:
    """Checks and applies attributes by their names."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._table = {attribute.name: attribute for attribute in ground.xattrs.table}

    def check(self, item: Item | None, name: str, value: str | None) -> None:
        """See whether an attribute can be set, or with None removed; `item` None: a new file.

        Raises:
            NotSupported: nobody knows it. NotPermitted: it can only be read.
            Invalid, ValueTooLong, BadName: not with this value.
        """
        if not name.startswith(NAMESPACE) or isinstance(item, Link):
            raise NotSupported(name)
        if self._has(Group.TAGS) and name in {ADD_TAGS, REMOVE_TAGS} and value is not None:
            self._ground.writer.checked_tags(tag_array(value))
        elif self._has(Group.COMMENTS) and name.startswith(COMMENT_PREFIX):
            _check_comment(name, value)
        else:
            self._check_listed(item, name, value)

    async def apply(self, item: Item, name: str, value: str | None) -> None:
        """Let the server have it; errors as `check`, and those of the port."""
        catalog = self._ground.catalog
        with doubting(catalog, catalog.album_of(item.id)):
            await self._applied(item, name, value)

    async def _applied(self, item: Item, name: str, value: str | None) -> None:
        writer = self._ground.writer
        if name in {ADD_TAGS, REMOVE_TAGS}:
            change = {"add" if name == ADD_TAGS else "remove": tag_array(value or "[]")}
            await writer.change_tags(item.id, **change)
            self._edited(item.id, Group.TAGS)
        elif is_new_comment(name):
            await writer.add_comment(item.id, value or "")
            self._edited(item.id, Group.COMMENTS)
        elif name.startswith(COMMENT_PREFIX):
            await writer.remove_comment(item.id, name.removeprefix(COMMENT_PREFIX))
            self._edited(item.id, Group.COMMENTS)
        elif self._is_tags(name):
            await writer.set_tags(item.id, self._tags(name, value))
            self._edited(item.id, Group.TAGS)
        else:
            entry = await writer.set_fact(item, name, value)
            await self.took(item, entry)
            if isinstance(item, Album):  # what is not with its listing follows from the rest
                self._edited(item.id, Group.DETAILS)
            spec = self._table.get(name)
            if spec is not None and spec.group is Group.DETAILS:
                # What is in it stands, and is dated, otherwise.
                self._ground.catalog.forget(item.id)

    async def took(self, before: Item, entry: Entry) -> None:
        """The server has an item so from now on; its data is the same."""
        catalog, after = self._ground.catalog, entry.item
        if isinstance(before, Media) and isinstance(after, Media):
            await self._ground.tree.rewritten(before, after, same_bytes=True)
        catalog.wrote(catalog.album_of(entry.item.id), entry)

    def merged(
        self, attributes: Mapping[str, str | None], name: str, value: str | None
    ) -> dict[str, str | None]:
        """What is noted of a new file, with one more attribute; tags are kept in one form.

        Where nobody said which tags it is to have, those are added that somebody puts on it: the
        server finds others in the file.
        """
        merged = dict(attributes)
        if name in _TAG_CHANGES:
            _change_tags(merged, name, tag_array(value))
        elif self._is_tags(name):
            merged[TAGS] = compact_json(self._tags(name, value))
            for change in _TAG_CHANGES:
                merged.pop(change, None)
        elif name == NEW_COMMENT:
            merged[_free_comment(merged)] = value
        else:
            merged[name] = value
        return merged

    def is_noted(self, attributes: Mapping[str, str | None], name: str) -> bool:
        """Whether anybody has set an attribute of a new file, or any form of its tags."""
        return any(self._key(each) == self._key(name) for each in attributes)

    def _key(self, name: str) -> str:
        return TAGS if name in _TAG_CHANGES or self._is_tags(name) else name

    def lasts(self, name: str) -> bool:
        """Whether setting what is there already changes nothing."""
        spec = self._table.get(name)
        return name != NEW_COMMENT and not (spec is not None and spec.names_items)

    def noted(self, attributes: Mapping[str, str | None], name: str) -> str:
        """The text of an attribute of a new file.

        Raises:
            NoSuchAttribute: nobody has set it.
        """
        value = attributes.get(name)
        if name == TAGS:
            value = compact_json(_noted_tags(attributes))
        elif self._is_tags(name):
            value = joined_tags(_noted_tags(attributes))
        if not value or is_new_comment(name) or name in _TAG_CHANGES or value == "[]":
            raise NoSuchAttribute(name)
        return value

    def noted_names(self, attributes: Mapping[str, str | None]) -> list[str]:
        """Those of a new file that a copy should carry."""
        return [
            spec.name
            for spec in self._table.values()
            if spec.listed and (attributes.get(spec.name) or self._has_tags(spec, attributes))
        ]

    def _has_tags(self, spec: Attribute, attributes: Mapping[str, str | None]) -> bool:
        return spec.form is Form.TAG_LIST and bool(_noted_tags(attributes))

    def _check_listed(self, item: Item | None, name: str, value: str | None) -> None:
        spec = self._table.get(name)
        if spec is None and name not in INTRINSIC:
            raise NotSupported(name)
        if spec is None or not spec.writable or not _applies(spec.on, item):
            raise NotPermitted(f"{name} cannot be changed")
        if spec.group is Group.TAGS:
            self._ground.writer.checked_tags(self._tags(name, value))
        else:
            self._ground.writer.checked_fact(item, name, value)

    def _tags(self, name: str, value: str | None) -> Sequence[TagName]:
        if name == TAGS:
            return tag_array(value or "[]")
        return [TagName(tag) for tag in split_tags(value or "")]

    def _is_tags(self, name: str) -> bool:
        """Whether it is one of the forms of an item's tags; JSON is that of the journal, too."""
        return name == TAGS or (name in self._table and self._table[name].group is Group.TAGS)

    def _has(self, group: Group) -> bool:
        return any(spec.group is group for spec in self._table.values())

    def _edited(self, item: ItemId, group: Group) -> None:
        self._ground.catalog.edited(item, [group])


def tag_array(text: str | None) -> Sequence[TagName]:
    """The names in a JSON array.

    Raises:
        Invalid: it is something else.
    """
    try:
        names: object = json.loads(text or "")
    except (ValueError, RecursionError):
        names = None
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise Invalid("the names of the tags must be a JSON array of texts")
    return [TagName(name) for name in dict.fromkeys(names)]


def decoded(value: bytes) -> str:
    """The text of an attribute.

    Raises:
        Invalid: it is not UTF-8.
    """
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        raise Invalid("the value is not UTF-8") from None


def is_new_comment(name: str) -> bool:
    """Whether it stands for a comment to be added; of several that wait each has a name."""
    return name == NEW_COMMENT or name.startswith(f"{NEW_COMMENT}.")


def _change_tags(noted: dict[str, str | None], name: str, tags: Sequence[TagName]) -> None:
    known = [tag for tag in _listed(noted, TAGS) if tag not in tags]
    if TAGS in noted:
        noted[TAGS] = compact_json([*known, *tags] if name == ADD_TAGS else known)
        return
    (other,) = _TAG_CHANGES - {name}
    noted[name] = compact_json(list(dict.fromkeys([*_listed(noted, name), *tags])))
    if other in noted:
        noted[other] = compact_json([tag for tag in _listed(noted, other) if tag not in tags])


def _noted_tags(noted: Mapping[str, str | None]) -> list[TagName]:
    """The tags of a new file, as far as this mount knows."""
    return _listed(noted, TAGS if TAGS in noted else ADD_TAGS)


def _listed(noted: Mapping[str, str | None], name: str) -> list[TagName]:
    return list(tag_array(noted.get(name) or "[]"))


def _free_comment(noted: Mapping[str, str | None]) -> str:
    numbers = (f"{NEW_COMMENT}.{number}" for number in count(2))
    return next(name for name in chain([NEW_COMMENT], numbers) if name not in noted)


def _check_comment(name: str, value: str | None) -> None:
    if (name == NEW_COMMENT) != (value is not None):
        raise NotPermitted(f"{name}: comments are added as {NEW_COMMENT}, and only ever removed")
    if value is not None and not value.strip():
        raise Invalid("a comment needs a text")


def _applies(on: On, item: Item | None) -> bool:
    match item:
        case Album():
            return bool(on & On.ALBUMS)
        case Media() | None:
            return bool(on & On.MEDIA)
        case _:
            return False
