"""What is changed: inputs of creations and updates, checked before they are sent.

What is not given stays; None clears. The server stores nearly any rating and title, ignores or
crashes on some nulls, and takes lists as a whole.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypedDict, cast

from g3fs.clients.stash.wire.criteria import Json, check_date
from g3fs.gallery.errors import BadName, Invalid

_RATINGS = range(1, 101)
_NEVER_NULL = frozenset({"organized", "favorite", "primary_file_id", "image_index"})
"""The server crashes on null, or would do something else."""
_ID_LISTS = frozenset(
    {"tag_ids", "performer_ids", "scene_ids", "gallery_ids", "parent_ids", "child_ids"}
)
_IDS = frozenset({"studio_id", "primary_file_id", "gallery_id"})
_SERVER_NAMES: Mapping[str, str] = {"rating": "rating100"}

Ids = Sequence[int] | None
Texts = Sequence[str] | None


class _Common(TypedDict, total=False):
    code: str | None
    date: str | None
    """`YYYY-MM-DD`; from v0.30 also `YYYY-MM` and `YYYY`."""
    details: str | None
    rating: int | None
    """1 to 100."""
    organized: bool
    studio_id: int | None


class _Lists(TypedDict, total=False):
    urls: Texts
    tag_ids: Ids
    performer_ids: Ids


class GalleryFacts(_Common, _Lists, total=False):
    """What `galleries.create` takes beside the title."""

    photographer: str | None
    scene_ids: Ids


class GalleryChanges(GalleryFacts, total=False):
    """What `galleries.update` changes."""

    title: str
    """Not empty for those made by hand; "" for others: their folder or zip is the name again."""
    primary_file_id: int


class ImageChanges(_Common, _Lists, total=False):
    """What `images.update` changes."""

    title: str | None
    photographer: str | None
    gallery_ids: Ids
    """The whole list; galleries of folders and zips must stay in it. Better: `contents.add`."""
    primary_file_id: int


class SceneChanges(_Common, _Lists, total=False):
    """What `scenes.update` changes."""

    title: str | None
    director: str | None
    gallery_ids: Ids
    primary_file_id: int


class TagFacts(TypedDict, total=False):
    """What `tags.create` takes beside the name."""

    sort_name: str | None
    description: str | None
    aliases: Texts
    favorite: bool
    parent_ids: Ids
    child_ids: Ids


class TagChanges(TagFacts, total=False):
    """What `tags.update` changes."""

    name: str


@dataclass(frozen=True, slots=True)
class IdList:
    """How bulk updates treat a list: ADD and REMOVE do not disturb what others do meanwhile."""

    mode: Literal["SET", "ADD", "REMOVE"]
    ids: tuple[int, ...]

    def json(self) -> Json:
        return {"mode": self.mode, "ids": [str(number) for number in self.ids]}


@dataclass(frozen=True, slots=True)
class TextList:
    """The same for a list of texts."""

    mode: Literal["SET", "ADD", "REMOVE"]
    values: tuple[str, ...]

    def json(self) -> Json:
        return {"mode": self.mode, "values": list(self.values)}


class _BulkLists(TypedDict, total=False):
    urls: TextList
    tag_ids: IdList
    performer_ids: IdList


class GalleryBulk(_Common, _BulkLists, total=False):
    """What `galleries.bulk_update` changes; titles it cannot."""

    photographer: str | None
    scene_ids: IdList


class ImageBulk(_Common, _BulkLists, total=False):
    """What `images.bulk_update` changes."""

    title: str | None
    photographer: str | None
    gallery_ids: IdList


class SceneBulk(_Common, _BulkLists, total=False):
    """What `scenes.bulk_update` changes."""

    title: str | None
    director: str | None
    gallery_ids: IdList


class TagBulk(TypedDict, total=False):
    """What `tags.bulk_update` changes."""

    description: str | None
    aliases: TextList
    favorite: bool
    parent_ids: IdList
    child_ids: IdList


AnyChanges = Mapping[str, object]
"""One of the above."""


def changes_json(changes: AnyChanges) -> Json:
    """Changes as the server wants them.

    Raises:
        Invalid: the server would ignore it, crash, or store nonsense.
    """
    return {_SERVER_NAMES.get(name, name): _value(name, value) for name, value in changes.items()}


def check_title(title: str, *, blank_allowed: bool = False) -> str:
    """A title of a gallery.

    Raises:
        Invalid: nothing but blanks, which would be stored, and leave the gallery without a name.
    """
    if not blank_allowed and not title.strip():
        raise Invalid("the title must not be empty")
    return title


def check_basename(name: str) -> str:
    """A name that a file gets inside its folder.

    Raises:
        BadName: the server would take it for a path, and put the file elsewhere.
    """
    if not name or name in (".", "..") or "/" in name or "\\" in name or "\0" in name:
        raise BadName(f"{name!r} is no name for a file")
    return name


def _value(name: str, value: object) -> object:
    if isinstance(value, IdList | TextList):
        return value.json()
    if value is None:
        if name in _NEVER_NULL:
            raise Invalid(f"{name} cannot be cleared")
        return None
    if name in _ID_LISTS:
        return [str(number) for number in cast(Sequence[int], value)]
    if name in _IDS:
        return str(value)
    if name == "rating" and value not in _RATINGS:
        raise Invalid("ratings go from 1 to 100")
    if name == "date" and value:
        return check_date(str(value))
    return list(value) if isinstance(value, tuple) else value
