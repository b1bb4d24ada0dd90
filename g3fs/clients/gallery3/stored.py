"""What the server really has of a file, where its word is not enough."""

from urllib.parse import quote

from g3fs.clients.gallery3.bytes import Bytes
from g3fs.clients.gallery3.wire import WireItem
from g3fs.gallery.errors import BadReply, BytesLost
from g3fs.http.filebody import FileBody

_BLOCK = 4096
"""The size of a directory, which is what a wrong path leads to, is a multiple of this."""
_PIECE_BYTES = 64 * 1024


class StoredFiles:
    """Looks at originals; costs a download where it has to."""

    def __init__(self, source: Bytes) -> None:
        self._bytes = source

    def is_misplaced(self, item: WireItem, sent_bytes: int | None = None) -> bool:
        """Whether the stored path of a file is not its own but, by all signs, that of a directory.

        Deleting such an item removes the directory with all the other files in it. `sent_bytes`:
        how large it must be, if that is known.
        """
        if item.kind == "album":
            return False
        if _has_wrong_address(item):
            return True
        size_bytes = item.size_bytes
        if size_bytes is None or size_bytes % _BLOCK or size_bytes == sent_bytes:
            return False
        return not self._can_be_read(item)

    def holds(self, item: WireItem, body: FileBody) -> bool:
        """Whether the stored file is this one, byte for byte."""
        if item.size_bytes not in (None, len(body)):
            return False
        try:
            with self._bytes.open(item.id) as stream:
                rest = b""
                for piece in body:
                    while len(rest) < len(piece) and (more := stream.read1(_PIECE_BYTES)):
                        rest += more
                    if not rest.startswith(piece):
                        return False
                    rest = rest[len(piece) :]
                return not rest and not stream.read1(1)
        except BytesLost:
            return False

    def _can_be_read(self, item: WireItem) -> bool:
        """Whether there is a file of the size that the server says; a directory cannot be sent."""
        try:
            with self._bytes.open(item.id) as stream:
                return bool(stream.read1(_BLOCK))
        except (BytesLost, BadReply):
            return False


def _has_wrong_address(item: WireItem) -> bool:
    if item.file_url_public is None or item.name is None:
        return False
    path = item.file_url_public.partition("?")[0]
    return not path.endswith("/" + quote(item.name, safe=""))
