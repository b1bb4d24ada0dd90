"""albums/:uid/photos: putting photos into albums and out."""

from g3fs.demo.photoprism import albuming
from g3fs.demo.photoprism.calls import Call, Route
from g3fs.demo.photoprism.replies import Answer, message, nothing_selected
from g3fs.demo.photoprism.resources.albums import album_of, snapshot, tell

SAVED = "Changes successfully saved"


def add(call: Call) -> Answer:
    """Unknown photos are skipped; to a stored search nothing is added, and nobody told."""
    call.strings("photos")
    album = album_of(call)
    uids = _selected(call)
    if album.type != "album":
        return message(SAVED, added=None, album=snapshot(call, album), photos=uids)
    added = albuming.add_photos(call.state.catalog, album, uids)
    if added:
        noun = "One entry" if len(added) == 1 else f"{len(added)} entries"
        call.state.events.tell("notify.success", message=f"{noun} added to '{album.title}'")
        tell(call, "albums.updated", album)
    known = [entry["PhotoUID"] for entry in added]
    return message(SAVED, added=added, album=snapshot(call, album), photos=known)


def remove(call: Call) -> Answer:
    """200 also for photos that were not in it."""
    call.strings("photos")
    album = album_of(call)
    uids = call.strings("photos")
    if not uids:
        raise nothing_selected()
    removed = albuming.remove_photos(call.state.catalog, album, uids)
    if removed:
        noun = "One entry" if len(removed) == 1 else f"{len(removed)} entries"
        call.state.events.tell("notify.success", message=f"{noun} removed from '{album.title}'")
        tell(call, "albums.updated", album)
    return message(SAVED, album=snapshot(call, album), photos=uids, removed=removed)


def _selected(call: Call) -> list[str]:
    """Photos, and those of whole albums."""
    uids = call.strings("photos")
    for uid in call.strings("albums"):
        source = call.state.catalog.live_album(uid)
        if source is not None:
            uids += [photo.uid for photo in call.state.matcher.in_album(source)]
    if not uids:
        raise nothing_selected()
    return uids


ROUTES = (
    Route(method="POST", pattern="albums/:uid/photos", view=add, kind="album-photos",
          scope="albums"),
    Route(method="DELETE", pattern="albums/:uid/photos", view=remove, kind="album-photos",
          scope="albums"),
)  # fmt: skip
