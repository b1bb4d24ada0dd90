"""A client for PhotoPrism, usable alone: `docs/client-photoprism.md` shows how."""

from g3fs.clients.photoprism.albums import Added, Created
from g3fs.clients.photoprism.bytes import Part, ThumbSize
from g3fs.clients.photoprism.client import Client, Facts, connect, detect_at, open_client
from g3fs.clients.photoprism.index import Patience
from g3fs.clients.photoprism.locks import Changes, ThreadChanges
from g3fs.clients.photoprism.login import NOBODY, Login
from g3fs.clients.photoprism.photos import PhotoPage
from g3fs.clients.photoprism.uploads import Uploaded
from g3fs.clients.photoprism.wire.albums import WireAlbum, WireLink
from g3fs.clients.photoprism.wire.bodies import AlbumChanges, PhotoChanges, Taken
from g3fs.clients.photoprism.wire.dav import WireDavEntry
from g3fs.clients.photoprism.wire.files import WireFile
from g3fs.clients.photoprism.wire.lists import (
    WireFolder,
    WireFolderListing,
    WireLabel,
    WireMonth,
    WireSubject,
)
from g3fs.clients.photoprism.wire.photos import (
    WireCamera,
    WirePhoto,
    WirePhotoDetails,
    WirePhotoLabel,
    WirePlace,
    WireTexts,
)
from g3fs.clients.photoprism.wire.queries import AlbumFilters, PhotoFilters
from g3fs.clients.photoprism.wire.sessions import (
    WireAccess,
    WireConfig,
    WireSession,
    WireSettings,
    WireUser,
)
from g3fs.http.bytestream import ByteStream

__all__ = [
    "NOBODY",
    "Added",
    "AlbumChanges",
    "AlbumFilters",
    "ByteStream",
    "Changes",
    "Client",
    "Created",
    "Facts",
    "Login",
    "Part",
    "Patience",
    "PhotoChanges",
    "PhotoFilters",
    "PhotoPage",
    "Taken",
    "ThreadChanges",
    "ThumbSize",
    "Uploaded",
    "WireAccess",
    "WireAlbum",
    "WireCamera",
    "WireConfig",
    "WireDavEntry",
    "WireFile",
    "WireFolder",
    "WireFolderListing",
    "WireLabel",
    "WireLink",
    "WireMonth",
    "WirePhoto",
    "WirePhotoDetails",
    "WirePhotoLabel",
    "WirePlace",
    "WireSession",
    "WireSettings",
    "WireSubject",
    "WireTexts",
    "WireUser",
    "connect",
    "detect_at",
    "open_client",
]
