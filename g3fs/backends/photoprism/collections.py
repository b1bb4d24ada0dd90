"""The table of the tree: what lies where, and what each system call means there."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from g3fs.backends.photoprism.ids import Kind
from g3fs.gallery.collections import Collection, Holds, Meaning, Operation


@dataclass(frozen=True, slots=True)
class Row:
    """A pattern of paths, the kind of directory that is there, and a row of the matrix."""

    kind: Kind
    collection: Collection


_NOTHING: Mapping[Operation, Meaning] = MappingProxyType({})
_FLAG = MappingProxyType(
    {
        Operation.LINK: Meaning.JOIN,
        Operation.UNLINK: Meaning.LEAVE,
        Operation.RENAME_IN: Meaning.JOIN,
        Operation.RENAME_OUT: Meaning.LEAVE,
    }
)
_ALBUM = MappingProxyType(
    {
        **_FLAG,
        Operation.CREATE: Meaning.UPLOAD,
        Operation.RENAME_WITHIN: Meaning.MOVE,
        Operation.RENAME_OVER: Meaning.REPLACE,
    }
)
_ALBUMS = MappingProxyType(
    {
        Operation.RENAME_WITHIN: Meaning.MOVE,
        Operation.MKDIR: Meaning.NEW_ALBUM,
        Operation.RMDIR: Meaning.DELETE_EMPTY,
    }
)
_FOLDER = MappingProxyType(
    {
        # A second copy on the disk is not what `ln` promises, and the index would skip it.
        Operation.LINK: Meaning.REFUSED,
        Operation.CREATE: Meaning.UPLOAD,
        Operation.UNLINK: Meaning.ARCHIVE,
        Operation.RENAME_WITHIN: Meaning.MOVE,
        Operation.RENAME_IN: Meaning.MOVE,
        Operation.RENAME_OUT: Meaning.MOVE,
        Operation.RENAME_OVER: Meaning.REPLACE,
        Operation.MKDIR: Meaning.NEW_ALBUM,
        Operation.RMDIR: Meaning.DELETE_EMPTY,
    }
)
_LABELS = MappingProxyType({Operation.RENAME_WITHIN: Meaning.MOVE})
# Whoever removes a photo from the review wants to be rid of it, not to approve it.
_REVIEW = MappingProxyType({Operation.UNLINK: Meaning.ARCHIVE, Operation.RENAME_OUT: Meaning.LEAVE})
_ARCHIVE = MappingProxyType(
    {
        Operation.UNLINK: Meaning.DELETE,
        Operation.RENAME_IN: Meaning.ARCHIVE,
        Operation.RENAME_OUT: Meaning.LEAVE,
    }
)


def _row(
    kind: Kind, path: str, content: str, holds: Holds, cells: Mapping[Operation, Meaning]
) -> Row:
    return Row(kind, Collection(path=path, content=content, holds=holds, cells=cells))


_LIVES, _STANDS, _SHOWN = Holds.LIVES, Holds.STANDS, Holds.SHOWN

TREE = (
    _row(Kind.ROOT, "/", "the collections", _SHOWN, _NOTHING),
    _row(Kind.ALBUMS, "albums", "the albums made by hand", _STANDS, _ALBUMS),
    _row(Kind.ALBUM, "albums/TITLE", "the photos of an album", _STANDS, _ALBUM),
    _row(Kind.FOLDERS, "folders", "the originals as they lie on the server", _LIVES, _FOLDER),
    _row(Kind.FOLDER, "folders/PATH", "one directory of them", _LIVES, _FOLDER),
    _row(Kind.CALENDAR, "calendar", "the years", _SHOWN, _NOTHING),
    _row(Kind.YEAR, "calendar/YYYY", "the months of a year", _SHOWN, _NOTHING),
    _row(Kind.MONTH, "calendar/YYYY/MM", "the photos of a month", _SHOWN, _NOTHING),
    _row(Kind.MOMENTS, "moments", "the server's own collections", _SHOWN, _NOTHING),
    _row(Kind.MOMENT, "moments/TITLE", "the photos of a moment", _SHOWN, _NOTHING),
    _row(Kind.STATES, "states", "regions of countries", _SHOWN, _NOTHING),
    _row(Kind.STATE, "states/TITLE", "the photos taken there", _SHOWN, _NOTHING),
    _row(Kind.PEOPLE, "people", "who was recognised", _SHOWN, _NOTHING),
    _row(Kind.PERSON, "people/NAME", "the photos of a person", _SHOWN, _NOTHING),
    _row(Kind.LABELS, "labels", "the labels, which are the tags of files", _STANDS, _LABELS),
    _row(Kind.LABEL, "labels/NAME", "the photos with a label", _STANDS, _FLAG),
    _row(Kind.FAVORITES, "favorites", "the favorites", _STANDS, _FLAG),
    _row(Kind.PRIVATE, "private", "the private photos", _STANDS, _FLAG),
    _row(Kind.REVIEW, "review", "what nobody has approved yet", _STANDS, _REVIEW),
    _row(Kind.ARCHIVE, "archive", "the archived photos", _STANDS, _ARCHIVE),
)
"""This version of the mount is read-only and answers EROFS to all of it; the cells are what the
server can do."""

COLLECTIONS = tuple(row.collection for row in TREE)

AT_THE_ROOT = tuple(
    row for row in TREE if row.kind is not Kind.ROOT and "/" not in row.collection.path
)
