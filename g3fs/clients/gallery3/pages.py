"""Lists that come in pages: `tags` and `comments`, and no others."""

from collections.abc import Iterator

from g3fs.clients.gallery3 import wire
from g3fs.clients.gallery3.api import Api

_PAGE = 100
"""The server gives at most so many, whatever is asked."""


def paged_ids(api: Api, resource: str) -> Iterator[int]:
    """All ids, each once; the pages are fetched as they are needed."""
    seen: set[int] = set()
    start = 0
    while True:
        page = wire.member_ids_from(api.get(resource, {"num": _PAGE, "start": start}))
        fresh = [number for number in page if number not in seen]
        yield from fresh
        seen.update(fresh)
        start += len(page)
        # Without anything new a server that ignores `start` would be asked for ever.
        if len(page) < _PAGE or not fresh:
            return
