"""The ids of what only the views of tags have: albums and links that no server knows."""

from urllib.parse import quote, unquote

from g3fs.gallery.ids import ItemId, TagName

_OWN = "view:tags"

TAGS = ItemId(_OWN)
"""The album of all tags."""


def album_of(tag: TagName) -> ItemId:
    """The album that shows what a tag is on."""
    return ItemId(f"{_OWN}:{_quoted(tag)}")


def link_of(tag: TagName, item: ItemId) -> ItemId:
    """The link to an item in the album of a tag."""
    return ItemId(f"{album_of(tag)}:{item}")


def is_of_views(item: ItemId) -> bool:
    """Whether no server knows it."""
    return item == TAGS or item.startswith(f"{_OWN}:")


def tag_of(own: ItemId) -> TagName:
    """The tag of an album, or of a link in it."""
    return TagName(unquote(_parts(own)[0], errors="surrogatepass"))


def item_of(link: ItemId) -> ItemId:
    """What a link leads to."""
    return ItemId(_parts(link)[1])


def _parts(own: ItemId) -> tuple[str, str]:
    """Tag and item; no quoted tag has a colon, an item may."""
    tag, _, item = own.removeprefix(f"{_OWN}:").partition(":")
    return tag, item


def _quoted(tag: TagName) -> str:
    return quote(tag, safe="", errors="surrogatepass")
