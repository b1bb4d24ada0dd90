"""JSON of Gallery 3 to frozen values; the only place that knows the names of its fields.

Numbers come as strings, flags as booleans or "0" and "1", absent things as null, as a missing key
or, where PHP had an empty array, as `[]`. All of that ends here.
"""

import json
import logging
import re
from dataclasses import dataclass, replace
from typing import Literal, cast

from g3fs.clients.gallery3.fields import Fields, listed
from g3fs.gallery.errors import BadReply

log = logging.getLogger(__name__)

Kind = Literal["album", "photo", "movie"]
Size = Literal["full", "resize", "thumb"]

KINDS: tuple[Kind, ...] = ("album", "photo", "movie")

SAFE_FIELDS = (
    *("id", "type", "name", "title", "slug", "parent", "description", "mime_type"),
    *("width", "height", "created", "updated", "captured", "owner_id", "view_count"),
    *("sort_column", "sort_order", "can_edit", "can_add"),
)
"""Those that need no file on the server, and so never spoil a listing."""

LISTING_FIELDS = (
    *SAFE_FIELDS,
    *("file_size", "file_url_public", "thumb_size", "resize_size", "thumb_width", "album_cover"),
)

NAMING_FIELDS = ("id", "type", "name", "slug", "parent", "can_edit", "can_add")
"""What is needed to put something into an album."""

_STAMP = re.compile(r"[?&]m=(\d{1,18})\b", re.ASCII)
_SIZE_FIELDS: tuple[tuple[Size, str], ...] = (
    ("full", "file_size"),
    ("resize", "resize_size"),
    ("thumb", "thumb_size"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WireItem:
    """An album, photo or movie. None: the server did not say, or was not asked."""

    id: int
    kind: Kind
    name: str | None = None
    """None for the root album. Hostile input."""
    title: str = ""
    slug: str | None = None
    parent_id: int | None = None
    description: str | None = None
    mime_type: str | None = None
    width: int | None = None
    height: int | None = None
    created_s: int | None = None
    updated_s: int | None = None
    captured_s: int | None = None
    data_changed_s: int | None = None
    """When the file was last uploaded: the `m=` of its addresses."""
    size_bytes: int | None = None
    thumb_bytes: int | None = None
    resize_bytes: int | None = None
    lost: frozenset[Size] = frozenset()
    """Files that the server knows of and does not find."""
    thumb_width: int | None = None
    """0: the item has no thumbnail."""
    file_url_public: str | None = None
    """The server's own idea of the address; see `bytes.open_public`."""
    resize_url_public: str | None = None
    thumb_url_public: str | None = None
    web_url: str | None = None
    owner_id: int | None = None
    view_count: int | None = None
    cover_id: int | None = None
    sort_column: str | None = None
    sort_order: str | None = None
    level: int | None = None
    can_edit: bool | None = None
    can_add: bool | None = None
    tag_ids: tuple[int, ...] | None = None
    member_ids: tuple[int, ...] | None = None
    """Children in the order of the album; only for albums that were asked for one by one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WireTag:
    """A tag and the visible items that carry it."""

    id: int
    name: str
    count: int
    """Hidden items included."""
    item_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WireComment:
    """What somebody wrote under an item."""

    id: int
    item_id: int | None
    author_id: int | None
    """1 is the guest; REST tells no names of users."""
    guest_name: str | None
    guest_email: str | None
    guest_url: str | None
    created_s: int | None
    updated_s: int | None
    state: str | None
    """`published`, `unpublished`, `spam`, `deleted`; None on sites that lack a default."""
    text: str


def decoded(body: bytes) -> object:
    """Parse an answer, or raise BadReply."""
    try:
        return cast(object, json.loads(body))
    except (ValueError, RecursionError):
        start = body[:40].decode("ascii", "replace")
        raise BadReply(f"the answer is no JSON, {len(body)} bytes: {start!r}") from None


def key_from(reply: object) -> str:
    """The answer to a login."""
    if not isinstance(reply, str) or not re.fullmatch(r"[0-9A-Za-z]{8,128}", reply):
        raise BadReply("the answer to the login is no key")
    return reply


def item_from(reply: object) -> WireItem:
    """Read one item, or raise BadReply naming the field that is missing or odd."""
    outer = Fields(reply, "item")
    entity = outer.inner("entity")
    tags = outer.inner("relationships").inner("tags")
    return WireItem(
        id=entity.id("id"),
        kind=_kind(entity),
        name=entity.text("name"),
        title=entity.text("title") or "",
        slug=entity.text("slug"),
        parent_id=entity.link("parent"),
        description=entity.text("description"),
        mime_type=entity.text("mime_type"),
        width=entity.count("width"),
        height=entity.count("height"),
        created_s=entity.number("created"),
        updated_s=entity.number("updated"),
        captured_s=entity.number("captured"),
        data_changed_s=_data_changed_s(entity),
        size_bytes=entity.count("file_size"),
        thumb_bytes=entity.count("thumb_size"),
        resize_bytes=entity.count("resize_size"),
        lost=frozenset(size for size, name in _SIZE_FIELDS if entity.is_false(name)),
        thumb_width=entity.count("thumb_width"),
        file_url_public=entity.text("file_url_public"),
        resize_url_public=entity.text("resize_url_public"),
        thumb_url_public=entity.text("thumb_url_public"),
        web_url=entity.text("web_url"),
        owner_id=entity.number("owner_id"),
        view_count=entity.count("view_count"),
        cover_id=entity.link("album_cover"),
        sort_column=entity.text("sort_column"),
        sort_order=entity.text("sort_order"),
        level=entity.count("level"),
        can_edit=entity.flag("can_edit"),
        can_add=entity.flag("can_add"),
        tag_ids=tuple(tag for tag, _ in tags.pairs("members")) if tags.has("members") else None,
        member_ids=outer.links("members") if outer.has("members") else None,
    )


def as_listed(item: WireItem) -> WireItem:
    """An item that was asked for by itself, with no more than `LISTING_FIELDS` tell of it."""
    stamp = _STAMP.search(item.file_url_public or "")
    return replace(
        item,
        data_changed_s=(int(stamp[1]) or None) if stamp else None,
        resize_url_public=None,
        thumb_url_public=None,
        web_url=None,
        level=None,
        tag_ids=None,
        member_ids=None,
    )


def listing_from(reply: object) -> tuple[WireItem, ...]:
    """The answer of `tree`: the item itself first. What cannot be read is left out, and logged.

    Raises:
        BadReply: the item itself cannot be read.
    """
    entries = Fields(reply, "tree").list("entity")
    if not entries:
        raise BadReply("the listing is empty: it lacks the album itself")
    items = [item_from(entries[0])]
    seen = {items[0].id}
    for entry in entries[1:]:
        try:
            item = item_from(entry)
        except BadReply as exc:
            log.warning("an item below album %d is left out: %s", items[0].id, exc)
            continue
        if item.id in seen:
            log.warning("item %d is listed twice below album %d", item.id, items[0].id)
            continue
        seen.add(item.id)
        items.append(item)
    return tuple(items)


def items_from(reply: object) -> tuple[WireItem, ...]:
    """The answer of `items`."""
    return tuple(item_from(entry) for entry in listed(reply, "items"))


def tag_from(reply: object) -> WireTag:
    """The answer of `tag/<id>`."""
    outer = Fields(reply, "tag")
    entity = outer.inner("entity")
    pairs = outer.inner("relationships").inner("items").pairs("members")
    return WireTag(
        id=entity.id("id"),
        name=entity.required_text("name"),
        count=entity.count("count") or 0,
        item_ids=tuple(item for _, item in pairs),
    )


def comment_from(reply: object) -> WireComment:
    """The answer of `comment/<id>`."""
    entity = Fields(reply, "comment").inner("entity")
    return WireComment(
        id=entity.id("id"),
        item_id=entity.link("item"),
        author_id=entity.number("author_id"),
        guest_name=entity.text("guest_name"),
        guest_email=entity.text("guest_email"),
        guest_url=entity.text("guest_url"),
        created_s=entity.number("created"),
        updated_s=entity.number("updated"),
        state=entity.text("state"),
        text=entity.text("text") or "",
    )


def member_ids_from(reply: object) -> tuple[int, ...]:
    """The ids of `members` of a list of tags or comments."""
    return Fields(reply, "list").links("members")


def pairs_from(reply: object) -> tuple[tuple[int, int], ...]:
    """The (tag, item) pairs of `item_tags` and `tag_items`."""
    return Fields(reply, "list").pairs("members")


def pair_from(reply: object) -> tuple[int, int]:
    """The answer of `tag_item`: tag and item."""
    entity = Fields(reply, "tag_item").inner("entity")
    return entity.required_link("tag"), entity.required_link("item")


def created_id_from(reply: object) -> int:
    """The id of what a POST made."""
    return Fields(reply, "answer").required_link("url")


def url_from(reply: object) -> str:
    """The address that the server gives to what was asked for, HTML-escaped as it comes."""
    return Fields(reply, "answer").required_text("url")


def names_from(reply: object) -> frozenset[str]:
    """The answer of `registry`."""
    return frozenset(text for text in listed(reply, "registry") if isinstance(text, str))


def codes_from(body: bytes) -> dict[str, str]:
    """What a 400 complains about: field to code; empty when it does not say."""
    try:
        reply = decoded(body)
    except BadReply:
        return {}
    if isinstance(reply, dict) and isinstance(reply.get("errors"), dict):
        reply = reply["errors"]
    if not isinstance(reply, dict):
        return {}
    return {str(name): code if isinstance(code, str) else "" for name, code in reply.items()}


def _kind(entity: Fields) -> Kind:
    text = entity.text("type")
    for kind in KINDS:
        if text == kind:
            return kind
    raise BadReply(f"type is {text!r} in the answer, which is neither album, photo nor movie")


def _data_changed_s(entity: Fields) -> int | None:
    """The `m=` of the addresses of the file; 0 means that the server does not find it."""
    for name in ("file_url", "file_url_public"):
        stamp = _STAMP.search(entity.text(name) or "")
        if stamp:
            return int(stamp[1]) or None
    return None
