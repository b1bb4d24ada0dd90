"""The table of extended attributes: what a backend declares, and `vfs/xattrs.py` serves."""

from dataclasses import dataclass
from enum import Enum, Flag, auto

from g3fs.gallery.items import Group


class On(Flag):
    """Which items have an attribute."""

    ALBUMS = auto()
    MEDIA = auto()
    ALL = ALBUMS | MEDIA


class Form(Enum):
    """How the value is made."""

    FACT = "fact"
    """The text that the server gave under the attribute's own name."""
    TIME = "time"
    """The same: a date and a time with its zone, as in RFC 3339."""
    TAG_LIST = "tag list"
    """Tag names joined by commas, the freedesktop way."""
    TAG_JSON = "tag json"
    """A JSON array of tag names."""
    COMMENTS_JSON = "comments json"
    """A JSON array of objects: id, author, date, state, text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """One extended attribute of a kind of server."""

    name: str
    """With its namespace: `user.xdg.tags`."""
    on: On
    group: Group
    form: Form = Form.FACT
    writable: bool = False
    listed: bool = False
    """Whether listxattr(2) names it (when it is not empty): only what a copy should carry."""
    names_items: bool = False
    """Whether the value names items: the same name may be that of another one since it was told."""
    meaning: str
    """One line for the documentation and `g3fs info`."""
