"""Where tags, performers, studios and folders are used."""

from collections.abc import Collection, Iterable

from g3fs.demo.stash.rows import Described, Folder, Gallery, Performer, Row, Studio, Tag
from g3fs.demo.stash.store import Store


def using(store: Store, row: Row, kind: str) -> Collection[Row]:
    """The rows of a kind (`image`, `scene`, `gallery`, `performer`, `studio`) that use this one."""
    if isinstance(row, Folder):
        return [one for one in store.galleries if one.folder is row] if kind == "gallery" else []
    if isinstance(row, Gallery):
        return row.images if kind == "image" else row.scenes
    tables: dict[str, Iterable[Described]] = {
        "image": store.images,
        "scene": store.scenes,
        "gallery": store.galleries,
    }
    if kind not in tables:
        return []
    return [one for one in tables[kind] if _uses(one, row)]


def _uses(one: Described, row: Row) -> bool:
    if isinstance(row, Tag):
        return row in one.tags
    if isinstance(row, Performer):
        return row in one.performers
    return isinstance(row, Studio) and one.studio is row
