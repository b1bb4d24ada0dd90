"""Labels, folders, people, months and the other small lists."""

from dataclasses import dataclass
from datetime import datetime

from g3fs.clients.photoprism.wire.fields import Fields, objects_from
from g3fs.clients.photoprism.wire.files import WireFile, read_file


@dataclass(frozen=True, slots=True, kw_only=True)
class WireLabel:
    """A label: what g3fs shows as a tag."""

    uid: str
    label_id: int
    """The number that a photo's label is removed by."""
    name: str
    slug: str
    """Of the name at birth; deleting and using it again brings the label back."""
    custom_slug: str
    """Of the present name; `photos.search(label=)` takes both."""
    photo_count: int = 0
    priority: int = 0
    favorite: bool = False
    description: str = ""
    notes: str = ""
    cover_hash: str = ""
    created_s: float | None = None
    updated_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WireFolder:
    """A directory of originals or of the import area."""

    uid: str
    path: str
    root: str
    title: str = ""
    category: str = ""
    order: str = ""
    country: str = ""
    year: int = 0
    month: int = 0
    day: int = 0
    favorite: bool = False
    private: bool = False
    file_count: int = 0
    modified_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WireFolderListing:
    """What is in a folder. Archived photos, and files that are not indexed, are left out."""

    folders: tuple[WireFolder, ...]
    files: tuple[WireFile, ...]
    known: bool
    """False: the server knows no such folder, which it does not call an error."""
    cached: bool
    """The answer may be up to 15 minutes old."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WireSubject:
    """A person, or another thing that was recognised."""

    uid: str
    kind: str
    name: str
    slug: str
    alias: str = ""
    about: str = ""
    notes: str = ""
    favorite: bool = False
    hidden: bool = False
    private: bool = False
    photo_count: int = 0
    file_count: int = 0
    cover_hash: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WireFace:
    """A group of like faces."""

    id: str
    subject_uid: str
    name: str
    samples: int
    hidden: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WireMonth:
    """How many photos a month has, those to be reviewed left out."""

    year: int
    month: int
    photo_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WirePoint:
    """A photo on the map."""

    uid: str
    hash: str
    title: str
    taken_s: float | None
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True, kw_only=True)
class WireView:
    """A photo as a viewer wants it."""

    uid: str
    title: str
    caption: str
    taken_local: datetime | None
    favorite: bool
    playable: bool
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WireLogLine:
    """A line of the server's log of problems."""

    id: int
    time_s: float | None
    level: str
    message: str


def label_from(reply: object) -> WireLabel:
    """The answer for one label."""
    return _label(Fields(reply, "label"))


def labels_from(reply: object) -> tuple[WireLabel, ...]:
    """The answer of `labels`."""
    return objects_from(reply, "label", _label)


def folders_from(reply: object) -> WireFolderListing:
    """The answer of `folders/<root>`."""
    outer = Fields(reply, "folders")
    return WireFolderListing(
        folders=outer.objects("folders", _folder),
        files=outer.objects("files", read_file),
        known=outer.has("folders"),
        cached=outer.flag("cached"),
    )


def subjects_from(reply: object) -> tuple[WireSubject, ...]:
    """The answer of `subjects`."""
    return objects_from(reply, "subject", _subject)


def faces_from(reply: object) -> tuple[WireFace, ...]:
    """The answer of `faces`."""
    return objects_from(reply, "face", _face)


def months_from(reply: object) -> tuple[WireMonth, ...]:
    """The answer of `moments/time`."""
    return objects_from(reply, "month", _month)


def points_from(reply: object) -> tuple[WirePoint, ...]:
    """The answer of `geo`."""
    return Fields(reply, "geo").objects("features", _point)


def views_from(reply: object) -> tuple[WireView, ...]:
    """The answer of `photos/view`."""
    return objects_from(reply, "view", _view)


def log_from(reply: object) -> tuple[WireLogLine, ...]:
    """The answer of `errors`."""
    return objects_from(reply, "error", _log_line)


def zip_name_from(reply: object) -> str:
    """The answer of `POST zip`."""
    return Fields(reply, "zip").required("filename")


def _label(entry: Fields) -> WireLabel:
    return WireLabel(
        uid=entry.required("UID"),
        label_id=entry.number("ID"),
        name=entry.text("Name"),
        slug=entry.text("Slug"),
        custom_slug=entry.text("CustomSlug"),
        photo_count=entry.number("PhotoCount"),
        priority=entry.number("Priority"),
        favorite=entry.flag("Favorite"),
        description=entry.text("Description"),
        notes=entry.text("Notes"),
        cover_hash=entry.text("Thumb"),
        created_s=entry.time_s("CreatedAt"),
        updated_s=entry.time_s("UpdatedAt"),
    )


def _folder(entry: Fields) -> WireFolder:
    return WireFolder(
        uid=entry.required("UID"),
        path=entry.text("Path"),
        root=entry.text("Root"),
        title=entry.text("Title"),
        category=entry.text("Category"),
        order=entry.text("Order"),
        country=entry.text("Country"),
        year=entry.number("Year"),
        month=entry.number("Month"),
        day=entry.number("Day"),
        favorite=entry.flag("Favorite"),
        private=entry.flag("Private"),
        file_count=entry.number("FileCount"),
        modified_s=entry.time_s("ModifiedAt"),
    )


def _subject(entry: Fields) -> WireSubject:
    return WireSubject(
        uid=entry.required("UID"),
        kind=entry.text("Type"),
        name=entry.text("Name"),
        slug=entry.text("Slug"),
        alias=entry.text("Alias"),
        about=entry.text("About"),
        notes=entry.text("Notes"),
        favorite=entry.flag("Favorite"),
        hidden=entry.flag("Hidden"),
        private=entry.flag("Private"),
        photo_count=entry.number("PhotoCount"),
        file_count=entry.number("FileCount"),
        cover_hash=entry.text("Thumb"),
    )


def _face(entry: Fields) -> WireFace:
    return WireFace(
        id=entry.required("ID"),
        subject_uid=entry.text("SubjUID"),
        name=entry.text("Name"),
        samples=entry.number("Samples"),
        hidden=entry.flag("Hidden"),
    )


def _month(entry: Fields) -> WireMonth:
    return WireMonth(
        year=entry.number("Year"),
        month=entry.number("Month"),
        photo_count=entry.number("PhotoCount"),
    )


def _point(entry: Fields) -> WirePoint:
    properties = entry.inner("properties")
    longitude, latitude = entry.inner("geometry").pair("coordinates")
    return WirePoint(
        uid=properties.required("UID"),
        hash=properties.text("Hash"),
        title=properties.text("Title"),
        taken_s=properties.time_s("TakenAt"),
        latitude=latitude,
        longitude=longitude,
    )


def _view(entry: Fields) -> WireView:
    return WireView(
        uid=entry.required("UID"),
        title=entry.text("Title"),
        caption=entry.first_text("Caption", "Description"),
        taken_local=entry.local_time("TakenAtLocal"),
        favorite=entry.flag("Favorite"),
        playable=entry.flag("Playable"),
        width=entry.number("Width"),
        height=entry.number("Height"),
    )


def _log_line(entry: Fields) -> WireLogLine:
    return WireLogLine(
        id=entry.number("ID"),
        time_s=entry.time_s("Time"),
        level=entry.text("Level"),
        message=entry.text("Message"),
    )
