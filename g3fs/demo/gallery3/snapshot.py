"""Everything that a gallery holds, as values: what tests compare before and after."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from g3fs.demo.gallery3.gallery import Gallery
from g3fs.demo.gallery3.names import Kind
from g3fs.demo.gallery3.refusals import PathTooLong
from g3fs.demo.gallery3.rows import Item


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One item, as its owner would describe it."""

    id: int
    kind: Kind
    sha256: str | None
    """Of the bytes that the server would send, in hex. None: an album, or they are lost."""
    title: str
    description: str | None
    slug: str | None
    captured: int | None
    cover: int | None
    tags: tuple[str, ...]
    """Names, sorted."""
    comments: tuple[str, ...]
    """Texts of the published ones, oldest first."""


def snapshot(gallery: Gallery) -> Mapping[str, Shown]:
    """All items by their names from the root on, joined by slashes; the root itself is "".

    ValueError if two items have one path. Hold the gallery's lock.
    """
    found: dict[str, Shown] = {}
    waiting = [("", gallery.root)]
    while waiting:
        path, item = waiting.pop()
        if path in found:
            raise ValueError(f"two items at {path!r}: {found[path].id} and {item.id}")
        found[path] = _shown(gallery, item)
        above = f"{path}/" if path else ""
        waiting += [(f"{above}{child.name}", child) for child in gallery.children(item)]
    return dict(sorted(found.items()))


def _shown(gallery: Gallery, item: Item) -> Shown:
    comments = (c for c in gallery.comments if c.item_id == item.id and c.state == "published")
    return Shown(
        id=item.id,
        kind=item.type,
        sha256=None if item.is_album else _sha256(gallery, item),
        title=item.title,
        description=item.description or None,
        slug=item.slug,
        captured=item.captured,
        cover=item.album_cover_id,
        tags=tuple(sorted(gallery.tags[tag_id].name for tag_id in gallery.tags_on(item))),
        comments=tuple(c.text for c in sorted(comments, key=lambda c: (c.created, c.id))),
    )


def _sha256(gallery: Gallery, item: Item) -> str | None:
    try:
        with gallery.files.opener("albums", gallery.stored_path(item))() as source:
            return hashlib.sha256(source.read()).hexdigest()
    except (FileNotFoundError, PathTooLong):
        return None
