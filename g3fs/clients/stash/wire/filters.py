"""What is searched for: filters, pages and orders."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, TypedDict, cast

from g3fs.clients.stash.wire.criteria import (
    Criterion,
    Date,
    Ids,
    Json,
    Moment,
    Number,
    Text,
    TreeIds,
)
from g3fs.gallery.errors import Invalid

Missing = Literal["title", "details", "date", "studio", "performers", "tags", "galleries", "scenes"]

_MISSING = frozenset(Missing.__args__)  # type: ignore[attr-defined]  # a Literal has them
"""What may be asked for: the server puts this word into its SQL as it is."""


class _Common(TypedDict, total=False):
    """What galleries, images and scenes have in common."""

    id: Number
    title: Text
    details: Text
    code: Text
    path: Text
    """Of any file, or the folder, as on the server."""
    url: Text
    rating: Number
    date: Date
    created: Moment
    updated: Moment
    organized: bool
    file_count: Number
    tags: TreeIds
    tag_count: Number
    studios: TreeIds
    performers: Ids
    performer_count: Number
    is_missing: Missing


class GalleryFilter(_Common, total=False):
    """Conditions on galleries; all must hold. At most one of the last three."""

    photographer: Text
    checksum: Text
    scenes: Ids
    image_count: Number
    is_zip: bool
    has_chapters: bool
    images: "ImageFilter"
    """Those with an image that fits."""
    folder: "FolderFilter"
    """Those of a folder that fits; from v0.30."""
    both: "GalleryFilter"
    either: "GalleryFilter"
    without: "GalleryFilter"


class ImageFilter(_Common, total=False):
    """Conditions on images; all must hold. At most one of the last three."""

    photographer: Text
    checksum: Text
    o_count: Number
    galleries: Ids
    files: "FileFilter"
    """Those with a file that fits; from v0.29."""
    both: "ImageFilter"
    either: "ImageFilter"
    without: "ImageFilter"


class SceneFilter(_Common, total=False):
    """Conditions on scenes; all must hold. At most one of the last three."""

    director: Text
    checksum: Text
    oshash: Text
    o_count: Number
    galleries: Ids
    files: "FileFilter"
    both: "SceneFilter"
    either: "SceneFilter"
    without: "SceneFilter"


class FileFilter(TypedDict, total=False):
    """Conditions on files; all must hold. At most one of the last three."""

    path: Text
    basename: Text
    parent_folder: TreeIds
    zip_file: Ids
    modified: Moment
    both: "FileFilter"
    either: "FileFilter"
    without: "FileFilter"


class FolderFilter(TypedDict, total=False):
    """Conditions on folders; all must hold. At most one of the last three."""

    path: Text
    parent_folder: TreeIds
    zip_file: Ids
    both: "FolderFilter"
    either: "FolderFilter"
    without: "FolderFilter"


class TagFilter(TypedDict, total=False):
    """Conditions on tags; all must hold. At most one of the last three."""

    name: Text
    aliases: Text
    description: Text
    favorite: bool
    image_count: Number
    gallery_count: Number
    scene_count: Number
    parents: TreeIds
    children: TreeIds
    both: "TagFilter"
    either: "TagFilter"
    without: "TagFilter"


class PerformerFilter(TypedDict, total=False):
    """Conditions on performers; all must hold."""

    name: Text
    aliases: Text
    details: Text
    country: Text
    rating: Number
    tags: TreeIds
    image_count: Number
    gallery_count: Number
    scene_count: Number


class StudioFilter(TypedDict, total=False):
    """Conditions on studios; all must hold."""

    name: Text
    aliases: Text
    details: Text
    rating: Number
    parents: Ids
    tags: TreeIds
    image_count: Number
    gallery_count: Number
    scene_count: Number


AnyFilter = Mapping[str, object]
"""One of the above."""

_JOINTS: Mapping[str, str] = {"both": "AND", "either": "OR", "without": "NOT"}
_OTHERS: Mapping[str, str] = {
    "images": "images_filter",
    "folder": "folders_filter",
    "files": "files_filter",
}
"""Filters of another kind inside."""
_SERVER_NAMES: Mapping[str, str] = {
    "rating": "rating100",
    "o_count": "o_counter",
    "created": "created_at",
    "updated": "updated_at",
    "modified": "mod_time",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Paging:
    """Which of the matches, and in which order."""

    per_page: int | None = None
    """None: all, in one request."""
    page: int = 1
    """From 1. Pages shift when others add or remove something: take all where that matters."""
    sort: str = "id"
    """`id`, `path`, `title`, `name`, `date`, `rating`, `created_at`, `updated_at`, `random_SEED`
    and others; only `id` is surely stable."""
    descending: bool = False
    search: str = ""
    """Words in title, details, path and the like: all needed, `-word` excludes, `"a phrase"`."""

    def __post_init__(self) -> None:
        if self.page < 1 or (self.per_page is not None and self.per_page < 1):
            raise Invalid("pages count from 1, and have at least one entry")
        if self.per_page is None and self.page != 1:
            raise Invalid("which page? Say how many entries a page has")
        if not self.sort:
            raise Invalid("without an order the server gives any")

    def json(self) -> Json:
        wanted: dict[str, object] = {"per_page": -1 if self.per_page is None else self.per_page}
        if self.per_page is not None:
            wanted["page"] = self.page
        wanted["sort"] = self.sort
        if self.descending:
            wanted["direction"] = "DESC"
        if self.search:
            wanted["q"] = self.search
        return wanted

    def cut(self, count: int) -> slice:
        """Which of all matches this page has."""
        if self.per_page is None:
            return slice(0, count)
        return slice((self.page - 1) * self.per_page, self.page * self.per_page)


ALL = Paging()
COUNT_ONLY: Json = {"per_page": 0}


def filter_json(wanted: AnyFilter) -> Json:
    """A filter as the server wants it.

    Raises:
        Invalid: it would not mean what it says.
    """
    joints = [name for name in wanted if name in _JOINTS]
    if len(joints) > 1:
        raise Invalid(f"only one of {', '.join(joints)} at a time: put one inside the other")
    return dict(_entry(name, value) for name, value in wanted.items())


def doubtful_texts(wanted: AnyFilter) -> Mapping[str, Text]:
    """The conditions that are compared again, because the server finds more than meant.

    Raises:
        Invalid: one of them stands where its records are not seen.
    """
    either = "either" in wanted
    for name, value in wanted.items():
        if name in _JOINTS or name in _OTHERS:
            _check_strict(cast(AnyFilter, value))
        elif either and isinstance(value, Text):
            _check_strict({name: value})
    if either:
        return {}
    return {name: v for name, v in wanted.items() if isinstance(v, Text) and v.doubtful}


def fitting(doubtful: Mapping[str, Text], texts: Callable[[str], tuple[str, ...]]) -> bool:
    """Whether a record, whose texts are got by name, is what was meant."""
    return all(criterion.fits(*texts(name)) for name, criterion in doubtful.items())


def _check_strict(inner: AnyFilter) -> None:
    for name, value in inner.items():
        if isinstance(value, Text) and value.loose:
            raise Invalid(f'{name}: %, _ and " can be searched for at the outermost level only')
        if name in _JOINTS or name in _OTHERS:
            _check_strict(cast(AnyFilter, value))


def _inner(name: str, value: object) -> Json:
    if not value:
        raise Invalid(f"{name}: an empty filter would match everything")
    return filter_json(cast(AnyFilter, value))


def _entry(name: str, value: object) -> tuple[str, object]:
    if name in _JOINTS:
        return _JOINTS[name], _inner(name, value)
    if name in _OTHERS:
        return _OTHERS[name], _inner(name, value)
    if isinstance(value, Criterion):
        return _SERVER_NAMES.get(name, name), value.json()
    if name == "has_chapters":
        return name, "true" if value else "false"
    if name == "is_missing" and value not in _MISSING:
        raise Invalid(f"{value!r} is nothing that can be missing ({', '.join(sorted(_MISSING))})")
    if isinstance(value, bool) or name == "is_missing":
        return name, value
    raise Invalid(f"{name}: {value!r} is no condition")
