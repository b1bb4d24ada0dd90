"""From what the client read to items of the gallery; odd values are bent straight, and named."""

import logging
from collections.abc import Iterable, Iterator, Mapping
from sys import intern
from types import MappingProxyType

from g3fs.backends.facts import Facts
from g3fs.backends.photoprism import attributes
from g3fs.backends.photoprism.ids import Place, on_disk
from g3fs.backends.photoprism.types import media_type, type_by_name
from g3fs.backends.remarks import Remarks
from g3fs.clients.photoprism.wire.albums import WireAlbum
from g3fs.clients.photoprism.wire.dav import WireDavEntry
from g3fs.clients.photoprism.wire.files import WireFile
from g3fs.clients.photoprism.wire.photos import WirePhoto
from g3fs.gallery.ids import ItemId, Version
from g3fs.gallery.items import Album, Entry, Media, Readable, Rendition, RenditionFacts, Times

log = logging.getLogger(__name__)

_MAX_SIZE_BYTES = 2**60
_MAX_TIME_S = 2**33
"""The year 2242."""
_REVIEWED = 3
"""The quality from which on a photo is not to be reviewed."""
_UNKNOWN = ("", "Unknown")
_NOWHERE = ("", "zz")

RENDITIONS = tuple(
    Rendition(name) for name in ("tile_224", "tile_500", "fit_720", "fit_1280", "fit_1920")
)
"""Some of the server's sizes: thumbnails, previews, and what fills a screen."""
_PICTURES: Mapping[Rendition, RenditionFacts] = MappingProxyType(
    dict.fromkeys(RENDITIONS, RenditionFacts(size_bytes=None, media_type="image/jpeg"))
)
"""Every file has them all: the server makes them when they are asked for."""

_OF_PHOTOS = (
    attributes.COMMENT,
    attributes.FAVORITE,
    attributes.PRIVATE,
    attributes.APPROVED,
    attributes.LOCATION,
    attributes.PLACE,
    attributes.PHOTO,
    attributes.QUALITY,
    attributes.CAMERA,
    attributes.LENS,
    attributes.HASH,
    attributes.WIDTH,
    attributes.HEIGHT,
    attributes.DURATION,
)
_OF_ALBUMS = (
    attributes.COMMENT,
    attributes.FAVORITE,
    attributes.PRIVATE,
    attributes.CATEGORY,
    attributes.LOCATION,
    attributes.COVER,
)


class Converter:
    """Makes items, for several threads; only remembers what it has complained about."""

    def __init__(self, *, can_edit: bool, can_add: bool, made_s: int) -> None:
        """What the user may do with photos, and whether albums and folders take new ones.

        `made_s`: the time of directories of which the server tells none.
        """
        self._made_s = made_s
        self._can_edit = can_edit
        self._can_add = can_add
        self._remarks = Remarks(log)

    def entries(self, photos: Iterable[WirePhoto]) -> tuple[Entry, ...]:
        """The real files of photos under the names that they had when they came."""
        found = []
        for photo, file in real_files(photos):
            media, name = self.media(photo, file), uploaded_name(file)
            # Mostly the same: then one text serves for both, in catalogs of a hundred thousand.
            found.append(Entry(name=media.title if name == media.title else name, item=media))
        return tuple(found)

    def media(self, photo: WirePhoto, file: WireFile) -> Media:
        """One file that the index knows; the same whichever list it comes from."""
        name = base_name(file.name)
        return Media(
            id=ItemId(file.uid),
            title=name,  # in messages people look for this, not for what the server made up
            media_type=media_type(file, name),
            size_bytes=file.size_bytes if 0 < file.size_bytes <= _MAX_SIZE_BYTES else None,
            version=Version(file.hash),
            times=self._photo_times(photo, file),
            can_edit=self._can_edit,
            readable=self._readable(file),
            seekable=True,
            shared=True,
            renditions=_PICTURES,
            facts=_photo_facts(photo, file),
        )

    def unindexed(self, entry: WireDavEntry) -> Media:
        """A file that lies on the disk, and of which the index tells nothing, or nothing right."""
        moment = _time(entry.modified_s) or 1
        return Media(
            id=on_disk(entry.path),
            title=base_name(entry.path),
            media_type=type_by_name(entry.path),
            size_bytes=entry.size_bytes,
            version=Version(f"{entry.size_bytes}-{entry.modified_s}-{entry.etag}"),
            times=Times(created_s=moment, updated_s=moment, captured_s=moment),
            can_edit=self._can_add,
            seekable=True,
        )

    def album(
        self, wire: WireAlbum, place: Place, photos: Iterable[WirePhoto] = (), *, fixed: bool
    ) -> Album:
        """An album of any type; its `photos`, where they are known, give the cover its name.

        `fixed`: the server computes what is in it.
        """
        created = _time(wire.created_s) or 1
        return Album(
            id=place.id,
            title=wire.title,
            times=Times(created_s=created, updated_s=_time(wire.updated_s) or created),
            can_edit=self._can_edit and not fixed,
            can_add=self._can_add and not fixed,
            facts=_album_facts(wire, photos),
        )

    def directory(self, place: Place, title: str, moment_s: float | None, *, add: bool) -> Album:
        """A directory of which the server tells a name and perhaps a time."""
        moment = _time(moment_s) or self._made_s
        return Album(
            id=place.id,
            title=title,
            times=Times(created_s=moment, updated_s=moment),
            can_edit=add and self._can_add,
            can_add=add and self._can_add,
        )

    def changed_on_disk(self, path: str) -> None:
        """Say that the index knows other bytes under a path."""
        self._remarks.once(
            "%s was changed on the server's disk, and PhotoPrism has not indexed it since", path
        )

    def _readable(self, file: WireFile) -> Readable:
        if not file.missing:
            return Readable.YES
        self._remarks.once("the server has lost the file of %r (%s)", file.name, file.uid)
        return Readable.LOST

    def _photo_times(self, photo: WirePhoto, file: WireFile) -> Times:
        known = [_time(moment) for moment in (photo.created_s, file.created_s, photo.taken_s)]
        created = next((moment for moment in known if moment), 1)
        updated = max(_time(photo.updated_s) or 1, _time(file.updated_s) or 1, created)
        return Times(
            created_s=created,
            updated_s=created if updated == created else updated,
            captured_s=_time(photo.taken_s),
        )


def real_files(photos: Iterable[WirePhoto]) -> Iterator[tuple[WirePhoto, WireFile]]:
    """Every file that somebody put there, with its photo; not what the server made of it."""
    return (
        (photo, file)
        for photo in photos
        for file in photo.originals
        if not (file.sidecar or file.media_type == "sidecar")
    )


def uploaded_name(file: WireFile) -> str:
    """The name that a file had when it was uploaded or imported; else that on the disk."""
    return base_name(file.original_name) or base_name(file.name)


def base_name(path: str) -> str:
    """What follows the last slash."""
    return path.rpartition("/")[2]


def _photo_facts(photo: WirePhoto, file: WireFile) -> Facts:
    place, camera = photo.place, photo.camera
    where = None
    if place.latitude or place.longitude:
        where = f"{place.latitude:.6g},{place.longitude:.6g}"
    known_place = place.label not in _UNKNOWN and place.country not in _NOWHERE
    model = "" if camera.model in _UNKNOWN else camera.model
    make = "" if camera.make in _UNKNOWN or model.startswith(camera.make) else camera.make
    return Facts(
        _OF_PHOTOS,
        (
            photo.caption,
            _flag(photo.favorite),
            _flag(photo.private),
            _flag(photo.quality >= _REVIEWED),
            where,
            intern(place.label) if known_place else None,
            photo.uid,
            _number(max(photo.quality, 0)),
            intern(f"{make} {model}".strip()),
            None if camera.lens in _UNKNOWN else intern(camera.lens),
            file.hash,
            _number(file.width or None),
            _number(file.height or None),
            f"{file.duration_s:.3f}" if file.duration_s > 0 else None,
        ),
    )


def _album_facts(wire: WireAlbum, photos: Iterable[WirePhoto]) -> Facts:
    return Facts(
        _OF_ALBUMS,
        (
            wire.description or wire.caption,
            _flag(wire.favorite),
            _flag(wire.private),
            wire.category,
            wire.location,
            _cover(wire, photos),
        ),
    )


def _cover(wire: WireAlbum, photos: Iterable[WirePhoto]) -> str | None:
    if not wire.cover_hash:
        return None
    for photo in photos:
        # The cover of a movie is a picture that the server made of it: the movie stands for it.
        hashes = {photo.primary_hash, *(file.hash for file in photo.files or ())}
        if wire.cover_hash in hashes:
            files = [file for _, file in real_files([photo])]
            exact = [file for file in files if file.hash == wire.cover_hash]
            return next((uploaded_name(file) for file in exact + files), None)
    return f"hash:{wire.cover_hash}"


def _flag(on: bool) -> str | None:
    return "1" if on else None


def _number(number: int | None) -> str | None:
    """As text, which is shared: thousands of photos have the same few widths and qualities."""
    return None if number is None else intern(str(number))


def _time(moment: float | None) -> int | None:
    """Whole seconds since 1970; None for what can be no time of anything here."""
    return int(moment) if moment is not None and 1 <= moment <= _MAX_TIME_S else None
