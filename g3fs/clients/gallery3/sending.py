"""A file on its way: the body of an upload, and the lock that it takes before its last byte."""

import secrets
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from typing import Self

from g3fs.clients.gallery3 import names
from g3fs.clients.gallery3.escape import escaped_json
from g3fs.clients.gallery3.lock import Structure
from g3fs.clients.gallery3.media import Source
from g3fs.clients.gallery3.wire import Kind
from g3fs.gallery.errors import Cancelled
from g3fs.http.multipart import FilePart, Multipart

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A photo or movie to be made."""

    name: str
    """What it should be called; the server may have to spell it differently (see names.py)."""
    source: Source
    kind: Kind | None = None
    """None: as the extension of the name says."""
    title: str | None = None
    """None: the name."""
    description: str | None = None
    """None: what the file itself says (IPTC)."""
    slug: str | None = None
    """None: one that suits the name and is free."""
    progress: Progress | None = None
    """Called with the bytes sent so far; every second while others have their turn; and with the
    lock held, before the last byte. Until then it may raise Cancelled to stop the upload."""


class Sending:
    """Makes bodies, which travel without the lock; from the last byte on it is held.

    Leaving the context gives it back: by then what was sent must be verified.
    """

    def __init__(self, structure: Structure, progress: Progress | None) -> None:
        self._structure = structure
        self._progress = progress
        self._sent_bytes = 0
        self._held = False
        self._all_out = False
        self._hold = ExitStack()

    def body(self, entity: Mapping[str, object], source: Source, extension: str) -> Multipart:
        """A form with a file; may be sent again."""
        # The server buffers uploads under this name: two of the same in one second swap bytes.
        part = FilePart(
            field="file",
            filename=f"{secrets.token_hex(16)}.{extension.lower()}",
            media_type=names.MEDIA_TYPES[extension.lower()],
            source=source,
        )
        fields = {"entity": escaped_json(entity)} if entity else {}
        return Multipart(fields, part, before_last=self._begin_last, progress=self._moved)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_details: object) -> None:
        self._hold.close()

    def _begin_last(self) -> None:
        if not self._held:  # a body may be sent again, with a new key
            self._hold.enter_context(self._structure.writing(self._beat))
            self._held = True
        self._beat()
        self._all_out = True

    def _moved(self, sent_bytes: int) -> None:
        self._sent_bytes = sent_bytes
        if not self._all_out:
            self._beat()
            return
        self._all_out = False
        with suppress(Cancelled):  # the server acts, so the lock is held until its answer
            self._beat()

    def _beat(self) -> None:
        if self._progress is not None:
            self._progress(self._sent_bytes)
