"""The table of the tree: which collections a server has, and what each system call means there."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType


class Holds(Enum):
    """What the files in a collection do there."""

    LIVES = "lives"
    """Files live here: removing one removes it from the server."""
    STANDS = "stands"
    """Files stand here as members: `ln` joins, `rm` leaves, neither touches the file."""
    SHOWN = "shown"
    """The server computes the content; nothing can be put in or taken out."""


class Operation(Enum):
    """What a user can do in a directory."""

    CREATE = "create"
    LINK = "link"
    UNLINK = "unlink"
    RENAME_WITHIN = "rename within"
    RENAME_IN = "rename in"
    RENAME_OUT = "rename out"
    RENAME_OVER = "rename over"
    MKDIR = "mkdir"
    RMDIR = "rmdir"


class Meaning(Enum):
    """What the server is asked to do for it."""

    UPLOAD = "upload"
    REPLACE = "replace the data"
    DELETE = "delete"
    ARCHIVE = "archive"
    MOVE = "rename or move"
    JOIN = "join"
    LEAVE = "leave"
    NEW_ALBUM = "new album"
    DELETE_EMPTY = "delete, if empty"
    REFUSED = "refused"
    """EPERM, whatever the rights."""
    READ_ONLY = "read-only"
    """EROFS: the mount takes no changes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """One part of a server's tree; a pattern of paths, with a row of the matrix."""

    path: str
    """Where it is, below the root: `/`, `albums/TITLE`."""
    content: str
    """One line for people."""
    holds: Holds
    cells: Mapping[Operation, Meaning] = field(default_factory=lambda: MappingProxyType({}))
    """What is not in it is refused."""

    def meaning(self, operation: Operation) -> Meaning:
        """What `operation` means here."""
        return self.cells.get(operation, Meaning.REFUSED)
