"""Photos: groups of files, as lists and as details show them.

Servers since 2025 say `Caption` where older ones say `Description`.
"""

from dataclasses import dataclass
from datetime import datetime

from g3fs.clients.photoprism.wire.albums import WireAlbum, read_album
from g3fs.clients.photoprism.wire.fields import Fields, readable_from
from g3fs.clients.photoprism.wire.files import WireFile, read_file

UNCERTAIN = 100
"""A label that the server set and somebody removed stays with this uncertainty, in percent."""

_NS = 1_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class WirePlace:
    """Where a photo was taken."""

    latitude: float = 0.0
    longitude: float = 0.0
    """Degrees; both 0: unknown."""
    altitude_m: int = 0
    country: str = ""
    """Two letters; `zz`: unknown."""
    label: str = ""
    """What the server calls the place; `Unknown` if it does not know."""
    city: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WireCamera:
    """What a photo was taken with, and how."""

    make: str = ""
    model: str = ""
    """`Unknown` if the server does not know."""
    lens: str = ""
    iso: int = 0
    f_number: float = 0.0
    exposure: str = ""
    focal_length_mm: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class WirePhoto:
    """A photo: an image with its raw file, movie or other forms, a movie, an animation."""

    uid: str
    kind: str
    """`image`, `video`, `live`, `animated`, `raw`, `vector`."""
    path: str
    """Folder of the original."""
    name: str
    """Base name of the original, without extension. Hostile input."""
    original_name: str
    """The name before the import, without extension; "" if it was indexed in place."""
    title: str
    """Made by the server and changing by itself unless `title_src` of the details is set."""
    caption: str
    taken_s: float | None = None
    taken_local: datetime | None = None
    """The wall clock where it was taken, without a zone."""
    taken_src: str = ""
    """"": the time of the file; `name`, `meta`, `manual`."""
    time_zone: str = ""
    """`Europe/Vienna`, `UTC`, `UTC+1`, or ""."""
    year: int = -1
    month: int = -1
    day: int = -1
    """By the local clock; -1 unknown."""
    favorite: bool = False
    private: bool = False
    scan: bool = False
    panorama: bool = False
    quality: int = 0
    """-1: all files are missing; below 3: to be reviewed."""
    duration_s: float = 0.0
    """Often 0 although a file has one."""
    place: WirePlace
    camera: WireCamera
    primary_hash: str = ""
    """Hash of the primary file, which may be a generated JPEG; "" in details."""
    created_s: float | None = None
    updated_s: float | None = None
    """Does not move for likes, archive, restore and most changes of albums."""
    edited_s: float | None = None
    checked_s: float | None = None
    deleted_s: float | None = None
    """When it was archived, or its files vanished."""
    files: tuple[WireFile, ...] | None = None
    """The primary first in lists; None: the list was not merged, or the answer was without."""

    @property
    def originals(self) -> tuple[WireFile, ...]:
        """The files that somebody put there; what the server made of them is left out."""
        return tuple(file for file in self.files or () if file.is_original)


@dataclass(frozen=True, slots=True, kw_only=True)
class WirePhotoLabel:
    """A label on one photo."""

    label_id: int
    """What it is removed by."""
    uid: str
    name: str
    slug: str
    src: str
    """`manual`, or who else set it: `image`, `location`, `keyword`."""
    uncertainty: int
    """Percent."""

    @property
    def active(self) -> bool:
        """False for a label that the server set and somebody removed."""
        return self.uncertainty < UNCERTAIN


@dataclass(frozen=True, slots=True, kw_only=True)
class WireTexts:
    """The `Details` block: it is always written as a whole. `src` says who wrote each."""

    photo_id: int
    keywords: str = ""
    notes: str = ""
    subject: str = ""
    artist: str = ""
    copyright: str = ""
    license: str = ""
    software: str = ""
    src: tuple[tuple[str, str], ...] = ()
    """Pairs of a name of the above and `manual`, `meta` or ""."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WirePhotoDetails:
    """All about one photo. None: this answer did not say."""

    photo: WirePhoto
    row_id: int
    title_src: str = ""
    """"": the server made the title; else who wrote it: `manual`, `meta`, `name`."""
    caption_src: str = ""
    place_src: str = ""
    kind_src: str = ""
    texts: WireTexts | None = None
    labels: tuple[WirePhotoLabel, ...] | None = None
    albums: tuple[WireAlbum, ...] | None = None
    """Those made by hand that it is in; empty for archived photos."""
    created_by: str = ""


TEXTS = ("Keywords", "Notes", "Subject", "Artist", "Copyright", "License", "Software")
"""The fields of the block; each has one of the same name with `Src` added."""


def photos_from(reply: object) -> tuple[WirePhoto, ...]:
    """The answer of a list; what cannot be read is left out, and logged."""
    return readable_from(reply, "photo", _read_photo)


def details_from(reply: object) -> WirePhotoDetails:
    """The answer for one photo, which some calls wrap in `photo`."""
    outer = Fields(reply, "photo")
    entry = outer.inner("photo") if outer.has("photo") else outer
    photo = _read_photo(entry)
    return WirePhotoDetails(
        photo=photo,
        row_id=entry.number("ID"),
        title_src=entry.text("TitleSrc"),
        caption_src=entry.first_text("CaptionSrc", "DescriptionSrc"),
        place_src=entry.text("PlaceSrc"),
        kind_src=entry.text("TypeSrc"),
        texts=_texts(entry.inner("Details")) if entry.has("Details") else None,
        labels=entry.objects("Labels", _photo_label) if entry.has("Labels") else None,
        albums=entry.objects("Albums", read_album) if entry.has("Albums") else None,
        created_by=entry.text("CreatedBy"),
    )


def _read_photo(entry: Fields) -> WirePhoto:
    return WirePhoto(
        uid=entry.required("UID"),
        kind=entry.text("Type"),
        path=entry.text("Path"),
        name=entry.text("Name"),
        original_name=entry.text("OriginalName"),
        title=entry.text("Title"),
        caption=entry.first_text("Caption", "Description"),
        taken_s=entry.time_s("TakenAt"),
        taken_local=entry.local_time("TakenAtLocal"),
        taken_src=entry.text("TakenSrc"),
        time_zone=entry.text("TimeZone"),
        year=entry.number("Year"),
        month=entry.number("Month"),
        day=entry.number("Day"),
        favorite=entry.flag("Favorite"),
        private=entry.flag("Private"),
        scan=entry.flag("Scan"),
        panorama=entry.flag("Panorama"),
        quality=entry.number("Quality"),
        duration_s=entry.number("Duration") / _NS,
        place=_place(entry),
        camera=_camera(entry),
        primary_hash=entry.text("Hash"),
        created_s=entry.time_s("CreatedAt"),
        updated_s=entry.time_s("UpdatedAt"),
        edited_s=entry.time_s("EditedAt"),
        checked_s=entry.time_s("CheckedAt"),
        deleted_s=entry.time_s("DeletedAt"),
        files=entry.objects("Files", read_file) if entry.has("Files") else None,
    )


def _place(entry: Fields) -> WirePlace:
    """In fields of its own in lists, in an object in details."""
    place = entry.inner("Place")
    return WirePlace(
        latitude=entry.real("Lat"),
        longitude=entry.real("Lng"),
        altitude_m=entry.number("Altitude"),
        country=entry.text("Country"),
        label=entry.text("PlaceLabel") or place.text("Label"),
        city=entry.text("PlaceCity") or place.text("City"),
        state=entry.text("PlaceState") or place.text("State"),
    )


def _camera(entry: Fields) -> WireCamera:
    camera, lens = entry.inner("Camera"), entry.inner("Lens")
    return WireCamera(
        make=entry.text("CameraMake") or camera.text("Make"),
        model=entry.text("CameraModel") or camera.text("Model"),
        lens=entry.text("LensModel") or lens.text("Model"),
        iso=entry.number("Iso"),
        f_number=entry.real("FNumber"),
        exposure=entry.text("Exposure"),
        focal_length_mm=entry.number("FocalLength"),
    )


def _texts(block: Fields) -> WireTexts:
    return WireTexts(
        photo_id=block.number("PhotoID"),
        keywords=block.text("Keywords"),
        notes=block.text("Notes"),
        subject=block.text("Subject"),
        artist=block.text("Artist"),
        copyright=block.text("Copyright"),
        license=block.text("License"),
        software=block.text("Software"),
        src=tuple((name.lower(), block.text(f"{name}Src")) for name in TEXTS),
    )


def _photo_label(entry: Fields) -> WirePhotoLabel:
    label = entry.inner("Label")
    return WirePhotoLabel(
        label_id=entry.number("LabelID"),
        uid=label.text("UID"),
        name=label.text("Name"),
        slug=label.first_text("CustomSlug", "Slug"),
        src=entry.text("LabelSrc"),
        uncertainty=entry.number("Uncertainty"),
    )
