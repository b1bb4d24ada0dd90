"""Extended attributes: from the backend's table and an item's facts to getxattr and listxattr.

The names and their forms are in docs/semantics.md. Everything outside `user.` is refused at once,
because ls(1) stops asking after that answer and asks for every file after any other.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from g3fs.gallery.attributes import Attribute, Form, On
from g3fs.gallery.errors import GalleryError, NotSupported
from g3fs.gallery.ids import ItemId, shown_id
from g3fs.gallery.items import Album, Comment, Details, Group, Link, Media
from g3fs.gallery.tagtext import compact_json, joined_tags
from g3fs.vfs.nodes import TAG_VIEW, GalleryNode, MediaNode

NAMESPACE = "user."
OWN = "user.g3fs."
INFO = "user.g3fs.info"
"""All attributes of an item in one JSON object, the unlisted ones too; for `g3fs info`."""
COMMENT_PREFIX = "user.g3fs.comment."


class NoSuchAttribute(GalleryError):
    """The item has no attribute of that name, or it is empty."""


class DetailsSource(Protocol):
    """Where tags, comments and further facts come from; the catalog in real life."""

    async def details(self, group: Group, item: ItemId) -> Details:
        """What `group` tells of the item."""
        ...


@dataclass(frozen=True, slots=True)
class _Intrinsic:
    """An attribute that every kind of server has, made from the item itself."""

    on: On
    value: Callable[[Album | Media], str]
    meaning: str


INTRINSIC: Mapping[str, _Intrinsic] = {
    "user.g3fs.id": _Intrinsic(On.ALL, lambda item: shown_id(item.id), "the server's id"),
    "user.g3fs.kind": _Intrinsic(
        On.ALL, lambda item: "album" if isinstance(item, Album) else _kind(item), "what it is"
    ),
    "user.mime_type": _Intrinsic(
        On.MEDIA, lambda item: item.media_type if isinstance(item, Media) else "", "its media type"
    ),
    "user.g3fs.created": _Intrinsic(
        On.ALL, lambda item: rfc3339(item.times.created_s), "when it came into the gallery"
    ),
    "user.g3fs.updated": _Intrinsic(
        On.ALL, lambda item: rfc3339(item.times.updated_s), "the last change of anything about it"
    ),
    "user.g3fs.captured": _Intrinsic(
        On.MEDIA,
        lambda item: rfc3339(item.times.captured_s) if item.times.captured_s is not None else "",
        "when the picture was taken",
    ),
}


class Xattrs:
    """The attributes of one kind of server."""

    def __init__(self, table: Sequence[Attribute], source: DetailsSource) -> None:
        self._table = {attribute.name: attribute for attribute in table}
        self._source = source

    @property
    def table(self) -> Sequence[Attribute]:
        """What the backend declares."""
        return tuple(self._table.values())

    async def get(self, node: GalleryNode, name: str) -> bytes:
        """The value of one attribute, UTF-8.

        Raises:
            NotSupported: not in the `user.` namespace.
            NoSuchAttribute: this item has none of that name, or it is empty.
        """
        if not name.startswith(NAMESPACE):
            raise NotSupported(name)
        if _has_none(node):
            raise NoSuchAttribute(name)
        if name == INFO:
            return encoded(compact_json(await self._everything(node)))
        value = await self._value(node, name)
        if not value:
            raise NoSuchAttribute(name)
        return encoded(value)

    async def names(self, node: GalleryNode) -> list[str]:
        """What a copy should carry: writable, and not empty."""
        if _has_none(node):
            return []
        listed = [spec for spec in self._table.values() if spec.listed and _applies(spec.on, node)]
        return [spec.name for spec in listed if await self._value(node, spec.name)]

    async def _value(self, node: GalleryNode, name: str) -> str:
        """The text of an attribute; "" when there is none."""
        item = node.item
        assert not isinstance(item, Link)  # callers have sorted links out
        intrinsic = INTRINSIC.get(name)
        if intrinsic is not None:
            return intrinsic.value(item) if _applies(intrinsic.on, node) else ""
        spec = self._table.get(name)
        if spec is None and name.startswith(COMMENT_PREFIX):
            return await self._comment(item, name.removeprefix(COMMENT_PREFIX))
        if spec is None or not _applies(spec.on, node):
            return ""
        if spec.group is Group.LISTING:
            return item.facts.get(name, "")
        return _formed(spec, await self._source.details(spec.group, item.id))

    async def _comment(self, item: Album | Media, comment_id: str) -> str:
        if not any(spec.group is Group.COMMENTS for spec in self._table.values()):
            return ""
        details = await self._source.details(Group.COMMENTS, item.id)
        return next((each.text for each in details.comments if each.id == comment_id), "")

    async def _everything(self, node: GalleryNode) -> dict[str, str]:
        values = {name: await self._value(node, name) for name in (*INTRINSIC, *self._table)}
        return {name: value for name, value in values.items() if value}


def rfc3339(seconds: int) -> str:
    """A time as text, UTC."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def encoded(text: str) -> bytes:
    """As UTF-8; half a surrogate pair, which has no encoding, becomes a question mark."""
    return text.encode("utf-8", "replace")


def _has_none(node: GalleryNode) -> bool:
    """Links have no attributes, nor have the directories of tags, which are no albums."""
    return isinstance(node.item, Link) or node.view == TAG_VIEW


def _applies(on: On, node: GalleryNode) -> bool:
    return bool(on & (On.MEDIA if isinstance(node, MediaNode) else On.ALBUMS))


def _formed(spec: Attribute, details: Details) -> str:
    match spec.form:
        case Form.FACT | Form.TIME:
            return details.facts.get(spec.name, "")
        case Form.TAG_LIST:
            return joined_tags(details.tags)
        case Form.TAG_JSON:
            return compact_json(list(details.tags)) if details.tags else ""
        case Form.COMMENTS_JSON:
            return compact_json([_comment_record(each) for each in details.comments])


def _comment_record(comment: Comment) -> dict[str, str]:
    return {
        "id": comment.id,
        "author": comment.author,
        "date": rfc3339(comment.created_s),
        "state": comment.state,
        "text": comment.text,
    }


def _kind(media: Media) -> str:
    return "movie" if media.media_type.startswith("video/") else "photo"
