"""From what the client read to items of the gallery; odd values are bent straight, and named."""

import logging
import re
from collections.abc import Callable, Mapping, Sequence
from sys import intern
from typing import TypeGuard

from g3fs.backends.gallery3.compact import RESIZE, THUMB, Renditions
from g3fs.backends.gallery3.facts import album_facts, media_facts
from g3fs.backends.gallery3.ids import item_id, version_of
from g3fs.backends.remarks import Remarks
from g3fs.clients.gallery3.comments import PUBLISHED
from g3fs.clients.gallery3.wire import WireComment, WireItem
from g3fs.gallery.errors import NotFound
from g3fs.gallery.items import (
    Album,
    Comment,
    Entry,
    Item,
    Listing,
    Media,
    Readable,
    Times,
)

log = logging.getLogger(__name__)

RENDITIONS = (THUMB, RESIZE)

_MAX_SIZE_BYTES = 2**60
_MAX_TIME_S = 2**33
"""The year 2242."""
_UPLOAD_S = 5
"""A server needs some seconds from making the row to storing the file: no later change."""

_GUEST_ID = 1

_MEDIA_TYPE = re.compile(r"(image|video)/[\w.+-]{1,100}", re.ASCII)
_USUAL_TYPE = {"photo": "image/jpeg", "movie": "video/mp4"}
_JPEG = "image/jpeg"


class Converter:
    """Makes items, for several threads; only remembers what it has complained about."""

    def __init__(self, public_works: Callable[[], bool]) -> None:
        """`public_works`: whether files may be had, and sought in, at their public addresses."""
        self._public_works = public_works
        self._remarks = Remarks(log)

    def listing(self, wires: Sequence[WireItem], ancestors: frozenset[int]) -> Listing:
        """An album and its children, in their order; the first of `wires` is the album.

        Raises:
            NotFound: it is no album.
        """
        own, *children = wires
        entries = []
        for child in children:
            if child.id == own.id or child.id in ancestors:
                self._remarks.once(
                    "album %d lists album %d, in which it lies itself; that is left out",
                    own.id,
                    child.id,
                )
                continue
            entries.append(Entry(name=child.name or "", item=self.item(child)))
        names = {child.id: child.name for child in children if child.name}
        return Listing(album=self.album(own, names), entries=tuple(entries))

    def item(self, wire: WireItem, names: Mapping[int, str] | None = None) -> Item:
        """One album, photo or movie; `names` as of `album`."""
        return self.album(wire, names) if wire.kind == "album" else self._media(wire)

    def album(self, wire: WireItem, names: Mapping[int, str] | None = None) -> Album:
        """An album; `names` of its children, where they are known, give the cover its name.

        Raises:
            NotFound: it is no album.
        """
        if wire.kind != "album":
            raise NotFound(f"item {wire.id} is no album")
        return Album(
            id=item_id(wire.id),
            title=wire.title,
            times=self._times(wire),
            # Sites before 3.0.5 do not tell the rights: the server decides when it comes to it.
            can_edit=wire.can_edit is not False,
            can_add=wire.can_add is not False,
            facts=album_facts(wire, names or {}),
        )

    def _media(self, wire: WireItem) -> Media:
        times = self._times(wire)
        size_bytes = _possible(wire.size_bytes)
        media_type = self._media_type(wire)
        return Media(
            id=item_id(wire.id),
            title=wire.title,
            media_type=media_type,
            size_bytes=size_bytes,
            version=version_of(size_bytes, times.updated_s),
            times=times,
            can_edit=wire.can_edit is not False,
            readable=self._readable(wire, size_bytes),
            seekable=self._public_works() and public_address(wire) is not None,
            renditions=_renditions(wire, media_type),
            facts=media_facts(wire),
        )

    def _readable(self, wire: WireItem, size_bytes: int | None) -> Readable:
        if "full" in wire.lost:
            self._remarks.once("the server has lost the file of item %d (%r)", wire.id, wire.name)
            return Readable.LOST
        # Without the right to the original its size and addresses are simply not there.
        if wire.size_bytes is None and wire.file_url_public is None:
            return Readable.FORBIDDEN
        if size_bytes is None:
            self._remarks.once(
                "the server tells no possible size of item %d (%r)", wire.id, wire.name
            )
        return Readable.YES

    def _media_type(self, wire: WireItem) -> str:
        told = (wire.mime_type or "").lower()
        if _MEDIA_TYPE.fullmatch(told):
            return intern(told)
        usual = _USUAL_TYPE[wire.kind]
        self._remarks.once(
            "item %d (%r) has the type %r; %s is assumed", wire.id, wire.name, told, usual
        )
        return usual

    def _times(self, wire: WireItem) -> Times:
        known = [moment for moment in (wire.created_s, wire.updated_s) if is_time(moment)]
        if len(known) < 2:
            self._remarks.once("item %d (%r) has impossible times", wire.id, wire.name)
        created = wire.created_s if is_time(wire.created_s) else min(known, default=1)
        updated = wire.updated_s if is_time(wire.updated_s) else created
        updated = created if updated == created else updated  # one object less in most items
        changed = wire.data_changed_s if is_time(wire.data_changed_s) else None
        return Times(
            created_s=created,
            updated_s=updated,
            captured_s=wire.captured_s if is_time(wire.captured_s) else None,
            data_changed_s=changed if changed and changed > created + _UPLOAD_S else None,
        )


def public_address(wire: WireItem) -> str | None:
    """Where the web server has the original; None when it is not there, or not for everybody.

    Without the right, or the file, the server writes `m=0` or nothing at all.
    """
    url = wire.file_url_public
    if url is None or "full" in wire.lost:
        return None
    return None if wire.data_changed_s is None and "m=" in url else url


def _renditions(wire: WireItem, media_type: str) -> Renditions:
    photo = wire.kind == "photo"
    return Renditions(
        thumb_bytes=_possible(wire.thumb_bytes),
        thumb_type=media_type if photo else _JPEG,
        resize_bytes=_possible(wire.resize_bytes) if photo else None,
        resize_type=media_type,
    )


def _possible(size_bytes: int | None) -> int | None:
    return size_bytes if size_bytes is not None and 0 <= size_bytes <= _MAX_SIZE_BYTES else None


def comment_of(wire: WireComment) -> Comment:
    """One comment."""
    author = "guest" if wire.author_id == _GUEST_ID else f"user {wire.author_id}"
    return Comment(
        id=str(wire.id),
        author=wire.guest_name or author,
        created_s=wire.created_s if is_time(wire.created_s) else 1,
        state=wire.state or PUBLISHED,
        text=wire.text,
    )


def is_shown(wire: WireComment) -> bool:
    """Whether visitors see a comment; sites that lack a default for the state leave it empty."""
    return wire.state in (None, "", PUBLISHED)


def is_time(moment: int | None) -> TypeGuard[int]:
    """Whether it can be the time of anything in a gallery."""
    return moment is not None and 0 < moment <= _MAX_TIME_S
