"""In which order an album shows its items."""

from collections.abc import Callable, Iterable
from typing import Any

from g3fs.demo.gallery3.names import same_key
from g3fs.demo.gallery3.rows import Item

SORT_COLUMNS = frozenset(
    {
        "id", "captured", "created", "description", "height", "level", "mime_type", "name",
        "owner_id", "parent_id", "rand_key", "resize_height", "resize_width", "slug",
        "sort_column", "sort_order", "thumb_height", "thumb_width", "title", "type", "updated",
        "view_count", "weight", "width",
    }
)  # fmt: skip
SORT_ORDERS = frozenset({"ASC", "DESC", "asc", "desc"})


def in_order(album: Item, items: Iterable[Item]) -> list[Item]:
    """The items as the album's sort column and order want them, equal ones by id.

    As in SQL, null comes before everything, and texts ignore case and accents.
    """
    by_id = sorted(items, key=lambda item: item.id)
    # sorted() keeps equal ones in place in both directions, so that ids always go up.
    return sorted(by_id, key=_key(album.sort_column), reverse=album.sort_order.upper() == "DESC")


def _key(column: str) -> Callable[[Item], Any]:
    def key(item: Item) -> tuple[bool, Any]:
        value = getattr(item, column)
        return value is not None, same_key(value) if isinstance(value, str) else value

    return key
