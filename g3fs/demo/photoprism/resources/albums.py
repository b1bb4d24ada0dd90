"""albums: lists, one, create, change, like, clone, delete."""

from collections.abc import Callable, Mapping

from g3fs.demo.photoprism import albuming
from g3fs.demo.photoprism.calls import ADMIN, ANYONE, MEMBERS, Call, Route
from g3fs.demo.photoprism.collecting import count_of, covers
from g3fs.demo.photoprism.rendering.albums import album_row
from g3fs.demo.photoprism.replies import (
    Answer,
    bad_form,
    forbidden,
    message,
    no_album,
    no_entity,
    refused,
    refused_bare,
    reply,
)
from g3fs.demo.photoprism.rows import Album
from g3fs.demo.photoprism.searching.matching import pattern
from g3fs.demo.photoprism.times import SECOND

ORDERS: Mapping[str, tuple[Callable[[Album], object], bool]] = {
    "name": (lambda a: a.title.lower(), False),
    "slug": (lambda a: a.slug, False),
    "path": (lambda a: a.path, False),
    "category": (lambda a: (a.category, a.title), False),
    "added": (lambda a: a.id, True),
    "edited": (lambda a: a.updated, True),
    "newest": (lambda a: (a.year, a.month, a.id), True),
    "oldest": (lambda a: (a.year, a.month, a.id), False),
    "favorites": (lambda a: (not a.favorite, a.title.lower()), False),
}
WRITABLE: Mapping[str, tuple[str, type]] = {
    "Description": ("description", str),
    "Caption": ("caption", str),
    "Category": ("category", str),
    "Location": ("location", str),
    "Notes": ("notes", str),
    "Order": ("order", str),
    "Template": ("template", str),
    "Country": ("country", str),
    "State": ("state", str),
    "Favorite": ("favorite", bool),
    "Private": ("private", bool),
    "Thumb": ("thumb", str),
    "ThumbSrc": ("thumb_src", str),
}
FILTERS = ("category", "location", "country")


def search(call: Call) -> Answer:
    """Albums of all types unless told otherwise."""
    if call.role == "client" or (call.role in ("guest", "visitor") and not call.query("type")):
        raise refused_bare(400, "Permission denied")
    count, offset = call.count(), call.number("offset")
    found = [album for album in call.state.catalog.live_albums() if _wanted(call, album)]
    order = call.query("order") or "favorites"
    if order == "count":
        found.sort(key=lambda a: count_of(call.state.catalog, a), reverse=True)
    else:
        key, backwards = ORDERS.get(order, ORDERS["favorites"])
        found.sort(key=key, reverse=backwards)  # type: ignore[arg-type]  # keys of one order compare
    page = found[offset:] if count < 0 else found[offset : offset + count]
    links = [link.share_uid for link in call.state.catalog.links.values()]
    cover = covers(call.state.catalog)
    rows = [
        album_row(a, cover(a), count_of(call.state.catalog, a), links.count(a.uid)) for a in page
    ]
    return call.listing(rows, len(rows))


def _wanted(call: Call, album: Album) -> bool:
    if call.role in ("guest", "visitor"):
        assert call.session is not None
        if album.uid not in call.session.shares:
            return False
    kinds, uids = call.query("type"), call.query("uid")
    words = call.query("q").strip().lower()
    texts = (album.title, album.location, album.path if album.type == "folder" else "")
    return (
        (not kinds or album.type in kinds.split("|"))
        and (not uids or album.uid in uids.split("|"))
        and (not words or any(words in text.lower() for text in texts))
        and (call.query("favorite").lower() not in ("true", "1", "yes") or album.favorite)
        and all(_like(call.query(name), getattr(album, name)) for name in FILTERS)
        and all(_like(call.query(name), str(getattr(album, name))) for name in ("year", "month"))
    )


def _like(wanted: str, value: str) -> bool:
    return not wanted or pattern(wanted).fullmatch(value) is not None


def album_of(call: Call) -> Album:
    """The album of the address. Refused: there is none."""
    album = call.state.catalog.live_album(call.args["uid"])
    if album is None:
        raise no_album()
    return album


def one(call: Call) -> Answer:
    """One album, as it was when it was last looked at closely."""
    if call.role == "guest":
        raise forbidden()
    album = album_of(call)
    if call.role == "visitor" and (call.session is None or album.uid not in call.session.shares):
        raise forbidden()
    return reply(snapshot(call, album))


def snapshot(call: Call, album: Album) -> dict[str, object]:
    """What answers say about the album, which may be older than what lists say."""
    return call.state.catalog.snapshots[album.uid]


def create(call: Call) -> Answer:
    """Make an album, or find the one of that slug."""
    title = call.body.get("Title", "")
    if not isinstance(title, str):
        raise bad_form()
    album, new = albuming.create_or_find(
        call.state.catalog, title, created_by=call.session_user_uid()
    )
    if new:
        album.favorite = call.body.get("Favorite") is True
        albuming.take_snapshot(call.state.catalog, album)
        call.state.events.tell("count.albums", count=1)
        tell(call, "albums.created", album)
    return reply(snapshot(call, album))


def change(call: Call) -> Answer:
    """Only fields that are present change; nothing is checked."""
    album = album_of(call)
    _check_types(call.body)
    title = call.body.get("Title")
    if isinstance(title, str):
        albuming.rename(album, title)
    for name, (field, _) in WRITABLE.items():
        if name in call.body:
            setattr(album, field, call.body[name])
    if not album.thumb_src:
        album.thumb = covers(call.state.catalog)(album)
    _touched(call, album)
    return reply(snapshot(call, album))


def _check_types(body: Mapping[str, object]) -> None:
    kinds = {"Title": str} | {name: kind for name, (_, kind) in WRITABLE.items()}
    for name, value in body.items():
        if name in kinds and not isinstance(value, kinds[name]):
            raise bad_form()


def _touched(call: Call, album: Album) -> None:
    album.updated = call.state.catalog.clock()
    albuming.take_snapshot(call.state.catalog, album)
    tell(call, "albums.updated", album)


def tell(call: Call, event: str, album: Album) -> None:
    """Publish what lists say about an album now."""
    catalog = call.state.catalog
    row = album_row(album, covers(catalog)(album), count_of(catalog, album), 0)
    call.state.events.tell(event, entities=[row])


def like(call: Call) -> Answer:
    """Make it a favorite."""
    return _set_favorite(call, value=True)


def unlike(call: Call) -> Answer:
    """Make it no favorite."""
    return _set_favorite(call, value=False)


def _set_favorite(call: Call, *, value: bool) -> Answer:
    album = album_of(call)
    album.favorite = value
    _touched(call, album)
    return message("Changes successfully saved")


def clone(call: Call) -> Answer:
    """Copy the photos of other albums into this one."""
    album = album_of(call)
    catalog, added = call.state.catalog, []
    for uid in call.strings("albums"):
        source = catalog.live_album(uid)
        if source is not None:
            photos = [photo.uid for photo in call.state.matcher.in_album(source)]
            added += albuming.add_photos(catalog, album, photos)
    return message("Album contents cloned", added=added or None, album=snapshot(call, album))


def delete(call: Call) -> Answer:
    """Take the album away; its photos stay, and its list of them too."""
    album = album_of(call)
    _remove(call, album)
    return reply(snapshot(call, album))


def _remove(call: Call, album: Album) -> None:
    album.deleted = call.state.catalog.clock() // SECOND * SECOND
    albuming.take_snapshot(call.state.catalog, album)
    call.state.events.tell("count.albums", count=-1)
    call.state.events.tell("albums.deleted", entities=[album.uid])


def delete_several(call: Call) -> Answer:
    """The same for a selection."""
    uids = call.strings("albums")
    if not uids:
        raise refused(400, "No albums selected")
    albums = [a for uid in uids if (a := call.state.catalog.live_album(uid)) is not None]
    if not albums:
        raise no_entity()
    for album in albums:
        _remove(call, album)
    return message("Albums deleted")


ROUTES = (
    Route(method="GET", pattern="albums", view=search, kind="albums", scope="albums",
          roles=ANYONE),
    Route(method="POST", pattern="albums", view=create, kind="albums", scope="albums"),
    Route(method="GET", pattern="albums/:uid", view=one, kind="album", scope="albums",
          roles=MEMBERS),
    Route(method="PUT", pattern="albums/:uid", view=change, kind="album", scope="albums"),
    Route(method="DELETE", pattern="albums/:uid", view=delete, kind="album", scope="albums",
          roles=ADMIN),
    Route(method="POST", pattern="albums/:uid/like", view=like, kind="album", scope="albums"),
    Route(method="DELETE", pattern="albums/:uid/like", view=unlike, kind="album",
          scope="albums"),
    Route(method="POST", pattern="albums/:uid/clone", view=clone, kind="album",
          scope="albums"),
    Route(method="POST", pattern="batch/albums/delete", view=delete_several, kind="batch",
          scope="albums"),
)  # fmt: skip
