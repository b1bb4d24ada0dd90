"""A client for Stash, usable alone: `docs/client-stash.md` shows how."""

from g3fs.clients.stash.api import Ending
from g3fs.clients.stash.bytes import Part
from g3fs.clients.stash.client import Client, connect, detect_at, open_client
from g3fs.clients.stash.detect import Detected, Facts
from g3fs.clients.stash.finding import Page
from g3fs.clients.stash.login import NOBODY, Login
from g3fs.clients.stash.members import Members
from g3fs.clients.stash.wire.changes import (
    GalleryBulk,
    GalleryChanges,
    GalleryFacts,
    IdList,
    ImageBulk,
    ImageChanges,
    SceneBulk,
    SceneChanges,
    TagBulk,
    TagChanges,
    TagFacts,
    TextList,
)
from g3fs.clients.stash.wire.criteria import Date, Ids, Moment, Number, Text, TreeIds
from g3fs.clients.stash.wire.fields import Stamp
from g3fs.clients.stash.wire.files import WireFile, WireFolder
from g3fs.clients.stash.wire.filters import (
    FileFilter,
    FolderFilter,
    GalleryFilter,
    ImageFilter,
    Paging,
    PerformerFilter,
    SceneFilter,
    StudioFilter,
    TagFilter,
)
from g3fs.clients.stash.wire.galleries import WireChapter, WireGallery
from g3fs.clients.stash.wire.images import WireImage
from g3fs.clients.stash.wire.jobs import WireJob
from g3fs.clients.stash.wire.named import WireNamed, WirePerformer, WireStudio, WireTag
from g3fs.clients.stash.wire.scenes import WireScene
from g3fs.clients.stash.wire.system import (
    WireConfiguration,
    WireLibrary,
    WireStats,
    WireStatus,
    WireVersion,
)
from g3fs.http.bytestream import ByteStream

__all__ = [
    "NOBODY",
    "ByteStream",
    "Client",
    "Date",
    "Detected",
    "Ending",
    "Facts",
    "FileFilter",
    "FolderFilter",
    "GalleryBulk",
    "GalleryChanges",
    "GalleryFacts",
    "GalleryFilter",
    "IdList",
    "Ids",
    "ImageBulk",
    "ImageChanges",
    "ImageFilter",
    "Login",
    "Members",
    "Moment",
    "Number",
    "Page",
    "Paging",
    "Part",
    "PerformerFilter",
    "SceneBulk",
    "SceneChanges",
    "SceneFilter",
    "Stamp",
    "StudioFilter",
    "TagBulk",
    "TagChanges",
    "TagFacts",
    "TagFilter",
    "Text",
    "TextList",
    "TreeIds",
    "WireChapter",
    "WireConfiguration",
    "WireFile",
    "WireFolder",
    "WireGallery",
    "WireImage",
    "WireJob",
    "WireLibrary",
    "WireNamed",
    "WirePerformer",
    "WireScene",
    "WireStats",
    "WireStatus",
    "WireStudio",
    "WireTag",
    "WireVersion",
    "connect",
    "detect_at",
    "open_client",
]
