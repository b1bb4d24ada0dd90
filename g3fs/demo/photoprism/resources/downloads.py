"""dl, photos/:uid/dl, videos: originals byte for byte."""

from collections.abc import Mapping

from g3fs.demo.photoprism.calls import Call, Route
from g3fs.demo.photoprism.replies import Answer, Refused, icon, no_entity, refused_bare
from g3fs.demo.photoprism.rows import File
from g3fs.demo.photoprism.sending import attachment, send

TYPES: Mapping[str, str] = {"image/heic": "image/heif"}
"""Bytes are typed by what is in them."""


def download(call: Call) -> Answer:
    """The file of that hash; the token is all that counts."""
    if not call.state.accounts.opens(call.query("t"), "download"):
        return icon("broken", 403)
    with call.state.lock:
        file = call.state.catalog.file_with(call.args["hash"])
        if file is None:
            raise refused_bare(404, "record not found")
    return file_answer(call, file, {"Content-Disposition": attachment(proposed(call, file))})


def of_photo(call: Call) -> Answer:
    """The primary file: of a movie, its preview."""
    if not call.state.accounts.opens(call.query("t"), "download"):
        return icon("broken", 403)
    with call.state.lock:
        photo = call.state.catalog.photos.get(call.args["uid"])
        file = None if photo is None else call.state.catalog.primary(photo)
    if file is None:
        raise no_entity()
    return file_answer(call, file, {"Content-Disposition": attachment(proposed(call, file))})


def video(call: Call) -> Answer:
    """For players: the movie of the photo that has this file."""
    if not call.state.accounts.opens(call.args["token"], "preview"):
        return icon("broken", 403)
    with call.state.lock:
        catalog = call.state.catalog
        known = catalog.file_with(call.args["hash"])
        files = [] if known is None else catalog.files_of(catalog.photos[known.photo_uid])
        file = next((f for f in files if f.video), None)
    if file is None or call.state.disk_of(file.root).stat(file.name) is None:
        return icon("video")
    kept = {"Cache-Control": "private, max-age=21600, immutable"}
    return file_answer(call, file, kept, 'video/mp4; codecs="avc1"')


def proposed(call: Call, file: File) -> str:
    """The name under which browsers save it."""
    if call.query("name") == "original" and file.original_name:
        return file.original_name.rpartition("/")[2]
    return file.name.rpartition("/")[2]


def file_answer(
    call: Call, file: File, headers: Mapping[str, str], kind: str | None = None
) -> Answer:
    """The file as it lies on the disk now, whatever the index says."""
    disk = call.state.disk_of(file.root)
    with call.state.lock:
        stat = disk.stat(file.name)
        if stat is None or stat.is_dir:
            file.missing = True
            raise Refused(icon("broken", 404))
        source = disk.open(file.name)
    kind = kind or TYPES.get(file.mime, file.mime)
    asked = dict(call.request.headers)
    return send(lambda: source, stat.size, stat.mtime, kind, asked, headers)


ROUTES = (
    Route(method="GET", pattern="dl/:hash", view=download, kind="dl", locked=False),
    Route(method="GET", pattern="photos/:uid/dl", view=of_photo, kind="dl", locked=False),
    Route(method="GET", pattern="videos/:hash/:token/:format", view=video, kind="video",
          locked=False),
)  # fmt: skip
