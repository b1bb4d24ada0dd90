"""What the index knows: photos, files, albums, labels. Times are nanoseconds since 1970, UTC."""

from dataclasses import dataclass, field

UNKNOWN = "zz"
"""Country, place and cell of what has no place."""


@dataclass(slots=True, kw_only=True)
class File:
    """One file below originals, or one that the server made (`root` "sidecar")."""

    uid: str
    photo_uid: str
    name: str
    """Path below its root."""
    hash: str
    size: int
    mtime: int
    """Unix seconds."""
    file_type: str
    media_type: str
    mime: str
    created: int
    updated: int
    root: str = "/"
    codec: str = ""
    width: int = 0
    height: int = 0
    orientation: int = 1
    duration: int = 0
    """Nanoseconds."""
    fps: float = 0
    frames: int = 0
    primary: bool = False
    missing: bool = False
    """Somebody wanted to read it and it was not there; an index repairs that."""
    gone: bool = False
    """An index found that it is not there."""
    original_name: str = ""
    error: str = ""

    @property
    def video(self) -> bool:
        return self.media_type == "video"

    @property
    def sidecar(self) -> bool:
        return self.media_type == "sidecar"


@dataclass(slots=True, kw_only=True)
class Details:
    """The texts that change as one block."""

    keywords: str = ""
    keywords_src: str = ""
    notes: str = ""
    notes_src: str = ""
    subject: str = ""
    subject_src: str = ""
    artist: str = ""
    artist_src: str = ""
    copyright: str = ""
    copyright_src: str = ""
    license: str = ""
    license_src: str = ""
    software: str = ""
    software_src: str = ""


@dataclass(slots=True, kw_only=True)
class PhotoLabel:
    """A label on one photo; `uncertainty` 100 means: it was taken off."""

    label_id: int
    src: str = "manual"
    uncertainty: int = 0


@dataclass(slots=True, kw_only=True)
class Photo:
    """A group of files of one base name."""

    uid: str
    id: int
    path: str
    name: str
    taken: int
    taken_local: int
    created: int
    updated: int
    type: str = "image"
    type_src: str = ""
    original_name: str = ""
    title: str = ""
    title_src: str = ""
    caption: str = ""
    caption_src: str = ""
    taken_src: str = ""
    time_zone: str = ""
    year: int = -1
    month: int = -1
    day: int = -1
    favorite: bool = False
    private: bool = False
    quality: int = 1
    resolution: int = 0
    lat: float = 0
    lng: float = 0
    altitude: int = 0
    country: str = UNKNOWN
    state: str = "Unknown"
    place_src: str = ""
    camera_make: str = ""
    camera_model: str = "Unknown"
    details: Details = field(default_factory=Details)
    labels: dict[int, PhotoLabel] = field(default_factory=dict)
    people: list[str] = field(default_factory=list)
    edited: int | None = None
    checked: int | None = None
    archived: int | None = None
    lost: int | None = None
    """When an index found that all its files are gone."""
    created_by: str = ""

    @property
    def deleted(self) -> int | None:
        return self.lost if self.lost is not None else self.archived

    @property
    def full_name(self) -> str:
        """Folder and base name."""
        return f"{self.path}/{self.name}" if self.path else self.name


@dataclass(slots=True, kw_only=True)
class Album:
    """An album made by hand, or a stored search (types folder, month, moment, state)."""

    uid: str
    id: int
    slug: str
    title: str
    created: int
    updated: int
    type: str = "album"
    location: str = ""
    category: str = ""
    caption: str = ""
    description: str = ""
    notes: str = ""
    filter: str = ""
    order: str = "oldest"
    template: str = ""
    path: str = ""
    state: str = ""
    country: str = UNKNOWN
    year: int = 0
    month: int = 0
    day: int = 0
    favorite: bool = False
    private: bool = False
    thumb: str = ""
    thumb_src: str = ""
    created_by: str = ""
    deleted: int | None = None


@dataclass(slots=True, kw_only=True)
class Entry:
    """One photo in one album; hidden: it was taken out."""

    photo_uid: str
    album_uid: str
    created: int
    updated: int
    hidden: bool = False
    missing: bool = False


@dataclass(slots=True, kw_only=True)
class Label:
    """A label. Its slug never changes, the slug of its present name is `custom_slug`."""

    id: int
    uid: str
    slug: str
    custom_slug: str
    name: str
    created: int
    updated: int
    priority: int = 0
    favorite: bool = False
    description: str = ""
    notes: str = ""
    deleted: int | None = None


@dataclass(slots=True, kw_only=True)
class Subject:
    """A person."""

    uid: str
    slug: str
    name: str
    created: int
    updated: int
    favorite: bool = False


@dataclass(slots=True, kw_only=True)
class Folder:
    """A directory below originals or import; its row is made when it is first shown."""

    uid: str
    path: str
    root: str = "/"


@dataclass(slots=True, kw_only=True)
class Link:
    """A share link of an album."""

    uid: str
    share_uid: str
    token: str
    created: int
    modified: int
    created_by: str
    expires: int = 0
    views: int = 0
    max_views: int = 0
