"""What lists can be asked for: the names of parameters, and how their values are written.

Values cannot be escaped: `|` separates alternatives and `*` stands for anything, also where they
are meant literally.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Literal, TypedDict

from g3fs.gallery.errors import Invalid

Params = Mapping[str, str]

AlbumKind = Literal["album", "folder", "month", "moment", "state"]
PhotoKind = Literal["image", "video", "live", "animated", "raw", "vector"]
# fmt: off
AlbumOrder = Literal[
    "name", "added", "edited", "oldest", "newest", "count", "path", "slug", "category", "favorites",
]
PhotoOrder = Literal[
    "added", "imported", "newest", "oldest", "name", "title", "edited", "updated", "size",
    "duration", "random", "similar", "relevance", "archived",
]
# fmt: on

Moment = datetime | float
"""A time with a zone, or seconds since 1970 UTC."""


class AlbumFilters(TypedDict, total=False):
    """What `albums.search` can be asked for; all that are given must fit."""

    kind: AlbumKind | Iterable[AlbumKind]
    """Without it all types come mixed."""
    q: str
    """Part of the title or location, of folders also the path; any case."""
    uid: str | Iterable[str]
    favorite: bool
    public: bool
    category: str
    location: str
    country: str
    year: int
    month: int


class PhotoFilters(TypedDict, total=False):
    """What `photos.search` can be asked for; all that are given must fit."""

    scope: str
    """Uid of an album of any type: its content. Those of stored searches hide private photos."""
    album: str
    """Uid or title of an album; `*` works in titles. An unknown title finds nothing."""
    path: str
    """Exactly this folder; `2023/*` what is below. "" or `/` would mean everything: refused."""
    filename: str
    """Path with extension; any case."""
    name: str
    """Without extension; `*` and `|` work, as in the next two."""
    original: str
    title: str
    hash: str
    uid: str | Iterable[str]
    """Of photos, or files, or SHA-1s; archived photos are not found."""
    kind: PhotoKind | Iterable[PhotoKind]
    video: bool
    photo: bool
    live: bool
    favorite: bool
    private: bool
    public: bool
    archived: bool
    """True: only archived ones, which are in no other list."""
    review: bool
    quality: int
    """At least; 3 is what the web shows when the review feature is on."""
    hidden: bool
    error: bool
    unsorted: bool
    """In no album."""
    primary: bool
    """One row a photo, the primary file: no originals of movies."""
    label: str
    """Slug, or slug of the present name."""
    keywords: str
    q: str
    """Words, or `name:value` pairs."""
    year: int | Iterable[int]
    month: int | Iterable[int]
    day: int | Iterable[int]
    """By the local date."""
    before: date
    """By the UTC date; the day itself is excluded."""
    after: date
    """By the UTC date; the day itself is included."""
    taken: date
    added: Moment
    updated: Moment
    edited: Moment
    """At or after, to the second; see `WirePhoto.updated_s` for what does not count."""
    camera: str
    lens: str
    country: str
    state: str
    city: str
    color: str
    person: str
    subject: str
    near: str
    """Uid of a photo."""
    latitude: float
    longitude: float
    distance_km: float
    megapixels: str
    """Such as `2-10`."""


_PHOTO_NAMES = {
    "scope": "s",
    "kind": "type",
    "latitude": "lat",
    "longitude": "lng",
    "distance_km": "dist",
    "megapixels": "mp",
}
_ALBUM_NAMES = {"kind": "type"}
_DAYS = ("before", "after", "taken")
_EVERYTHING = ("", "/")


def photo_params(filters: PhotoFilters) -> dict[str, str]:
    """The parameters of a search for photos.

    Raises:
        Invalid: a path that means everything, or a time without a zone.
    """
    if "path" in filters and filters["path"].strip() in _EVERYTHING:
        raise Invalid("the server takes an empty path for all folders; ask without path, or by `*`")
    return _params(filters, _PHOTO_NAMES)


def album_params(filters: AlbumFilters) -> dict[str, str]:
    """The parameters of a search for albums."""
    return _params(filters, _ALBUM_NAMES)


def page_params(count: int, offset: int, order: str | None) -> dict[str, str]:
    """The part of a list that is asked for; the server refuses lists without a count."""
    params = {"count": str(count)}
    if offset:
        params["offset"] = str(offset)
    if order is not None:
        params["order"] = order
    return params


def _params(filters: Mapping[str, object], names: Mapping[str, str]) -> dict[str, str]:
    given = ((name, value) for name, value in filters.items() if value is not None)
    return {names.get(name, name): _written(name, value) for name, value in given}


def _written(name: str, value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    if name in ("added", "updated", "edited") and isinstance(value, datetime | int | float):
        return timestamp(value)
    if name in _DAYS and isinstance(value, date):
        return value.strftime("%Y-%m-%d")
    if isinstance(value, Iterable):
        return "|".join(str(part) for part in value)
    return str(value)


def timestamp(moment: Moment) -> str:
    """A time as the server wants it: RFC 3339, UTC, whole seconds."""
    if not isinstance(moment, datetime):
        moment = datetime.fromtimestamp(moment, UTC)
    elif moment.tzinfo is None:
        raise Invalid("a time without a zone can mean several")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
