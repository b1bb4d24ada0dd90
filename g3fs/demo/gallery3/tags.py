"""Resources tags, tag, item_tags, tag_items and tag_item."""

from g3fs.demo.gallery3 import tagging
from g3fs.demo.gallery3.incoming import Call, find_tag, leading_number, text_of
from g3fs.demo.gallery3.paging import page
from g3fs.demo.gallery3.refusals import ServerError, bad_request, not_found
from g3fs.demo.gallery3.replies import Reply
from g3fs.demo.gallery3.rows import Item, Tag


def get_tags(call: Call) -> Reply:
    """Addresses of all tags, a page of them."""
    ids = sorted(tag.id for tag in call.gallery.tags)
    members = [call.lens.url("tag", tag_id) for tag_id in page(call, ids)]
    return Reply(data={"url": f"{call.lens.rest}/tags", "members": members})


def post_tags(call: Call) -> Reply:
    """Make a tag, or find the one with this name."""
    if not call.viewer.may_edit_somewhere():
        raise ServerError("needs edit somewhere")
    name = text_of(call.fields_to_create().get("name"))
    if name in ("", "0"):
        raise bad_request()
    url = call.lens.url("tag", tagging.tag_named(call.gallery, name).id)
    if "swept_tag" in call.damage:
        tagging.sweep(call.gallery)
    return Reply(data={"url": url}, location=url)


def get_tag(call: Call) -> Reply:
    """A tag with its items."""
    tag = _tag(call)
    return Reply(
        data={
            "url": call.url,
            "entity": {"id": str(tag.id), "name": tag.name, "count": str(len(tag.items))},
            "relationships": {
                "items": {"url": call.lens.url("tag_items", tag.id), "members": _pairs(call, tag)}
            },
        }
    )


def put_tag(call: Call) -> Reply:
    """Rename a tag, or merge it with another of that name."""
    call.viewer.demand_admin()
    tag = _tag(call)
    fields = call.fields_to_change()
    if "name" in fields:
        tagging.rename(call.gallery, tag, text_of(fields["name"]))
    return Reply()


def delete_tag(call: Call) -> Reply:
    """Delete a tag."""
    call.viewer.demand_admin()
    tag = _tag(call)
    tagging.delete(call.gallery, tag)
    return Reply()


def get_item_tags(call: Call) -> Reply:
    """The tags of an item, as pairs."""
    item = call.item()
    members = [_pair_url(call, tag_id, item.id) for tag_id in call.gallery.tags_on(item)]
    return Reply(data={"url": call.url, "members": members})


def post_item_tags(call: Call) -> Reply:
    """Attach a tag; the item is taken from the entity, not from the address."""
    tag, item = _attach(call)
    url = _pair_url(call, tag.id, item.id)
    members = [call.lens.url("tag", tag.id), call.lens.url("item", item.id)]
    return Reply(data={"url": url, "members": members}, location=url)


def delete_item_tags(call: Call) -> Reply:
    """Take all tags off an item."""
    item = call.item()
    call.viewer.demand("edit", item)
    tagging.detach_all(call.gallery, item.id)
    return Reply()


def get_tag_items(call: Call) -> Reply:
    """The items of a tag, as pairs; none for an unknown tag."""
    tag = call.gallery.tags.get(leading_number(call.ident))
    members = [] if tag is None else _pairs(call, tag)
    return Reply(data={"url": call.url, "members": members})


def post_tag_items(call: Call) -> Reply:
    """Attach a tag; the answer differs from that of `item_tags`."""
    tag, item = _attach(call)
    url = _pair_url(call, tag.id, item.id)
    members = {"tag": call.lens.url("tag", tag.id), "item": call.lens.url("item", item.id)}
    return Reply(data={"url": url, "members": members}, location=url)


def delete_tag_items(call: Call) -> Reply:
    """Broken on real servers."""
    raise ServerError(f"tag_items/{call.ident} cannot be deleted")


def get_tag_item(call: Call) -> Reply:
    """One pair."""
    tag, item = _pair(call)
    entity = {"tag": call.lens.url("tag", tag.id), "item": call.lens.url("item", item.id)}
    return Reply(data={"url": call.url, "entity": entity})


def delete_tag_item(call: Call) -> Reply:
    """Take a tag off an item."""
    tag, item = _pair(call)
    call.viewer.demand("edit", item)
    tagging.detach(call.gallery, tag, item.id)
    return Reply()


def _tag(call: Call) -> Tag:
    return find_tag(call.gallery, leading_number(call.ident))


def _attach(call: Call) -> tuple[Tag, Item]:
    fields = call.fields_to_create()
    tag, item = call.resolve_tag(fields.get("tag")), call.resolve_item(fields.get("item"))
    tagging.attach(call.gallery, tag, item)
    return tag, item


def _pair(call: Call) -> tuple[Tag, Item]:
    tag_text, _, item_text = call.ident.partition(",")
    tag = find_tag(call.gallery, leading_number(tag_text))
    item = call.viewer.find(leading_number(item_text))
    if item.id not in tag.items:
        raise not_found()
    return tag, item


def _pairs(call: Call, tag: Tag) -> list[str]:
    items = call.lens.visible(call.gallery.item(item_id) for item_id in sorted(tag.items))
    return [_pair_url(call, tag.id, item.id) for item in items]


def _pair_url(call: Call, tag_id: int, item_id: int) -> str:
    return call.lens.url("tag_item", f"{tag_id},{item_id}")
