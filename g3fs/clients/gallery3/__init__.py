"""A client for Gallery 3, usable alone: `docs/client-gallery3.md` shows how."""

from g3fs.clients.gallery3.albums import NewAlbum
from g3fs.clients.gallery3.client import GUEST, Client, Login, detect_at, open_client
from g3fs.clients.gallery3.detect import Detected
from g3fs.clients.gallery3.edits import CLEAR, Properties
from g3fs.clients.gallery3.gallery import Gallery, connect
from g3fs.clients.gallery3.item import Item, Rendition
from g3fs.clients.gallery3.items import Many
from g3fs.clients.gallery3.lock import Structure, ThreadStructure
from g3fs.clients.gallery3.places import Place
from g3fs.clients.gallery3.processlock import ProcessStructure
from g3fs.clients.gallery3.sending import Upload
from g3fs.clients.gallery3.wire import Kind, Size, WireComment, WireItem, WireTag
from g3fs.http.bytestream import ByteStream

__all__ = [
    "CLEAR",
    "GUEST",
    "ByteStream",
    "Client",
    "Detected",
    "Gallery",
    "Item",
    "Kind",
    "Login",
    "Many",
    "NewAlbum",
    "Place",
    "ProcessStructure",
    "Properties",
    "Rendition",
    "Size",
    "Structure",
    "ThreadStructure",
    "Upload",
    "WireComment",
    "WireItem",
    "WireTag",
    "connect",
    "detect_at",
    "open_client",
]
