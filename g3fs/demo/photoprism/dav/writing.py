"""PUT, MKCOL, DELETE, and locks that lock nothing."""

import secrets
from io import DEFAULT_BUFFER_SIZE

from g3fs.demo.photoprism import disk as disks
from g3fs.demo.photoprism.dav.requests import DavRequest, etag, plain_status
from g3fs.demo.photoprism.replies import Answer, plain
from g3fs.demo.photoprism.times import SECOND

PIECE = 8 * DEFAULT_BUFFER_SIZE


def put(dav: DavRequest) -> Answer:
    """Writes as the bytes come: a client that leaves early leaves a file cut short."""
    place, stat = dav.place, dav.stat
    if not place.parent_exists:
        return plain_status(409)
    if stat is not None and stat.is_dir:
        return plain_status(405)
    with place.disk.create(place.path) as out:
        while piece := dav.request.stream.read(PIECE):
            out.write(piece)
            out.flush()
    _set_time(dav)
    if dav.request.headers.get("X-Favorite") == "1" and stat is None:
        beside = place.path.rpartition(".")[0] + ".yml"
        disks.put(place.disk, beside, b"Favorite: true\n")
    dav.written()
    found = place.stat
    assert found is not None
    return plain_status(201, ETag=etag(found))


def _set_time(dav: DavRequest) -> None:
    """Only times of the past are believed."""
    text = dav.request.headers.get("X-OC-MTime", "")
    if text.isdecimal() and 0 < int(text) * SECOND <= dav.state.clock():
        dav.place.disk.touch(dav.place.path, int(text) * SECOND)


def mkcol(dav: DavRequest) -> Answer:
    """A directory in one that exists."""
    if dav.stat is not None:
        return plain_status(405)
    if not dav.place.parent_exists:
        return plain_status(409)
    dav.place.disk.mkdir(dav.place.path)
    dav.written()
    return plain_status(201)


def delete(dav: DavRequest) -> Answer:
    """A file, or a directory with all that is in it."""
    if dav.stat is None:
        return plain_status(404)
    if not dav.place.path:
        return plain_status(403)
    with dav.state.lock:
        dav.place.disk.remove(dav.place.path)
    dav.written()
    return plain_status(204)


def lock(_dav: DavRequest) -> Answer:
    """A token, so that clients that insist on one are content."""
    token = f"opaquelocktoken:{secrets.token_hex(8)}"
    body = (
        '<?xml version="1.0" encoding="utf-8"?><D:prop xmlns:D="DAV:"><D:lockdiscovery>'
        f"<D:activelock><D:locktoken><D:href>{token}</D:href></D:locktoken></D:activelock>"
        "</D:lockdiscovery></D:prop>"
    )
    return plain(200, body.encode(), "application/xml; charset=utf-8", {"Lock-Token": f"<{token}>"})


def unlock(_dav: DavRequest) -> Answer:
    """Nothing was locked."""
    return plain_status(204)
