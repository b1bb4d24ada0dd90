"""The table of the tree: what lies where, and what each system call means there."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from g3fs.backends.stash.ids import Kind
from g3fs.gallery.collections import Collection, Holds, Meaning, Operation


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A pattern of paths, the kind of directory that is there, and a row of the matrix."""

    kind: Kind
    fixed: bool = False
    """Its content is that of a folder or zip: the one of two rows of this kind."""
    collection: Collection

    @property
    def can_add(self) -> bool:
        """Whether something can come into such a directory."""
        return not _ADDING.isdisjoint(self.collection.cells)

    @property
    def can_edit(self) -> bool:
        """Whether what is in it can be renamed, or leave it."""
        return not _EDITING.isdisjoint(self.collection.cells)


_ADDING = frozenset({Operation.CREATE, Operation.LINK, Operation.MKDIR, Operation.RENAME_IN})
_EDITING = frozenset(
    {Operation.UNLINK, Operation.RMDIR, Operation.RENAME_WITHIN, Operation.RENAME_OUT}
)

_NOTHING: Mapping[Operation, Meaning] = MappingProxyType({})
_MEMBERS = MappingProxyType(
    {
        Operation.LINK: Meaning.JOIN,
        Operation.UNLINK: Meaning.LEAVE,
        Operation.RENAME_IN: Meaning.JOIN,
        Operation.RENAME_OUT: Meaning.LEAVE,
    }
)
_NAMES = MappingProxyType(
    {
        Operation.RENAME_WITHIN: Meaning.MOVE,
        Operation.MKDIR: Meaning.NEW_ALBUM,
        Operation.RMDIR: Meaning.DELETE_EMPTY,
    }
)
# Nothing can be uploaded, and a file that moves between folders stays in the gallery of the old
# one: so a file can change its name, and go.
_DISK = MappingProxyType({Operation.UNLINK: Meaning.DELETE, Operation.RENAME_WITHIN: Meaning.MOVE})


def _row(
    kind: Kind, path: str, content: str, holds: Holds, cells: Mapping[Operation, Meaning]
) -> Row:
    return Row(
        kind=kind, collection=Collection(path=path, content=content, holds=holds, cells=cells)
    )


def _fixed(kind: Kind, path: str, content: str) -> Row:
    collection = Collection(path=path, content=content, holds=_SHOWN, cells=_NOTHING)
    return Row(kind=kind, fixed=True, collection=collection)


_LIVES, _STANDS, _SHOWN = Holds.LIVES, Holds.STANDS, Holds.SHOWN
_ALL = "images and scenes, and links to galleries"

TREE = (
    _row(Kind.ROOT, "/", "the collections", _SHOWN, _NOTHING),
    _row(Kind.GALLERIES, "galleries", "every gallery", _STANDS, _NAMES),
    _row(Kind.GALLERY, "galleries/NAME", "the images of one made by hand", _STANDS, _MEMBERS),
    _fixed(Kind.GALLERY, "galleries/NAME of a folder or zip", "the images in it"),
    _row(Kind.FOLDERS, "folders", "the libraries", _SHOWN, _NOTHING),
    _row(Kind.FOLDER, "folders/LIBRARY/PATH", "images and scenes on the disk", _LIVES, _DISK),
    _fixed(Kind.FOLDER, "folders/LIBRARY/PATH in a zip", "the images in it"),
    _row(Kind.TAGS, "tags", "every tag", _STANDS, _NAMES),
    _row(Kind.TAG, "tags/NAME", f"{_ALL} that carry it", _STANDS, _MEMBERS),
    _row(Kind.PERFORMERS, "performers", "every performer", _SHOWN, _NOTHING),
    _row(Kind.PERFORMER, "performers/NAME", f"{_ALL} with them", _STANDS, _MEMBERS),
    _row(Kind.STUDIOS, "studios", "every studio", _SHOWN, _NOTHING),
    _row(Kind.STUDIO, "studios/NAME", f"{_ALL} that are of it", _STANDS, _MEMBERS),
)
"""This version of the mount is read-only and answers EROFS to all of it; the cells are what the
server can do. What is not in the table is refused."""

COLLECTIONS = tuple(row.collection for row in TREE)

_BY_KIND = {(row.kind, row.fixed): row for row in TREE}


def row_of(kind: Kind, *, fixed: bool = False) -> Row:
    """The row of a directory; `fixed`: its content is that of a folder or zip."""
    return _BY_KIND[kind, fixed]


def at_the_root(*, folders: bool) -> tuple[Kind, ...]:
    """The directories of the root; servers before v0.29 do not tell their folders."""
    kinds = (row.kind for row in TREE if row.kind.single and row.kind is not Kind.ROOT)
    return tuple(kind for kind in kinds if folders or kind is not Kind.FOLDERS)


def collections(*, folders: bool) -> tuple[Collection, ...]:
    """The table of one server."""
    return tuple(
        row.collection for row in TREE if folders or row.kind not in (Kind.FOLDERS, Kind.FOLDER)
    )
