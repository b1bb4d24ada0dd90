"""What is sent: JSON bodies, in the words of both generations of servers."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import TypedDict
from zoneinfo import ZoneInfo

from g3fs.clients.photoprism.wire.photos import TEXTS, WireTexts
from g3fs.clients.photoprism.wire.queries import PhotoKind
from g3fs.gallery.errors import Invalid, ValueTooLong

Body = Mapping[str, object]

MANUAL = "manual"
"""Who wrote it: without this the server drops texts, with 200, or makes them anew at a rescan."""

_TITLE_MAX = 200
_CAPTION_MAX = 4096
"""Characters; the columns of the database (SQLite takes more, MariaDB does not)."""
_ALBUM_TITLE_MAX = 158
_OFFSET = re.compile(r"UTC([+-])(\d{1,2})(?::?(\d\d))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Taken:
    """When a photo was taken."""

    local: datetime
    """The wall clock there; without a zone."""
    time_zone: str = ""
    """`Europe/Vienna`, `UTC+1`, `UTC`; "" when it is not known."""


class AlbumChanges(TypedDict, total=False):
    """What `albums.update` can change; what is not given stays."""

    title: str
    """The slug follows. The server takes titles that others have: look first."""
    description: str
    caption: str
    category: str
    location: str
    notes: str
    order: str
    template: str
    country: str
    state: str
    favorite: bool
    private: bool


class TextChanges(TypedDict, total=False):
    """The part of `PhotoChanges` that is one block on the server."""

    keywords: str
    """Torn into single lower-case words by the server; use labels as tags."""
    notes: str
    subject: str
    artist: str
    copyright: str
    license: str
    software: str


class PhotoChanges(TextChanges, total=False):
    """What `photos.update` can change; what is not given stays, "" clears."""

    title: str
    """"": the server makes one."""
    caption: str
    taken: Taken
    latitude: float
    longitude: float
    altitude_m: int
    country: str
    favorite: bool
    private: bool
    scan: bool
    panorama: bool
    kind: PhotoKind
    original_name: str
    """Without extension."""


_ALBUM_FIELDS = {
    "title": "Title",
    "description": "Description",
    "caption": "Caption",
    "category": "Category",
    "location": "Location",
    "notes": "Notes",
    "order": "Order",
    "template": "Template",
    "country": "Country",
    "state": "State",
    "favorite": "Favorite",
    "private": "Private",
}
_PLAIN_FIELDS = {
    "favorite": "Favorite",
    "private": "Private",
    "scan": "Scan",
    "panorama": "Panorama",
    "original_name": "OriginalName",
}
_PLACE_FIELDS = {
    "latitude": "Lat",
    "longitude": "Lng",
    "altitude_m": "Altitude",
    "country": "Country",
}
TEXT_NAMES = tuple(name.lower() for name in TEXTS)
"""The changes that need the block of details."""


def login_body(username: str, password: str, passcode: str | None = None) -> Body:
    """A login by name and password."""
    body = {"username": username, "password": password}
    return body if passcode is None else {**body, "passcode": passcode}


def visitor_body(share_token: str) -> Body:
    """A login by a share link."""
    return {"token": share_token}


def app_password_body(
    username: str, password: str, *, name: str, scope: str, expires_in_s: int
) -> Body:
    """The wish for an app password."""
    return {
        "grant_type": "password",
        "username": username,
        "password": password,
        "client_name": name,
        "scope": scope,
        "expires_in": expires_in_s,
    }


def new_album_body(title: str, *, favorite: bool = False) -> Body:
    """A new album; ValueTooLong where the server would cut."""
    _check(title, _ALBUM_TITLE_MAX, "the title of an album")
    return {"Title": title, "Favorite": favorite}


def album_body(changes: AlbumChanges) -> Body:
    """A change of an album."""
    _check(changes.get("title", ""), _ALBUM_TITLE_MAX, "the title of an album")
    return _renamed(changes, _ALBUM_FIELDS)


def cover_body(file_hash: str | None) -> Body:
    """The choice of a cover; None: the server chooses."""
    return {"Thumb": file_hash or "", "ThumbSrc": MANUAL if file_hash else ""}


def link_body(*, expires_s: int, max_views: int, slug: str) -> Body:
    """A share link; only what differs from nothing but the expiry."""
    body: dict[str, object] = {"Expires": expires_s}
    if max_views:
        body["MaxViews"] = max_views
    if slug:
        body["Slug"] = slug
    return body


def photo_body(changes: PhotoChanges, texts: WireTexts | None) -> Body:
    """A change of a photo; `texts` is the present block, needed if one of TEXT_NAMES is changed.

    Raises:
        ValueTooLong: a text does not fit into the database.
        Invalid: a time zone that nobody knows.
    """
    body = _renamed(changes, _PLAIN_FIELDS)
    if "title" in changes:
        _check(changes["title"], _TITLE_MAX, "the title")
        body |= {"Title": changes["title"], "TitleSrc": MANUAL}
    if "caption" in changes:
        _check(changes["caption"], _CAPTION_MAX, "the caption")
        for word in ("Description", "Caption"):
            body |= {word: changes["caption"], f"{word}Src": MANUAL}
    if "taken" in changes:
        body |= _taken(changes["taken"])
    if place := _renamed(changes, _PLACE_FIELDS):
        body |= {**place, "PlaceSrc": MANUAL}
    if "kind" in changes:
        body |= {"Type": changes["kind"], "TypeSrc": MANUAL}
    if texts is not None:
        body["Details"] = _block(changes, texts)
    return body


def photos_body(uids: Iterable[str]) -> Body:
    """A selection of photos."""
    return {"photos": list(uids)}


def albums_body(uids: Iterable[str]) -> Body:
    """A selection of albums."""
    return {"albums": list(uids)}


def labels_body(uids: Iterable[str]) -> Body:
    """A selection of labels."""
    return {"labels": list(uids)}


def zip_body(*, photos: Iterable[str], albums: Iterable[str], files: Iterable[str]) -> Body:
    """A selection to be packed; empty parts are left out."""
    parts = {"photos": list(photos), "albums": list(albums), "files": list(files)}
    return {name: uids for name, uids in parts.items() if uids}


def photo_label_body(name: str, *, uncertainty: int, priority: int) -> Body:
    """A label for a photo."""
    return {"Name": name, "Uncertainty": uncertainty, "Priority": priority}


def label_body(name: str | None, priority: int | None) -> Body:
    """A change of a label."""
    body: dict[str, object] = {"Name": name, "Priority": priority}
    return {field: value for field, value in body.items() if value is not None}


def orientation_body(orientation: int) -> Body:
    """A turn of a picture, as EXIF counts them (1 to 8)."""
    return {"Orientation": orientation}


def index_body(path: str, *, rescan: bool, cleanup: bool) -> Body:
    """What to index."""
    return {"path": path, "rescan": rescan, "cleanup": cleanup}


def import_body(path: str, *, move: bool, albums: Iterable[str]) -> Body:
    """What to import."""
    return {"path": path, "move": move, **albums_body(albums)}


def _taken(taken: Taken) -> Body:
    """With the zones UTC and "" the server copies UTC to local, else local to UTC: send both."""
    if taken.local.tzinfo is not None:
        raise Invalid("the local time of a photo is a wall clock: give the zone by its name")
    moment = taken.local.replace(tzinfo=_zone(taken.time_zone)).astimezone(UTC)
    return {
        "TakenAt": moment.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "TakenAtLocal": taken.local.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "TimeZone": taken.time_zone,
        "TakenSrc": MANUAL,
    }


def _zone(name: str) -> tzinfo:
    if name in ("", "UTC"):
        return UTC
    offset = _OFFSET.fullmatch(name)
    try:
        if offset is None:
            return ZoneInfo(name)
        ahead = timedelta(hours=int(offset[2]), minutes=int(offset[3] or 0))
        return timezone(ahead if offset[1] == "+" else -ahead)
    except (KeyError, ValueError, OSError):
        raise Invalid(f"there is no time zone {name!r}") from None


def _block(changes: PhotoChanges, texts: WireTexts) -> Body:
    """All fields of the block: those left out of it would be cleared by the server."""
    block: dict[str, object] = {"PhotoID": texts.photo_id}
    sources = dict(texts.src)
    for name, field in zip(TEXT_NAMES, TEXTS, strict=True):
        block[field] = changes.get(name, getattr(texts, name))
        block[f"{field}Src"] = MANUAL if name in changes else sources.get(name, "")
    return block


def _renamed(changes: Mapping[str, object], names: Mapping[str, str]) -> dict[str, object]:
    return {names[name]: value for name, value in changes.items() if name in names}


def _check(text: str, longest: int, what: str) -> None:
    if len(text) > longest:
        raise ValueTooLong(f"{what} may have {longest} characters, this has {len(text)}")
