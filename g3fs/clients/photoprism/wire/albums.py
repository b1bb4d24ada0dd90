"""Albums, what is in them, and the links by which they are shared."""

from dataclasses import dataclass, field

from g3fs.clients.photoprism.wire.fields import Fields, objects_from, readable_from


@dataclass(frozen=True, slots=True, kw_only=True)
class WireAlbum:
    """An album of any type. Lists know more than the answer for one (see None below)."""

    uid: str
    slug: str
    """Made of the title; it decides which album `create` finds."""
    kind: str
    """`album` (made by hand); `folder`, `month`, `moment`, `state`: stored searches."""
    title: str
    location: str = ""
    category: str = ""
    caption: str = ""
    description: str = ""
    notes: str = ""
    filter: str = ""
    """The search of a stored search; "" for those made by hand."""
    order: str = ""
    """A wish for user interfaces; lists of photos ignore it."""
    template: str = ""
    path: str = ""
    """Only of type `folder`, only in lists."""
    state: str = ""
    country: str = ""
    year: int = 0
    month: int = 0
    day: int = 0
    favorite: bool = False
    private: bool = False
    cover_hash: str = ""
    """In lists whatever is shown; in the answer for one "" unless somebody chose it."""
    cover_src: str = ""
    """`manual`: somebody chose the cover."""
    photo_count: int | None = None
    """Photos, not files; 0 for stored searches. None: only lists say."""
    link_count: int | None = None
    created_by: str = ""
    created_s: float | None = None
    updated_s: float | None = None
    """Moves on every change of the album and its content, but only in lists."""
    deleted_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WireLink:
    """A link by which anybody may look at an album."""

    uid: str
    share_uid: str
    token: str = field(repr=False)
    slug: str = ""
    expires_s: int = 0
    """Seconds from its last change; 0: never."""
    views: int = 0
    max_views: int = 0
    has_password: bool = False
    created_s: float | None = None
    modified_s: float | None = None


def album_from(reply: object) -> WireAlbum:
    """The answer for one album."""
    return read_album(Fields(reply, "album"))


def albums_from(reply: object) -> tuple[WireAlbum, ...]:
    """The answer of a list; what cannot be read is left out, and logged."""
    return readable_from(reply, "album", read_album)


def read_album(entry: Fields) -> WireAlbum:
    """Read one album, or raise BadReply naming the field that is missing or odd."""
    return WireAlbum(
        uid=entry.required("UID"),
        slug=entry.text("Slug"),
        kind=entry.text("Type"),
        title=entry.text("Title"),
        location=entry.text("Location"),
        category=entry.text("Category"),
        caption=entry.text("Caption"),
        description=entry.text("Description"),
        notes=entry.text("Notes"),
        filter=entry.text("Filter"),
        order=entry.text("Order"),
        template=entry.text("Template"),
        path=entry.text("Path"),
        state=entry.text("State"),
        country=entry.text("Country"),
        year=entry.number("Year"),
        month=entry.number("Month"),
        day=entry.number("Day"),
        favorite=entry.flag("Favorite"),
        private=entry.flag("Private"),
        cover_hash=entry.text("Thumb"),
        cover_src=entry.text("ThumbSrc"),
        photo_count=entry.count("PhotoCount"),
        link_count=entry.count("LinkCount"),
        created_by=entry.text("CreatedBy"),
        created_s=entry.time_s("CreatedAt"),
        updated_s=entry.time_s("UpdatedAt"),
        deleted_s=entry.time_s("DeletedAt"),
    )


def added_from(reply: object) -> tuple[str, ...]:
    """The uids of photos that are in the album now; those already in it are among them."""
    return Fields(reply, "answer").objects("added", _photo_uid)


def removed_from(reply: object) -> tuple[str, ...]:
    """The uids of photos that are not in the album now."""
    return Fields(reply, "answer").objects("removed", _photo_uid)


def link_from(reply: object) -> WireLink:
    """The answer for one link."""
    return _read_link(Fields(reply, "link"))


def links_from(reply: object) -> tuple[WireLink, ...]:
    """All links of an album."""
    return objects_from(reply, "link", _read_link)


def _photo_uid(entry: Fields) -> str:
    return entry.required("PhotoUID")


def _read_link(entry: Fields) -> WireLink:
    return WireLink(
        uid=entry.required("UID"),
        share_uid=entry.text("ShareUID"),
        token=entry.text("Token"),
        slug=entry.text("Slug"),
        expires_s=entry.number("Expires"),
        views=entry.number("Views"),
        max_views=entry.number("MaxViews"),
        has_password=entry.flag("VerifyPassword") or entry.flag("HasPassword"),
        created_s=entry.time_s("CreatedAt"),
        modified_s=entry.time_s("ModifiedAt"),
    )
