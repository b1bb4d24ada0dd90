"""The server itself: version, state, settings, numbers."""

from dataclasses import dataclass
from typing import Literal

from g3fs.clients.stash.wire.fields import Fields
from g3fs.clients.stash.wire.shapes import Branch, Operation, Selection, making
from g3fs.gallery.errors import BadReply

ServerState = Literal["SETUP", "NEEDS_MIGRATION", "OK"]

_STATES: tuple[ServerState, ...] = ("SETUP", "NEEDS_MIGRATION", "OK")
VERSION = Operation(
    name="version",
    result=Selection("Version", ("version", "hash", "build_time"), needed=frozenset()),
)
STATUS = Operation(
    name="systemStatus",
    result=Selection(
        "SystemStatus",
        ("status", "appSchema", "databaseSchema"),
        needed=frozenset({"status", "appSchema"}),
    ),
)
STATS = Operation(
    name="stats",
    result=Selection(
        "StatsResultType",
        (
            *("scene_count", "scenes_size", "image_count", "images_size", "gallery_count"),
            *("tag_count", "performer_count", "studio_count"),
        ),
        needed=frozenset({"scene_count", "image_count", "gallery_count"}),
    ),
)
_LIBRARY = Selection("StashConfig", ("path", "excludeVideo", "excludeImage"), needed=frozenset())
CONFIGURATION = Operation(
    name="configuration",
    result=Selection(
        "ConfigResult",
        (
            Branch(
                "general",
                Selection(
                    "ConfigGeneralResult",
                    (
                        # Not password and apiKey: see API_KEY.
                        Branch("stashes", _LIBRARY),
                        *("imageExtensions", "videoExtensions", "galleryExtensions"),
                        *("createGalleriesFromFolders", "galleryCoverRegex", "deleteTrashPath"),
                        *("username", "maxSessionAge"),
                    ),
                    needed=frozenset({"stashes"}),
                ),
            ),
        ),
        needed=frozenset({"general"}),
    ),
)
API_KEY = Operation(
    name="configuration",
    result=Selection(
        "ConfigResult",
        (
            Branch(
                "general",
                Selection("ConfigGeneralResult", ("apiKey",), needed=frozenset({"apiKey"})),
            ),
        ),
        needed=frozenset({"general"}),
    ),
)
MAKE_API_KEY = making("generateAPIKey", "GenerateAPIKeyInput!")
OPERATIONS = (VERSION, STATUS, STATS, CONFIGURATION, API_KEY, MAKE_API_KEY)


@dataclass(frozen=True, slots=True, kw_only=True)
class WireVersion:
    """Which program answers."""

    version: str
    """Such as `v0.30.1`; "" in private builds."""
    build_hash: str = ""
    build_time: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WireStatus:
    """Whether the server can be used: everything but OK means that hardly anything answers."""

    state: ServerState
    app_schema: int
    """Version of the database that the program knows: tells which calls there are."""
    database_schema: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WireStats:
    """Numbers that change with most changes: a cheap fingerprint of the library."""

    scene_count: int
    image_count: int
    gallery_count: int
    scenes_bytes: int = 0
    images_bytes: int = 0
    tag_count: int = 0
    performer_count: int = 0
    studio_count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class WireLibrary:
    """A directory on the disk of the server that is scanned."""

    path: str
    excludes_videos: bool = False
    excludes_images: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WireConfiguration:
    """The settings that matter to clients."""

    libraries: tuple[WireLibrary, ...]
    image_extensions: tuple[str, ...] = ()
    video_extensions: tuple[str, ...] = ()
    gallery_extensions: tuple[str, ...] = ()
    galleries_from_folders: bool = False
    """Whether a scan makes a gallery of each folder with pictures."""
    cover_regex: str = ""
    trash_path: str = ""
    """Where deleted files go; "": they are gone."""
    username: str = ""
    """"": no login is needed."""
    session_age_s: int | None = None


def version_from(fields: Fields) -> WireVersion:
    """Read the version."""
    return WireVersion(
        version=fields.text("version"),
        build_hash=fields.text("hash"),
        build_time=fields.text("build_time"),
    )


def status_from(fields: Fields) -> WireStatus:
    """Read the state of the server."""
    state = fields.text("status")
    if state not in _STATES:
        raise BadReply(f"the server is in the odd state {state!r}")
    return WireStatus(
        state=state,
        app_schema=fields.count("appSchema"),
        database_schema=fields.number("databaseSchema"),
    )


def stats_from(fields: Fields) -> WireStats:
    """Read the numbers."""
    return WireStats(
        scene_count=fields.count("scene_count"),
        image_count=fields.count("image_count"),
        gallery_count=fields.count("gallery_count"),
        scenes_bytes=int(fields.real("scenes_size") or 0),
        images_bytes=int(fields.real("images_size") or 0),
        tag_count=fields.number("tag_count") or 0,
        performer_count=fields.number("performer_count") or 0,
        studio_count=fields.number("studio_count") or 0,
    )


def configuration_from(fields: Fields) -> WireConfiguration:
    """Read the settings."""
    general = _general(fields)
    return WireConfiguration(
        libraries=general.objects("stashes", _library),
        image_extensions=general.texts("imageExtensions"),
        video_extensions=general.texts("videoExtensions"),
        gallery_extensions=general.texts("galleryExtensions"),
        galleries_from_folders=general.flag("createGalleriesFromFolders"),
        cover_regex=general.text("galleryCoverRegex"),
        trash_path=general.text("deleteTrashPath"),
        username=general.text("username"),
        session_age_s=general.number("maxSessionAge"),
    )


def api_key_from(fields: Fields) -> str:
    """The key of the server; "" when it has none."""
    return _general(fields).text("apiKey")


def _general(fields: Fields) -> Fields:
    general = fields.inner("general")
    if general is None:
        raise BadReply("general is missing in the answer")
    return general


def _library(fields: Fields) -> WireLibrary:
    return WireLibrary(
        path=fields.text("path"),
        excludes_videos=fields.flag("excludeVideo"),
        excludes_images=fields.flag("excludeImage"),
    )
