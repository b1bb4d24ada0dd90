"""Files and folders: what lies on the disk of the server."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from g3fs.clients.stash.wire.fields import Fields, Stamp
from g3fs.clients.stash.wire.shapes import Branch, Operation, Selection, page_of, setting

FileKind = Literal["image", "video", "gallery", "other"]

_KINDS: Mapping[str, FileKind] = {
    "ImageFile": "image",
    "VideoFile": "video",
    "GalleryFile": "gallery",
}

_FOLDER_ID = Selection("Folder", ("id",))
_ZIP_ID = Selection("BasicFile", ("id",))

BASE_FILE = Selection(
    "BaseFile",
    (
        *("id", "path", "basename", "size", "mod_time", "created_at", "updated_at"),
        Branch("parent_folder", _FOLDER_ID, instead="parent_folder_id"),
        Branch("zip_file", _ZIP_ID, instead="zip_file_id"),
        Branch("fingerprints", Selection("Fingerprint", ("type", "value"), needed=frozenset())),
    ),
    needed=frozenset({"id", "path", "basename", "size", "mod_time"}),
)
_PICTURE = ("format", "width", "height")
_IMAGE_FILE = Selection("ImageFile", _PICTURE, needed=frozenset())
_VIDEO_FILE = Selection(
    "VideoFile",
    (*_PICTURE, "duration", "video_codec", "audio_codec", "frame_rate", "bit_rate"),
    needed=frozenset(),
)

VISUAL_FILES = Branch(
    "visual_files",
    Selection("VisualFile", ("__typename",), (BASE_FILE, _IMAGE_FILE, _VIDEO_FILE)),
)
"""Of an image: animated and moving ones are videos here, and missing in its `files`."""

VIDEO_FILES = Branch("files", Selection("VideoFile", ("__typename",), (BASE_FILE, _VIDEO_FILE)))
GALLERY_FILES = Branch("files", Selection("GalleryFile", ("__typename",), (BASE_FILE,)))

ANY_FILE = Selection("BaseFile", ("__typename",), (BASE_FILE, _IMAGE_FILE, _VIDEO_FILE))

FOLDER = Selection(
    "Folder",
    # Not mod_time: one folder inside a zip has none, and with it the whole answer is lost.
    (
        *("id", "path", "created_at", "updated_at"),
        Branch("parent_folder", _FOLDER_ID, instead="parent_folder_id"),
        Branch("zip_file", _ZIP_ID, instead="zip_file_id"),
    ),
    needed=frozenset({"id", "path"}),
)

FIND_FOLDERS = Operation(
    name="findFolders",
    arguments={"folder_filter": "FolderFilterType", "filter": "FindFilterType"},
    result=page_of("FindFoldersResultType", "folders", FOLDER),
)
FIND_FOLDER = Operation(name="findFolder", arguments={"id": "ID", "path": "String"}, result=FOLDER)
FIND_FILES = Operation(
    name="findFiles",
    arguments={"file_filter": "FileFilterType", "filter": "FindFilterType"},
    result=page_of("FindFilesResultType", "files", ANY_FILE),
)
FIND_FILE = Operation(name="findFile", arguments={"id": "ID", "path": "String"}, result=ANY_FILE)
MOVE_FILES = setting("moveFiles", "MoveFilesInput!")
DELETE_FILES = Operation(
    kind="mutation", name="deleteFiles", arguments={"ids": "[ID!]!"}, repeatable=False
)

OPERATIONS = (FIND_FOLDERS, FIND_FOLDER, FIND_FILES, FIND_FILE, MOVE_FILES, DELETE_FILES)


@dataclass(frozen=True, slots=True, kw_only=True)
class WireFile:
    """A file on the disk of the server, or in a zip there. Names and paths are hostile input."""

    id: int
    kind: FileKind
    path: str
    """On the server; in a zip: path of the zip, `/`, name inside. Not UTF-8: surrogate escapes."""
    basename: str
    size_bytes: int
    """As of the last scan: what is sent is what lies on the disk now."""
    modified: Stamp
    created: Stamp | None = None
    updated: Stamp | None = None
    """Of the record; moves with a renaming, which the image's does not."""
    folder_id: int | None = None
    """In a zip: the zip, or directory in it, as a folder. None: the server does not say."""
    zip_file_id: int | None = None
    """The zip that it is in; None: it is in none."""
    fingerprints: tuple[tuple[str, str], ...] = ()
    """Kind and value: `md5` of images and zips; `oshash`, `phash` of videos."""
    format: str = ""
    """`mjpeg` for a JPEG on disk, `jpeg` for one in a zip, `png`, `webp`, `mp4`, `gif`..."""
    width: int | None = None
    """0 for a broken picture."""
    height: int | None = None
    duration_s: float | None = None
    video_codec: str = ""
    audio_codec: str = ""
    frame_rate: float | None = None
    bit_rate: int | None = None

    def fingerprint(self, kind: str) -> str | None:
        """The value of one kind; None: it was not computed."""
        return dict(self.fingerprints).get(kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class WireFolder:
    """A directory on the disk of the server; a zip, and directories inside, are folders too."""

    id: int
    path: str
    parent_id: int | None
    """None for a library."""
    zip_file_id: int | None
    """The zip that it is, or is in."""
    created: Stamp | None = None
    updated: Stamp | None = None

    @property
    def name(self) -> str:
        """The last part of the path."""
        return last_part(self.path)


def last_part(path: str) -> str:
    """The name at the end of a path; a backslash separates only where there is no slash."""
    separator = "/" if "/" in path else "\\"
    return path.rstrip(separator).rpartition(separator)[2]


def folder_of(file: WireFile) -> str:
    """The path of the folder that a file is in."""
    folder = file.path.removesuffix(file.basename)
    root = len(folder) == 1 or folder[-2:-1] == ":"
    return folder if root else folder[:-1]


def file_from(fields: Fields) -> WireFile:
    """Read a file of any kind."""
    return WireFile(
        id=fields.id(),
        kind=_KINDS.get(fields.text("__typename"), "other"),
        path=fields.required("path"),
        basename=fields.required("basename"),
        size_bytes=fields.count("size"),
        modified=fields.stamp("mod_time"),
        created=fields.optional_stamp("created_at"),
        updated=fields.optional_stamp("updated_at"),
        folder_id=_linked(fields, "parent_folder"),
        zip_file_id=_linked(fields, "zip_file"),
        fingerprints=fields.objects("fingerprints", _fingerprint),
        format=fields.text("format"),
        width=fields.number("width"),
        height=fields.number("height"),
        duration_s=fields.real("duration"),
        video_codec=fields.text("video_codec"),
        audio_codec=fields.text("audio_codec"),
        frame_rate=fields.real("frame_rate"),
        bit_rate=fields.number("bit_rate"),
    )


def folder_from(fields: Fields) -> WireFolder:
    """Read a folder."""
    return WireFolder(
        id=fields.id(),
        path=fields.required("path"),
        parent_id=_linked(fields, "parent_folder"),
        zip_file_id=_linked(fields, "zip_file"),
        created=fields.optional_stamp("created_at"),
        updated=fields.optional_stamp("updated_at"),
    )


def _linked(fields: Fields, name: str) -> int | None:
    """The id of an object; older servers have a field with the id itself."""
    inner = fields.inner(name)
    return fields.optional_id(f"{name}_id") if inner is None else inner.id()


def _fingerprint(fields: Fields) -> tuple[str, str]:
    return fields.text("type"), fields.text("value")
