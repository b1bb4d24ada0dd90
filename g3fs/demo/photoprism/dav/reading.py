"""GET and HEAD below WebDAV."""

from g3fs.demo.photoprism.dav.listing import content_type
from g3fs.demo.photoprism.dav.requests import DavRequest, etag, plain_status
from g3fs.demo.photoprism.replies import Answer
from g3fs.demo.photoprism.sending import send


def get(dav: DavRequest) -> Answer:
    """The bytes as they lie on the disk, with ETag and Range."""
    place, stat = dav.place, dav.stat
    if stat is None:
        return plain_status(404)
    if stat.is_dir:
        return plain_status(405)
    kind = content_type(place.path)
    asked = dict(dav.request.headers)
    headers = {"ETag": etag(stat)}
    return send(lambda: place.disk.open(place.path), stat.size, stat.mtime, kind, asked, headers)
