"""The rows of a Gallery 3 database, as far as its REST API shows or needs them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from g3fs.demo.gallery3.names import Kind

ROOT_ID = 1
GUEST_ID, ADMIN_ID = 1, 2
EVERYBODY, REGISTERED = 1, 2
"""Groups: every visitor; every user who logged in."""


@dataclass(slots=True, kw_only=True)
class Item:
    """An album, photo or movie."""

    id: int
    type: Kind
    parent_id: int
    """0 for the root."""
    name: str | None
    slug: str | None
    title: str
    created: int
    updated: int
    weight: int
    level: int
    owner_id: int = ADMIN_ID
    description: str | None = None
    mime_type: str | None = None
    captured: int | None = None
    width: int | None = None
    height: int | None = None
    resize_width: int | None = None
    resize_height: int | None = None
    thumb_width: int | None = None
    thumb_height: int | None = None
    view_count: int = 0
    rand_key: str | None = None
    sort_column: str = "created"
    sort_order: str = "ASC"
    album_cover_id: int | None = None
    stored_path: str | None = None
    """Damage: where the server believes the files to be, instead of where names say."""
    listed_below: int | None = None
    """Damage: the album under which the tree order still has it, after half a move."""
    without_access: bool = False
    """Damage: no permission rows; only administrators see it."""

    @property
    def is_album(self) -> bool:
        """Whether it can hold others."""
        return self.type == "album"

    @property
    def home_id(self) -> int:
        """The album whose permissions count: its own id for an album."""
        return self.id if self.type == "album" else self.parent_id


@dataclass(slots=True, kw_only=True)
class Tag:
    """A tag and its items, in the order in which they got it."""

    id: int
    name: str
    items: list[int] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Comment:
    """A comment by a user, or by a visitor who left a name."""

    id: int
    item_id: int
    author_id: int
    text: str
    created: int
    updated: int
    state: str | None = "published"
    guest_name: str | None = None
    guest_email: str | None = None
    guest_url: str | None = None


@dataclass(slots=True, kw_only=True)
class User:
    """Someone with an account; the guest is user 1."""

    id: int
    name: str
    key: str = field(repr=False)
    admin: bool = False


@dataclass(slots=True, kw_only=True)
class Grants:
    """What was explicitly allowed or denied in one album; the id is the album's."""

    id: int
    rules: dict[str, bool] = field(default_factory=dict)
    """`group:right` to allowed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Distortion:
    """Lies about an item, for tests with hostile servers."""

    fields: Mapping[str, object]
    """Shown instead of the true values."""
    hidden: frozenset[str] = frozenset()
    """Fields that are left out."""
    children: tuple[int, ...] = ()
    """Ids of items that an album claims to hold as well."""
