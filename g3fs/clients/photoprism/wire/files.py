"""A file of a photo, as lists, details, `files/:hash` and `folders` show it."""

from dataclasses import dataclass

from g3fs.clients.photoprism.wire.fields import Fields

ORIGINALS = "/"
SIDECAR = "sidecar"

_NS = 1_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class WireFile:
    """One file on the server's disk, as it was when it was last indexed."""

    uid: str
    photo_uid: str
    name: str
    """Path below `root`. Hostile input."""
    root: str
    """`/` for originals, `sidecar` for what the server made, `import`."""
    hash: str
    """SHA-1 of the content, lower-case hex: what bytes are asked by. It is a name, not a check:
    after a replacement the old one gives the new bytes until the next index."""
    size_bytes: int
    file_type: str = ""
    """`jpg`, `heic`, `mp4`: by content, not by name."""
    media_type: str = ""
    """`image`, `video`, `live`, `sidecar`."""
    mime_type: str = ""
    codec: str = ""
    original_name: str = ""
    """The name it had when it was imported; "" if it was indexed in place."""
    primary: bool = False
    """The file that stands for the photo: a JPEG or PNG, perhaps made by the server."""
    sidecar: bool = False
    video: bool = False
    missing: bool = False
    """The server has noticed that it is gone."""
    error: str = ""
    width: int = 0
    height: int = 0
    orientation: int = 0
    duration_s: float = 0.0
    frames_per_second: float = 0.0
    frames: int = 0
    main_color: str = ""
    modified_s: int | None = None
    """The file's own time, seconds since 1970; None in lists of photos, which do not say."""
    created_s: float | None = None
    updated_s: float | None = None

    @property
    def is_original(self) -> bool:
        """Whether somebody put this file there, and not the server."""
        return self.root == ORIGINALS


def file_from(reply: object) -> WireFile:
    """The answer of `files/:hash`."""
    return read_file(Fields(reply, "file"))


def read_file(entry: Fields) -> WireFile:
    """Read one file, or raise BadReply naming the field that is missing or odd."""
    return WireFile(
        uid=entry.required("UID"),
        photo_uid=entry.text("PhotoUID"),
        name=entry.required("Name"),
        root=entry.text("Root") or ORIGINALS,
        hash=entry.text("Hash"),
        size_bytes=entry.number("Size"),
        file_type=entry.text("FileType"),
        media_type=entry.text("MediaType"),
        mime_type=entry.text("Mime"),
        codec=entry.text("Codec"),
        original_name=entry.text("OriginalName"),
        primary=entry.flag("Primary"),
        sidecar=entry.flag("Sidecar"),
        video=entry.flag("Video"),
        missing=entry.flag("Missing"),
        error=entry.text("Error"),
        width=entry.number("Width"),
        height=entry.number("Height"),
        orientation=entry.number("Orientation"),
        duration_s=entry.number("Duration") / _NS,
        frames_per_second=entry.real("FPS"),
        frames=entry.number("Frames"),
        main_color=entry.text("MainColor"),
        modified_s=entry.count("ModTime"),
        created_s=entry.time_s("CreatedAt"),
        updated_s=entry.time_s("UpdatedAt"),
    )
