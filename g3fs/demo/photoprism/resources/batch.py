"""batch/photos: archive, restore, approve, private, delete."""

from g3fs.demo.photoprism import albuming, describing
from g3fs.demo.photoprism.calls import Call, Route
from g3fs.demo.photoprism.replies import Answer, message, nothing_selected
from g3fs.demo.photoprism.rows import Photo
from g3fs.demo.photoprism.times import SECOND


def _selected(call: Call) -> list[Photo]:
    """The photos that are known. Refused: none was named."""
    uids = call.strings("photos")
    if not uids:
        raise nothing_selected()
    photos = call.state.catalog.photos
    return [photos[uid] for uid in uids if uid in photos]


def archive(call: Call) -> Answer:
    """Hides photos, and takes them out of all albums for good."""
    photos = _selected(call)
    for photo in photos:
        photo.archived = call.state.catalog.clock() // SECOND * SECOND
        albuming.leave_all(call.state.catalog, photo)
    _tell(call, "photos.archived", photos)
    return message("Selection archived")


def restore(call: Call) -> Answer:
    """Shows them again; their albums are not restored."""
    photos = _selected(call)
    for photo in photos:
        photo.archived = None
    _tell(call, "photos.restored", photos)
    return message("Selection restored")


def approve(call: Call) -> Answer:
    """Somebody has looked at them."""
    photos = _selected(call)
    for photo in photos:
        if photo.quality < describing.REVIEWED:
            describing.edited(call.state.catalog, photo)
    return message("Selection approved")


def private(call: Call) -> Answer:
    """A toggle, whatever the message says."""
    for photo in _selected(call):
        photo.private = not photo.private
    return message("Selection marked as private")


def delete(call: Call) -> Answer:
    """All files of the photos are deleted from the disk, archived or not."""
    call.need("delete")
    if call.body.get("all") is True:
        photos = [p for p in call.state.catalog.photos.values() if p.archived is not None]
    else:
        photos = _selected(call)
    if not photos:
        raise nothing_selected()
    for photo in photos:
        for file in call.state.catalog.all_files_of(photo):
            if not file.gone:
                call.state.disk_of(file.root).remove(file.name)
        call.state.catalog.drop_photo(photo)
    _tell(call, "photos.deleted", photos)
    return message("Permanently deleted")


def _tell(call: Call, event: str, photos: list[Photo]) -> None:
    if photos:
        call.state.events.tell(event, entities=[photo.uid for photo in photos])


ROUTES = tuple(
    Route(method="POST", pattern=f"batch/photos/{word}", view=view, kind="batch", scope="photos")
    for word, view in (
        ("archive", archive),
        ("restore", restore),
        ("approve", approve),
        ("private", private),
        ("delete", delete),
    )
)
