"""Resource data: the bytes of originals, resizes and thumbs, without ranges."""

import base64
from collections.abc import Mapping
from email.utils import formatdate, parsedate_to_datetime
from io import BytesIO

from g3fs.demo.gallery3.files import Shelf
from g3fs.demo.gallery3.incoming import Call
from g3fs.demo.gallery3.refusals import bad_request, not_found
from g3fs.demo.gallery3.replies import PAST, Answer, plain, streamed
from g3fs.demo.gallery3.rows import Item
from g3fs.demo.gallery3.shelving import place

SHELF_OF: Mapping[str, Shelf] = {"full": "albums", "resize": "resizes", "thumb": "thumbs"}
KEPT_S = 30 * 24 * 3600


def get_data(call: Call, if_modified_since: str | None) -> Answer:
    """The bytes. They are read after the lock is released; the file stays open till then."""
    item = call.item()
    shelf = SHELF_OF.get(call.params.get("size", ""))
    if shelf is None:
        raise bad_request({"errors": {"size": "invalid"}})
    if shelf == "albums" and item.is_album:
        raise not_found()
    if shelf == "albums":
        call.viewer.demand("view_full", item)
    info = call.lens.info(item, shelf)
    if info is None:
        raise not_found()
    headers = _headers(call, item)
    since = _seconds(if_modified_since)
    if "m" in call.params and since is not None and since >= item.updated:
        echoed = {**headers, "Last-Modified": if_modified_since or ""}
        answer = plain(304, b"", "", {})
        answer.headers.clear()
        answer.headers.extend({"Content-Length": str(info.size), **echoed})
        return answer
    where = place(item, call.gallery.stored_path(item), shelf)
    # The path of a misplaced item leads to a directory, which has a size but no bytes.
    source = BytesIO() if info.is_directory else call.gallery.files.opener(shelf, where)()
    kind = item.mime_type if item.type == "photo" or shelf == "albums" else "image/jpeg"
    headers = {"Content-Type": kind or "", **headers}
    if call.params.get("encoding") == "base64":
        with source:
            # Broken on real servers: as many characters as the file has bytes.
            source = BytesIO(base64.b64encode(source.read())[: info.size])
    return streamed(200, source, info.size, headers)


def _headers(call: Call, item: Item) -> dict[str, str]:
    if "m" not in call.params:
        return {"Expires": PAST, "Cache-Control": "no-store, no-cache, must-revalidate"}
    return {
        "Last-Modified": formatdate(item.updated, usegmt=True),
        "Expires": formatdate(call.gallery.now() + KEPT_S, usegmt=True),
        "Cache-Control": f"public,max-age={KEPT_S}",
    }


def _seconds(date: str | None) -> int | None:
    try:
        return None if date is None else int(parsedate_to_datetime(date).timestamp())
    except ValueError:
        return None
