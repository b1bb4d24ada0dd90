"""The identities that cross layers; each has a type of its own, so that mypy keeps them apart."""

import re
from typing import NewType

ItemId = NewType("ItemId", str)
"""A backend's own key for an item: opaque, unique within one server, stable across restarts.

For media it names the *file* (the thing with bytes), not the record that groups files, so that a
photo of several files is several items, and one file in many collections is one item.
"""

_NUMBERED = re.compile(r"(?P<stem>.*) \((?P<id>[^()]+)\)(?P<extension>\.[^.]*)?", re.DOTALL)


def shown_id(item: str) -> str:
    """What people see of an item's id: the server's own, without the backend's prefix.

    A backend that keeps ids of different kinds apart puts a word and a colon before them.
    """
    return item.rpartition(":")[2] or item


def parse_numbered(name: str) -> tuple[str, str] | None:
    """`NAME (ID).EXT`, by which items of one name are told apart: the plain name and the shown id.

    None when `name` has no such form.
    """
    match = _NUMBERED.fullmatch(name)
    if match is None:
        return None
    return match["stem"] + (match["extension"] or ""), match["id"]


Version = NewType("Version", str)
"""Opaque; differs whenever the bytes of the original may differ. Compared for equality only."""

TagName = NewType("TagName", str)
"""A tag as the server spells it."""
