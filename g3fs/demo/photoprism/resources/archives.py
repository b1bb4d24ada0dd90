"""zip, albums/:uid/dl: several files in one."""

import io
import zipfile
from collections.abc import Iterable

from g3fs.demo.photoprism.calls import Call, Route
from g3fs.demo.photoprism.disk import read
from g3fs.demo.photoprism.replies import (  # fmt: skip
    Answer,
    forbidden,
    message,
    no_album,
    nothing_selected,
    plain,
)
from g3fs.demo.photoprism.rows import File, Photo
from g3fs.demo.photoprism.sending import attachment, send
from g3fs.demo.photoprism.times import moment

EMPTY = 22
"""Bytes of a zip without files."""


def album(call: Call) -> Answer:
    """An album as it is listed; the length is not told beforehand."""
    if not call.state.accounts.opens(call.query("t"), "download"):
        raise forbidden()
    with call.state.lock:
        call.need("download")
        found = call.state.catalog.live_album(call.args["uid"])
        if found is None:
            raise no_album()
        data = _zipped(call, call.state.matcher.in_album(found))
    kind = "application/octet-stream" if len(data) == EMPTY else "application/zip"
    answer = plain(200, data, kind)
    del answer.headers["Content-Length"]
    answer.headers["Content-Disposition"] = f"attachment; filename={found.slug}.zip"
    return answer


def make(call: Call) -> Answer:
    """Pack a selection; the answer says under which name it can be fetched."""
    call.need("download")
    catalog = call.state.catalog
    uids = call.strings("photos") + [
        catalog.files[uid].photo_uid for uid in call.strings("files") if uid in catalog.files
    ]
    photos = [catalog.photos[uid] for uid in uids if uid in catalog.photos]
    for uid in call.strings("albums"):
        found = catalog.live_album(uid)
        if found is not None:
            photos += call.state.matcher.in_album(found)
    if not photos:
        raise nothing_selected()
    stamp = moment(call.state.clock()).strftime("%Y%m%d-%H%M%S")
    name = f"photoprism-download-{stamp}-{catalog.uids.word(8)}.zip"
    call.state.zips[name] = _zipped(call, photos)
    return message("Zip created in 0 s", filename=name)


def fetch(call: Call) -> Answer:
    """What was packed."""
    if not call.state.accounts.opens(call.query("t"), "download"):
        return plain(403, b"", "")
    data = call.state.zips.get(call.args["name"])
    if data is None:
        return plain(404, b"", "")
    headers = {"Content-Disposition": attachment(call.args["name"])}
    made = call.state.clock() // 1_000_000_000
    asked = dict(call.request.headers)
    return send(lambda: io.BytesIO(data), len(data), made, "application/zip", asked, headers)


def _zipped(call: Call, photos: Iterable[Photo]) -> bytes:
    out = io.BytesIO()
    names: set[str] = set()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for photo in {p.uid: p for p in photos}.values():
            for file in call.state.catalog.files_of(photo):
                if file.root == "/" and not file.sidecar:
                    archive.writestr(
                        _unused(_share_name(photo, file), names),
                        read(call.state.originals, file.name),
                    )
    return out.getvalue()


def _share_name(photo: Photo, file: File) -> str:
    title = "".join(c for c in photo.title.title() if c.isalnum() or c == "-") or "Unknown"
    return f"{moment(photo.taken_local):%Y%m%d-%H%M%S}-{title}.{file.file_type}"


def _unused(name: str, names: set[str]) -> str:
    stem, _, kind = name.rpartition(".")
    number = 2
    while name in names:
        name, number = f"{stem} ({number}).{kind}", number + 1
    names.add(name)
    return name


ROUTES = (
    Route(method="GET", pattern="albums/:uid/dl", view=album, kind="zip", locked=False),
    Route(method="POST", pattern="zip", view=make, kind="zip", scope="photos"),
    Route(method="GET", pattern="zip/:name", view=fetch, kind="zip", locked=False),
)
