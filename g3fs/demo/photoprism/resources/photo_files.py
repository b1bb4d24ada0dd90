"""photos/:uid/files: the files of one photo."""

from g3fs.demo.photoprism import describing
from g3fs.demo.photoprism.calls import Call, Route
from g3fs.demo.photoprism.disk import put, read
from g3fs.demo.photoprism.indexing import Report
from g3fs.demo.photoprism.media import with_orientation
from g3fs.demo.photoprism.primaries import choose_primary
from g3fs.demo.photoprism.replies import Answer, bad_form, no_entity, refused, reply
from g3fs.demo.photoprism.resources.photo import photo_of
from g3fs.demo.photoprism.rows import File, Photo
from g3fs.demo.photoprism.times import SECOND


def make_primary(call: Call) -> Answer:
    """Let another file stand for the photo."""
    photo, file = _file(call)
    for other in call.state.catalog.files_of(photo):
        other.primary = other is file
    return reply(call.state.details(photo))


def delete_file(call: Call) -> Answer:
    """From the disk; the primary one is refused."""
    call.need("delete")
    photo, file = _file(call)
    if file.primary:
        raise refused(500, "Could not be deleted")
    call.state.disk_of(file.root).remove(file.name)
    call.state.catalog.drop_file(file)
    _settle(call, photo)
    return reply(call.state.details(photo))


def unstack(call: Call) -> Answer:
    """Make a photo of its own of one file; the file is renamed on the disk."""
    photo, file = _file(call)
    if file.primary:
        raise refused(400, "Unable to do that")
    catalog, disk = call.state.catalog, call.state.originals
    folder, _, base = file.name.rpartition("/")
    stem, _, kind = base.rpartition(".")
    name = f"{stem}.{file.hash[:8]}"
    target = f"{folder}/{name}.{kind}" if folder else f"{name}.{kind}"
    disk.move(file.name, target)
    catalog.drop_file(file)
    call.state.indexer.index(folder)
    _settle(call, photo)
    return reply(call.state.details(photo))


def turn(call: Call) -> Answer:
    """Rewrites the JPEG: other bytes, another hash."""
    angle = call.body.get("Orientation")
    if not isinstance(angle, int) or not 1 <= angle <= 8:
        raise bad_form()
    photo, file = _file(call)
    if file.file_type != "jpg" or file.root != "/":
        raise refused(400, "Unable to do that")
    disk = call.state.originals
    data = with_orientation(read(disk, file.name), angle)
    put(disk, file.name, data, (file.mtime + 1) * SECOND)
    call.state.indexer.take_in(file.name, Report())
    return reply(call.state.details(photo))


def _file(call: Call) -> tuple[Photo, File]:
    photo = photo_of(call)
    file = call.state.catalog.files.get(call.args["file"])
    if file is None or file.photo_uid != photo.uid:
        raise no_entity()
    return photo, file


def _settle(call: Call, photo: Photo) -> None:
    state = call.state
    choose_primary(state.catalog, photo, state.originals, state.sidecars, state.options)
    describing.describe(state.catalog, photo)


ROUTES = tuple(
    Route(method=method, pattern=f"photos/:uid{below}", view=view, kind="photo", scope="photos")
    for method, below, view in (
        ("POST", "/files/:file/primary", make_primary),
        ("POST", "/files/:file/unstack", unstack),
        ("PUT", "/files/:file/orientation", turn),
        ("DELETE", "/files/:file", delete_file),
    )
)
