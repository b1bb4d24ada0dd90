"""Tags: found or made by name, attached, merged, swept away when empty."""

from g3fs.demo.gallery3.gallery import Gallery
from g3fs.demo.gallery3.names import is_storable, same_key
from g3fs.demo.gallery3.refusals import ServerError
from g3fs.demo.gallery3.rows import Item, Tag

TAG_NAME_MAX = 128
"""Characters."""


def check_name(name: str) -> None:
    """ServerError for a name that the database cannot hold."""
    if len(name) > TAG_NAME_MAX or not is_storable(name):
        raise ServerError("the tag does not fit into the database")


def find_named(gallery: Gallery, name: str) -> Tag | None:
    """The tag with this name, ignoring case, accents and trailing blanks."""
    key = same_key(name)
    return next((tag for tag in gallery.tags if same_key(tag.name) == key), None)


def tag_named(gallery: Gallery, name: str) -> Tag:
    """The tag with this name, made if there is none."""
    check_name(name)
    found = find_named(gallery, name)
    return found or gallery.tags.put(Tag(id=gallery.tags.next_id(), name=name))


def attach(gallery: Gallery, tag: Tag, item: Item) -> None:
    """Put a tag on an item; harmless if it is there."""
    if item.id not in tag.items:
        tag.items.append(item.id)
        gallery.tags_of.setdefault(item.id, []).append(tag.id)
        gallery.tags.put(tag)


def detach(gallery: Gallery, tag: Tag, item_id: int) -> None:
    """Take a tag off an item; harmless if it is not there."""
    if item_id in tag.items:
        tag.items.remove(item_id)
        gallery.tags_of[item_id].remove(tag.id)
        gallery.tags.put(tag)


def detach_all(gallery: Gallery, item_id: int) -> None:
    """Take all tags off an item."""
    for tag_id in list(gallery.tags_of.get(item_id, ())):
        detach(gallery, gallery.tags[tag_id], item_id)


def rename(gallery: Gallery, tag: Tag, name: str) -> None:
    """Give a tag another name; if another tag has it, that one's items come over and it goes."""
    check_name(name)
    twin = find_named(gallery, name)
    if twin is not None and twin.id != tag.id:
        for item_id in list(twin.items):
            detach(gallery, twin, item_id)
            attach(gallery, tag, gallery.item(item_id))
        tag.items.sort()
        gallery.tags.drop(twin.id)
    tag.name = name
    gallery.tags.put(tag)


def delete(gallery: Gallery, tag: Tag) -> None:
    """Remove a tag from everything."""
    for item_id in list(tag.items):
        detach(gallery, tag, item_id)
    gallery.tags.drop(tag.id)


def sweep(gallery: Gallery) -> None:
    """Remove tags without items; happens whenever an item is deleted."""
    for tag_id in [tag.id for tag in gallery.tags if not tag.items]:
        gallery.tags.drop(tag_id)
