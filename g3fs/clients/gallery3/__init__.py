"""A client for Gallery 3, usable alone: `docs/client-gallery3.md` shows how."""

from g3fs.clients.gallery3.bytes import ByteStream
from g3fs.clients.gallery3.client import GUEST, Client, Login, detect_at, open_client
from g3fs.clients.gallery3.detect import Detected
from g3fs.clients.gallery3.items import Many
from g3fs.clients.gallery3.lock import Structure, ThreadStructure
from g3fs.clients.gallery3.wire import Kind, Size, WireComment, WireItem, WireTag

__all__ = [
    "GUEST",
    "ByteStream",
    "Client",
    "Detected",
    "Kind",
    "Login",
    "Many",
    "Size",
    "Structure",
    "ThreadStructure",
    "WireComment",
    "WireItem",
    "WireTag",
    "detect_at",
    "open_client",
]
