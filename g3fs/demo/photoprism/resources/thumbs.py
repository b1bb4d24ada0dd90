"""t, covers: smaller pictures. What cannot be shown is 200 and an icon."""

import io
from collections.abc import Mapping

from PIL import Image

from g3fs.demo.photoprism.calls import Call, Route
from g3fs.demo.photoprism.collecting import covers
from g3fs.demo.photoprism.disk import read
from g3fs.demo.photoprism.media import preview
from g3fs.demo.photoprism.replies import Answer, icon
from g3fs.demo.photoprism.resources.labels import cover_of
from g3fs.demo.photoprism.resources.thumbsizes import SIZES, reduced
from g3fs.demo.photoprism.rows import File
from g3fs.demo.photoprism.sending import attachment, send

FOREVER = {"Cache-Control": "private, max-age=2592000, immutable"}
FOR_AN_HOUR = {"Cache-Control": "private, max-age=3600"}


def thumb(call: Call) -> Answer:
    """Of any file of a photo."""
    if not call.state.accounts.opens(call.args["token"], "preview"):
        return icon("broken", 403)
    with call.state.lock:
        file = call.state.catalog.file_with(call.args["hash"])
    headers = dict(FOREVER)
    if file is not None and call.query("download"):
        headers["Content-Disposition"] = attachment(file.name.rpartition("/")[2])
    return _picture(call, file, headers, "photo")


def album(call: Call) -> Answer:
    """The cover of an album."""
    return _cover(call, _album_cover)


def label(call: Call) -> Answer:
    """The cover of a label."""
    return _cover(call, _label_cover)


def folder(call: Call) -> Answer:
    """The cover of a folder."""
    return _cover(call, _folder_cover)


def _cover(call: Call, find: object) -> Answer:
    assert callable(find)
    if not call.state.accounts.opens(call.args["token"], "preview"):
        return icon("album", 403)
    with call.state.lock:
        file = call.state.catalog.file_with(find(call))
    return _picture(call, file, FOR_AN_HOUR, "album")


def _album_cover(call: Call) -> str:
    found = call.state.catalog.live_album(call.args["uid"])
    return "" if found is None else covers(call.state.catalog)(found)


def _label_cover(call: Call) -> str:
    catalog = call.state.catalog
    numbers = [x.id for x in catalog.labels.values() if x.uid == call.args["uid"]]
    uses = catalog.label_uses()
    return cover_of(call, [photo for number in numbers for photo in uses.get(number, [])])


def _folder_cover(call: Call) -> str:
    catalog = call.state.catalog
    paths = [f.path for f in catalog.folders.values() if f.uid == call.args["uid"]]
    photos = [p for p in catalog.photos.values() if p.path in paths and catalog.listed(p)]
    return cover_of(call, photos)


def _picture(call: Call, file: File | None, headers: Mapping[str, str], name: str) -> Answer:
    size = call.args["size"]
    if file is None or size not in SIZES:
        return icon(name)
    data = _reduced(call, file, size)
    if data is None:
        return icon(name)
    kind = "image/png" if size == "colors" else "image/jpeg"
    made = file.updated // 1_000_000_000
    return send(
        lambda: io.BytesIO(data), len(data), made, kind, dict(call.request.headers), headers
    )


def _reduced(call: Call, file: File, size: str) -> bytes | None:
    """The smaller picture, made at most once for each hash; None: the file is not to be read."""
    known = call.state.thumbs.get((file.hash, size))
    if known is not None:
        return known
    try:
        image = reduced(preview(read(call.state.disk_of(file.root), file.name)), size)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return None
    out = io.BytesIO()
    image.save(out, "PNG" if size == "colors" else "JPEG")
    call.state.thumbs[file.hash, size] = out.getvalue()
    return out.getvalue()


def _route(pattern: str, view: object, kind: str) -> Route:
    assert callable(view)
    return Route(method="GET", pattern=pattern, view=view, kind=kind, locked=False)


ROUTES = (
    _route("t/:hash/:token/:size", thumb, "thumb"),
    _route("albums/:uid/t/:token/:size", album, "cover"),
    _route("labels/:uid/t/:token/:size", label, "cover"),
    _route("folders/t/:uid/:token/:size", folder, "cover"),
)
