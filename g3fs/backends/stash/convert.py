"""From what the client read to items of the gallery; odd values are bent straight, and named."""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from sys import intern
from types import MappingProxyType

from g3fs.backends.remarks import Remarks
from g3fs.backends.stash.collections import row_of
from g3fs.backends.stash.facts import Record, gallery_facts, media_facts, name_facts
from g3fs.backends.stash.ids import Kind, Place, file_id, link_id
from g3fs.backends.stash.types import media_type
from g3fs.clients.stash.wire.fields import Stamp
from g3fs.clients.stash.wire.files import WireFile, WireFolder
from g3fs.clients.stash.wire.galleries import WireGallery
from g3fs.clients.stash.wire.images import WireImage
from g3fs.clients.stash.wire.named import WirePerformer, WireStudio, WireTag
from g3fs.gallery.ids import ItemId, Version
from g3fs.gallery.items import (
    Album,
    Entry,
    Link,
    Media,
    Rendition,
    RenditionFacts,
    Step,
    Times,
)

log = logging.getLogger(__name__)

THUMB = Rendition("thumb")
RENDITIONS = (THUMB,)

_JPEG = "image/jpeg"
_MAX_SIZE_BYTES = 2**60
_MAX_TIME_S = 2**33
"""The year 2242."""
_LONG_AGO_S = 1_550_000_000
"""Of directories that are nowhere on the server: February 2019, before its first release."""
_SCAN_S = 60
"""A file that came with a scan may be younger than its record by what a clock is wrong."""
_FULL_DATE = 10

Placed = tuple[str, WireFile]
"""A file, and the name that it has in a place."""
Pick = Callable[[Sequence[WireFile]], Sequence[Placed]]
"""Which of the files of one image or scene belong to a place."""


class Converter:
    """Makes items, for several threads; remembers complaints, and types of thumbnails."""

    def __init__(self) -> None:
        self._remarks = Remarks(log)
        self._thumb_types: dict[ItemId, str] = {}
        """Of thumbnails that turned out to be something else than expected."""

    def entries(self, records: Iterable[Record], pick: Pick) -> Iterator[Entry]:
        """The files of images or scenes that belong to a place."""
        for record in records:
            if not record.files:
                self._remarks.once("the server has no file for %r (%d)", record.title, record.id)
                continue
            for name, file in pick(record.files):
                yield Entry(name=name, item=self.media(record, file))

    def media(self, record: Record, file: WireFile) -> Media:
        """One file; the same whichever list it comes from."""
        item = file_id(file.id)
        told = media_type(file.basename, video=file.kind == "video")
        return Media(
            id=item,
            title=record.title if record.title.strip() else file.basename,
            media_type=told,
            size_bytes=file.size_bytes if file.size_bytes <= _MAX_SIZE_BYTES else None,
            version=_version(record, file),
            times=_media_times(record, file),
            can_edit=True,
            # Of a file in a zip the server unpacks all, whatever part is asked for.
            seekable=file.zip_file_id is None,
            shared=True,
            renditions=_thumb_of(self._thumb_types.get(item) or _expected(record, file, told)),
            facts=media_facts(record, file),
        )

    def learn_thumb(self, item: ItemId, told: str) -> None:
        """Remember what a thumbnail really is."""
        self._thumb_types[item] = told

    def gallery(self, wire: WireGallery) -> Album:
        """A gallery of any kind."""
        row = row_of(Kind.GALLERY, fixed=wire.kind != "manual")
        return Album(
            id=Place(Kind.GALLERY, wire.id).id,
            title=wire.name,
            times=_times(wire.created, wire.updated),
            can_edit=row.can_edit,
            can_add=row.can_add,
            facts=gallery_facts(wire),
        )

    def folder(self, wire: WireFolder) -> Album:
        """A directory on the disk of the server, a zip, or a directory in it."""
        row = row_of(Kind.FOLDER, fixed=wire.zip_file_id is not None)
        return Album(
            id=Place(Kind.FOLDER, wire.id).id,
            title=wire.name,
            times=_times(wire.created, wire.updated),
            can_edit=row.can_edit,
            can_add=row.can_add,
        )

    def named(self, place: Place, wire: WireTag | WirePerformer | WireStudio) -> Album:
        """A tag, performer or studio."""
        row = row_of(place.kind)
        return Album(
            id=place.id,
            title=_title(wire),
            times=_times(wire.created, wire.updated),
            can_edit=row.can_edit,
            can_add=row.can_add,
            facts=name_facts(wire),
        )

    def fixed(self, kind: Kind) -> Album:
        """A directory that every server has."""
        row = row_of(kind)
        return Album(
            id=Place(kind).id,
            title=kind.value,
            times=Times(created_s=_LONG_AGO_S, updated_s=_LONG_AGO_S),
            can_edit=row.can_edit,
            can_add=row.can_add,
        )

    def link(self, place: Place, wire: WireGallery) -> Link:
        """A gallery that stands in a place."""
        target = Step(wire.name, Place(Kind.GALLERY, wire.id).id)
        return Link(
            id=link_id(place, wire.id),
            title=wire.name,
            depth=2,
            path=(Step(Kind.GALLERIES.value), target),
            times=_times(wire.created, wire.updated),
        )


def first(files: Sequence[WireFile]) -> Sequence[Placed]:
    """Where no file belongs more than the others: the one that the server sends."""
    return [(file.basename, file) for file in files[:1]]


def in_folder(folder: int) -> Pick:
    """The files that lie in a folder; equal ones are all there."""
    return lambda files: [(file.basename, file) for file in files if file.folder_id == folder]


def in_gallery(wire: WireGallery) -> Pick:
    """The files that belong to a gallery, under their names there."""
    if wire.folder_id is not None:
        return in_folder(wire.folder_id)
    return in_zips(wire.files) if wire.files else first


def in_zips(zips: Sequence[WireFile]) -> Pick:
    """The files in a zip, by their paths there; of several equal zips, in one of them."""

    def pick(files: Sequence[WireFile]) -> Sequence[Placed]:
        for archive in zips:
            inside = [file for file in files if file.zip_file_id == archive.id]
            if inside:
                start = f"{archive.path}/"
                return [(file.path.removeprefix(start), file) for file in inside]
        return first(files)

    return pick


def _title(wire: WireTag | WirePerformer | WireStudio) -> str:
    if isinstance(wire, WirePerformer) and wire.disambiguation:
        return f"{wire.name} ({wire.disambiguation})"
    return wire.name


def _version(record: Record, file: WireFile) -> Version:
    """The server's hash; that of a video is made of its ends only, so its time counts as well."""
    whole = file.fingerprint("md5")
    if whole:
        return Version(whole)
    ends = "" if isinstance(record, WireImage) else file.fingerprint("oshash") or ""
    return Version(f"{ends or file.size_bytes}-{file.modified.text}")


def _media_times(record: Record, file: WireFile) -> Times:
    created = _seconds(file.created or record.created)
    updated = max(_seconds(record.updated), _seconds(file.updated), created)
    modified = _seconds(file.modified)
    return Times(
        created_s=created,
        updated_s=created if updated == created else updated,
        captured_s=_noon_of(record.date) or modified,
        data_changed_s=modified if modified > created + _SCAN_S else None,
    )


def _times(created: Stamp | None, updated: Stamp | None) -> Times:
    since = _seconds(created)
    return Times(created_s=since, updated_s=max(since, _seconds(updated)))


def _seconds(stamp: Stamp | None) -> int:
    """Whole seconds since 1970 UTC; a time that can be none of anything here is 1."""
    moment = stamp.seconds if stamp is not None else 1
    return int(moment) if 1 <= moment <= _MAX_TIME_S else 1


def _noon_of(date: str) -> int | None:
    """Of a whole day, so that it is that day in all zones; years and months are no times."""
    if len(date) != _FULL_DATE:
        return None
    try:
        moment = datetime.strptime(date, "%Y-%m-%d").replace(hour=12, tzinfo=UTC).timestamp()
    except ValueError:
        return None
    return int(moment) if 1 <= moment <= _MAX_TIME_S else None


def _expected(record: Record, file: WireFile, told: str) -> str:
    """The type of a thumbnail: mostly a JPEG, but the original of what cannot be scaled."""
    broken = not file.width or not file.height
    clip = file.kind == "video" and file.format != "gif"
    return told if isinstance(record, WireImage) and (broken or clip) else _JPEG


_thumbs: dict[str, Mapping[Rendition, RenditionFacts]] = {}
"""One object for all files whose thumbnails are of a type."""


def _thumb_of(told: str) -> Mapping[Rendition, RenditionFacts]:
    if told not in _thumbs:
        facts = RenditionFacts(size_bytes=None, media_type=intern(told))
        _thumbs[told] = MappingProxyType({THUMB: facts})
    return _thumbs[told]
