"""The table of the tree: what each system call means in a directory of a Gallery 3."""

from collections.abc import Mapping
from types import MappingProxyType

from g3fs.gallery.collections import Collection, Holds, Meaning, Operation

_CELLS: Mapping[Operation, Meaning] = MappingProxyType(
    {
        Operation.CREATE: Meaning.UPLOAD,
        # An item has one parent: there is nothing to join, and a copy is not what `ln` promises.
        Operation.LINK: Meaning.REFUSED,
        Operation.UNLINK: Meaning.DELETE,
        Operation.RENAME_WITHIN: Meaning.MOVE,
        Operation.RENAME_IN: Meaning.MOVE,
        Operation.RENAME_OUT: Meaning.MOVE,
        Operation.RENAME_OVER: Meaning.REPLACE,
        Operation.MKDIR: Meaning.NEW_ALBUM,
        Operation.RMDIR: Meaning.DELETE_EMPTY,
    }
)

COLLECTIONS = (
    Collection(
        path="/",
        content="albums, which nest; each photo and movie lives in one of them",
        holds=Holds.LIVES,
        cells=_CELLS,
    ),
)
"""One collection: the root album, and every album below it."""
