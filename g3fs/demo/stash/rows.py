"""The records of a Stash. Attributes are called as in its schema where they mean the same.

Times are unix seconds. Rows point at each other; `Store` keeps both ends of a membership.
"""

from dataclasses import dataclass, field


@dataclass(slots=True, eq=False, kw_only=True)
class Row:
    """Anything with an id; two rows are equal only if they are the same."""

    id: int = 0
    created_at: int = 0
    updated_at: int = 0


@dataclass(slots=True, eq=False, kw_only=True)
class Folder(Row):
    """A directory on the server's disk, or a zip, or a directory inside a zip."""

    path: str
    parent_folder: "Folder | None" = None
    zip_file: "File | None" = None
    mod_time: int | None = None
    """None inside zips; the schema promises otherwise."""


@dataclass(slots=True, eq=False, kw_only=True)
class File(Row):
    """A file on the server's disk or in a zip, as the last scan saw it."""

    typename: str
    """`ImageFile`, `VideoFile` or `GalleryFile`."""
    basename: str
    parent_folder: Folder
    zip_file: "File | None" = None
    mod_time: int | None = 0
    """None only in a record that was made bad on purpose."""
    size: int = 0
    hashes: dict[str, str] = field(default_factory=dict)
    format: str = ""
    width: int = 0
    height: int = 0
    duration: float = 0.0
    video_codec: str = ""
    audio_codec: str = ""
    frame_rate: float = 0.0
    bit_rate: int = 0

    @property
    def path(self) -> str:
        """On the server; in a zip that of the zip with the name inside behind it."""
        return f"{self.parent_folder.path}/{self.basename}"


@dataclass(slots=True, eq=False, kw_only=True)
class Tag(Row):
    """A word for images, scenes and galleries."""

    name: str
    sort_name: str = ""
    description: str = ""
    aliases: list[str] = field(default_factory=list)
    favorite: bool = False
    ignore_auto_tag: bool = False
    parents: list["Tag"] = field(default_factory=list)
    picture: bytes = b""


@dataclass(slots=True, eq=False, kw_only=True)
class Performer(Row):
    """Somebody who is to be seen."""

    name: str
    details: str = ""
    alias_list: list[str] = field(default_factory=list)
    favorite: bool = False
    rating100: int | None = None


@dataclass(slots=True, eq=False, kw_only=True)
class Studio(Row):
    """Who made it."""

    name: str
    details: str = ""
    aliases: list[str] = field(default_factory=list)
    favorite: bool = False
    parent_studio: "Studio | None" = None
    rating100: int | None = None


@dataclass(slots=True, eq=False, kw_only=True)
class Described(Row):
    """What images, scenes and galleries have in common."""

    title: str = ""
    code: str = ""
    date: str | None = None
    details: str = ""
    photographer: str = ""
    rating100: int | None = None
    organized: bool = False
    urls: list[str] = field(default_factory=list)
    studio: Studio | None = None
    tags: list[Tag] = field(default_factory=list)
    performers: list[Performer] = field(default_factory=list)
    files: list[File] = field(default_factory=list)
    """The first is the primary one: its bytes are served."""


@dataclass(slots=True, eq=False, kw_only=True)
class Medium(Described):
    """An image or scene."""

    galleries: "list[Gallery]" = field(default_factory=list)
    o_counter: int = 0


@dataclass(slots=True, eq=False, kw_only=True)
class Image(Medium):
    """A picture: content, in as many files as there are copies of it."""

    thumbnailed_at: int = 0


@dataclass(slots=True, eq=False, kw_only=True)
class Scene(Medium):
    """A video."""

    director: str = ""


@dataclass(slots=True, eq=False, kw_only=True)
class Gallery(Described):
    """Images of a folder (`folder`), of a zip (`files`), or put together by hand (neither)."""

    folder: Folder | None = None
    images: set[Image] = field(default_factory=set)
    scenes: list[Scene] = field(default_factory=list)
    chapters: "list[Chapter]" = field(default_factory=list)
    chosen_cover: Image | None = None

    @property
    def kind(self) -> str:
        """`folder`, `zip` or `hand`."""
        if self.folder is not None:
            return "folder"
        return "zip" if self.files else "hand"

    @property
    def label(self) -> str:
        """The title, else the name of folder or zip."""
        if self.title or self.kind == "hand":
            return self.title
        path = self.folder.path if self.folder else self.files[0].path
        return path.rpartition("/")[2]


@dataclass(slots=True, eq=False, kw_only=True)
class Chapter(Row):
    """A title for a position in a gallery."""

    title: str
    image_index: int
    """From 1."""
    gallery: Gallery
