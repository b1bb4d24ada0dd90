"""One line of the journal: a local file, and what is to become of it on the server."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType

from g3fs.gallery.ids import ItemId

NO_ATTRIBUTES: Mapping[str, str | None] = MappingProxyType({})


class Stage(Enum):
    """How far a local file has come."""

    OPEN = "open"
    """Being written; fsync(2) was answered, close(2) was not. After a crash it is in failed/."""
    STAGED = "staged"
    """Closed under a name that no gallery takes, or empty: it stays here until it is renamed."""
    QUEUED = "queued"
    """Complete, and on its way to the server, or waiting for its turn."""
    FAILED = "failed"
    """Refused; it stays until the user retries or drops it, or writes that name anew."""
    PARKED = "parked"
    """No file at all: an item of the server that is shown under a name that no gallery takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What is kept on disk of one local file; replaced as a whole."""

    id: str
    """32 hex digits; never used again."""
    sequence: int
    """The order in which files were accepted."""
    stage: Stage
    album: ItemId
    name: str
    """As the user gave it."""
    data: str = ""
    """Name of its file in the spool; "" for PARKED."""
    size_bytes: int = 0
    item: ItemId | None = None
    """The item whose data it is to replace, or that was made of it, or that is parked."""
    mark: str = ""
    """By which the server's item can be found when the answer to its upload was lost."""
    carried: str = ""
    """The data whose upload was begun under `mark`, by the name of its file in the spool; "": that
    is `data`, or none was. Kept until it is known what became of it, also when `data` is newer."""
    attributes: Mapping[str, str | None] = field(default_factory=lambda: NO_ATTRIBUTES)
    """Extended attributes that were set before the upload; None: removed."""
    times_ns: tuple[int, int] | None = None
    """What utimensat(2) was given: atime and mtime."""
    accepted: bool = False
    """close(2) or rename(2) was answered with success: it is sent again until the server has it."""
    refused_s: int = 0
    """When it was refused, seconds since 1970 UTC."""
    reason: str = ""
    """Why it was refused, or the last attempt failed; one line for people."""
    created_s: int = 0

    @property
    def files(self) -> set[str]:
        """The names of what it needs in the spool."""
        return {name for name in (self.data, self.carried) if name}
