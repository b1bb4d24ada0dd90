"""PROPFIND: everything that lies on the disk, whatever the index thinks of it."""

from collections.abc import Iterator
from mimetypes import guess_type
from urllib.parse import quote
from xml.sax.saxutils import escape

from g3fs.demo.photoprism.dav.requests import DavRequest, etag, plain_status
from g3fs.demo.photoprism.disk import Stat, join, walk
from g3fs.demo.photoprism.media import TYPES, extension
from g3fs.demo.photoprism.replies import Answer, plain
from g3fs.demo.photoprism.sending import http_date

HEAD = '<?xml version="1.0" encoding="UTF-8"?><D:multistatus xmlns:D="DAV:">'
LOCKS = (
    '<D:supportedlock><D:lockentry xmlns:D="DAV:"><D:lockscope><D:exclusive/></D:lockscope>'
    "<D:locktype><D:write/></D:locktype></D:lockentry></D:supportedlock>"
)


def propfind(dav: DavRequest) -> Answer:
    """Depth 0, 1 or infinity."""
    stat = dav.stat
    if stat is None:
        return plain_status(404)
    depth = dav.request.headers.get("Depth", "infinity")
    if depth not in ("0", "1", "infinity"):
        return plain_status(400)
    rows = [_response(dav, dav.place.path, stat)]
    if stat.is_dir and depth != "0":
        rows += [_response(dav, path, found) for path, found in _below(dav, depth)]
    body = f"{HEAD}{''.join(rows)}</D:multistatus>"
    return plain(207, body.encode("utf-8", "replace"), "text/xml; charset=utf-8")


def _below(dav: DavRequest, depth: str) -> Iterator[tuple[str, Stat]]:
    disk, top = dav.place.disk, dav.place.path
    if depth == "infinity":
        yield from walk(disk, top)
        return
    for name in disk.names(top):
        path = join(top, name)
        found = disk.stat(path)
        if found is not None:
            yield path, found


def _response(dav: DavRequest, path: str, stat: Stat) -> str:
    base = f"{dav.state.options.base_path}/{dav.place.root}/"
    href = base + quote(path, safe="/!$&'()*+,;=:@~", errors="surrogateescape")
    name = path.rpartition("/")[2]
    if stat.is_dir:
        href = href if href.endswith("/") else f"{href}/"
        own = '<D:resourcetype><D:collection xmlns:D="DAV:"/></D:resourcetype>'
    else:
        own = (
            f"<D:getcontentlength>{stat.size}</D:getcontentlength>"
            f"<D:getcontenttype>{content_type(name)}</D:getcontenttype>"
            f"<D:getetag>{escape(etag(stat))}</D:getetag><D:resourcetype></D:resourcetype>"
        )
    return (
        f"<D:response><D:href>{escape(href)}</D:href><D:propstat><D:prop>{own}{LOCKS}"
        f"<D:getlastmodified>{http_date(stat.mtime)}</D:getlastmodified>"
        f"<D:displayname>{escape(name)}</D:displayname></D:prop>"
        "<D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response>"
    )


def content_type(name: str) -> str:
    """By extension; a temporary name keeps that of the picture in it."""
    bare = name.removesuffix(".tmp")
    known = TYPES.get(extension(bare))
    return known[1] if known else guess_type(bare)[0] or "application/octet-stream"
