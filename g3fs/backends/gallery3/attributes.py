"""The table of extended attributes of a Gallery 3."""

from g3fs.gallery.attributes import Attribute, Form, On
from g3fs.gallery.items import Group

CAPTURED = "user.g3fs.captured"
COMMENT = "user.xdg.comment"
COVER = "user.g3fs.cover"
HEIGHT = "user.g3fs.height"
ORDER = "user.g3fs.order"
OWNER = "user.g3fs.owner"
SLUG = "user.g3fs.slug"
SORT = "user.g3fs.sort"
TITLE = "user.g3fs.title"
URL = "user.xdg.origin.url"
VIEWS = "user.g3fs.views"
WIDTH = "user.g3fs.width"

ATTRIBUTES = (
    Attribute(
        name="user.xdg.tags",
        on=On.ALL,
        group=Group.TAGS,
        form=Form.TAG_LIST,
        writable=True,
        listed=True,
        meaning="names of the tags, joined by commas",
    ),
    Attribute(
        name=COMMENT,
        on=On.ALL,
        group=Group.LISTING,
        writable=True,
        listed=True,
        meaning="the description",
    ),
    Attribute(
        name=TITLE,
        on=On.ALL,
        group=Group.LISTING,
        writable=True,
        listed=True,
        meaning="the title, where it is not just the name",
    ),
    Attribute(
        name="user.g3fs.tags",
        on=On.ALL,
        group=Group.TAGS,
        form=Form.TAG_JSON,
        writable=True,
        meaning="names of the tags, as a JSON array",
    ),
    Attribute(
        name="user.g3fs.comments",
        on=On.MEDIA,
        group=Group.COMMENTS,
        form=Form.COMMENTS_JSON,
        meaning="the comments, oldest first, as a JSON array",
    ),
    Attribute(
        name=COVER,
        on=On.ALBUMS,
        group=Group.LISTING,
        writable=True,
        names_items=True,
        meaning="name of the cover if it is in the album itself, else `id:` and its number",
    ),
    Attribute(
        name=SORT,
        on=On.ALBUMS,
        group=Group.LISTING,
        writable=True,
        meaning="how the album is sorted: column and direction",
    ),
    Attribute(
        name=ORDER,
        on=On.ALBUMS,
        group=Group.DETAILS,
        writable=True,
        meaning="names in their order, one a line, where the album is sorted by hand (`weight`)",
    ),
    Attribute(
        name=CAPTURED,
        on=On.MEDIA,
        group=Group.LISTING,
        form=Form.TIME,
        writable=True,
        meaning="when the picture was taken",
    ),
    Attribute(
        name=URL,
        on=On.ALL,
        group=Group.DETAILS,
        meaning="the address of its web page",
    ),
    Attribute(
        name=SLUG,
        on=On.ALL,
        group=Group.LISTING,
        meaning="its part of the web address",
    ),
    Attribute(
        name=OWNER,
        on=On.ALL,
        group=Group.LISTING,
        meaning="number of the user who owns it",
    ),
    Attribute(
        name=VIEWS,
        on=On.ALL,
        group=Group.LISTING,
        meaning="how often its web page was visited",
    ),
    Attribute(name=WIDTH, on=On.MEDIA, group=Group.LISTING, meaning="pixels"),
    Attribute(name=HEIGHT, on=On.MEDIA, group=Group.LISTING, meaning="pixels"),
)


def attributes(*, tags: bool, comments: bool) -> tuple[Attribute, ...]:
    """The table of one server, whose modules for tags and for comments may be off."""
    off = {group for group, on in ((Group.TAGS, tags), (Group.COMMENTS, comments)) if not on}
    return tuple(attribute for attribute in ATTRIBUTES if attribute.group not in off)
