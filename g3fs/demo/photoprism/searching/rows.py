"""Lists of photos as rows: one for each file, in an order, and a page of them."""

import random
from collections.abc import Callable, Iterable, Mapping
from itertools import groupby

from g3fs.demo.photoprism.catalog import Catalog
from g3fs.demo.photoprism.rendering.photos import photo_row
from g3fs.demo.photoprism.rows import File, Photo
from g3fs.demo.photoprism.searching.query import BadQuery, Query

MAX_ROWS = 100_000
Row = tuple[Photo, File]
Key = Callable[[Photo], tuple[object, ...]]

_BY_KEY: Mapping[str, tuple[Key, bool]] = {
    "": (lambda p: (p.id,), True),
    "added": (lambda p: (p.id,), True),
    "imported": (lambda p: (p.id,), True),
    "relevance": (lambda p: (p.quality, p.taken_local, p.uid), True),
    "newest": (lambda p: (p.taken_local, p.uid), True),
    "oldest": (lambda p: (p.taken_local, p.uid), False),
    "name": (lambda p: (p.path, p.name, p.uid), False),
    "title": (lambda p: (p.title, p.name, p.uid), False),
    "edited": (lambda p: (p.edited or 0, p.uid), True),
    "updated": (lambda p: (p.updated, p.uid), True),
    "archived": (lambda p: (p.archived or 0, p.uid), True),
    "similar": (lambda p: (p.id % 16, p.uid), False),
    "size": (lambda p: (p.resolution, p.uid), True),
    "duration": (lambda p: (p.id,), True),
    "random": (lambda p: (p.uid,), False),
}
"""How rows are put in order, and whether backwards."""


def rows_of(catalog: Catalog, photos: Iterable[Photo], query: Query) -> list[Row]:
    """One row for each file, those of a photo together, the primary one first. BadQuery."""
    order = query.texts.get("order", "")
    if order not in _BY_KEY:
        raise BadQuery(form=False)
    key, backwards = _BY_KEY[order]
    chosen = sorted(_chosen(photos, order), key=key, reverse=backwards)
    if order == "random":
        random.shuffle(chosen)
    if order in ("size", "duration"):
        chosen.sort(key=lambda p: _weight(catalog, p, order), reverse=True)
    only_primary = query.flag("primary")
    return [
        (photo, file)
        for photo in chosen
        for file in catalog.files_of(photo)
        if not file.sidecar and (file.primary or not only_primary)
    ]


def _chosen(photos: Iterable[Photo], order: str) -> Iterable[Photo]:
    """Some orders leave photos out."""
    if order == "edited":
        return (p for p in photos if p.edited is not None)
    if order == "updated":
        return (p for p in photos if p.updated > p.created)
    return photos


def _weight(catalog: Catalog, photo: Photo, order: str) -> int:
    files = [f for f in catalog.files_of(photo) if f.root == "/"]
    if order == "duration":
        return max((f.duration for f in files), default=0)
    return max((f.size for f in files), default=0)


def page_of(rows: list[Row], count: int, offset: int) -> list[Row]:
    """Rows, that is files: a photo may be cut in two."""
    limit = MAX_ROWS if count < 0 else min(count, MAX_ROWS)
    return rows[offset : offset + limit]


def listed(page: list[Row], *, merged: bool, caption: str) -> list[dict[str, object]]:
    """The rows as JSON; merged: those of one photo become one."""
    if not merged:
        return [photo_row(p, [f], merged=False, caption=caption) for p, f in page]
    groups = [list(group) for _, group in groupby(page, key=lambda row: row[0].uid)]
    return [
        photo_row(group[0][0], [f for _, f in group], merged=True, caption=caption)
        for group in groups
    ]
