"""Resources item, items and tree."""

import re
from collections.abc import Callable

from g3fs.demo.gallery3.creating import FILENAME_MAX, Request, create
from g3fs.demo.gallery3.damage import lost_lock
from g3fs.demo.gallery3.deleting import delete
from g3fs.demo.gallery3.editing import change
from g3fs.demo.gallery3.incoming import Call, decoded
from g3fs.demo.gallery3.names import Kind, folded
from g3fs.demo.gallery3.ordering import in_order
from g3fs.demo.gallery3.refusals import ServerError, bad_request, invalid
from g3fs.demo.gallery3.replies import Reply
from g3fs.demo.gallery3.rows import ROOT_ID, Item

KINDS: tuple[Kind, ...] = ("album", "photo", "movie")


def get_item(call: Call) -> Reply:
    """One item; an album with its members, filtered as the parameters say."""
    item = call.item()
    scope = call.params.get("scope") or "direct"
    if scope not in ("direct", "all"):
        raise bad_request()
    shown = _shown(call, item)
    if item.is_album:
        shown["members"] = [call.lens.url("item", m.id) for m in _members(call, item, scope)]
    shown["url"] = call.url
    return Reply(data=shown)


def _shown(call: Call, item: Item) -> dict[str, object]:
    lens = call.lens
    tags = [lens.url("tag_item", f"{t},{item.id}") for t in lens.gallery.tags_on(item)]
    return {
        "url": lens.url("item", item.id),
        "entity": lens.entity(item),
        "relationships": {
            "comments": {"url": lens.url("item_comments", item.id)},
            "tags": {"url": lens.url("item_tags", item.id), "members": tags},
        },
    }


def _members(call: Call, album: Item, scope: str) -> list[Item]:
    choose = _filter(call)
    if scope == "all":
        below = (item for _, item in call.gallery.below(album) if choose(item))
        members = in_order(album, call.lens.visible(below))
    else:
        members = call.lens.members(album, choose)
    if "random" in call.params:
        return _one_at_random(call, members)
    return members


def _filter(call: Call) -> Callable[[Item], bool]:
    kinds = _kinds(call)
    wanted = folded(call.params.get("name", ""))

    def choose(item: Item) -> bool:
        fits = kinds is None or item.type in kinds
        return fits and (not wanted or wanted in folded(item.name or ""))

    return choose


def _kinds(call: Call) -> frozenset[str] | None:
    kinds = call.params.get("type")
    return frozenset(kinds.split(",")) if kinds else None


def _one_at_random(call: Call, members: list[Item]) -> list[Item]:
    """The server draws a number and looks for a sort key below it: there may be none."""
    drawn = call.gallery.rng.random()
    below = [m for m in members if m.rand_key is not None and float(m.rand_key) < drawn]
    return sorted(below, key=lambda m: float(m.rand_key or 0))[-1:]


def post_item(call: Call) -> Reply:
    """Create an item below this one."""
    parent = call.item()
    call.viewer.demand("add", parent)
    fields = call.fields_to_create()
    kind = next((known for known in KINDS if known == fields.get("type")), None)
    if kind is None:
        raise bad_request({"errors": {"type": "invalid"}})
    if kind != "album" and not _has_file(call):
        # An empty PHP object, unlike an empty array.
        raise bad_request({"errors": {"file": {}}})
    item = create(
        call.gallery,
        Request(
            kind=kind,
            parent=parent,
            owner_id=call.viewer.user_id,
            fields=fields,
            upload=None if kind == "album" else call.upload,
            damage=call.damage,
            may_edit=call.may_edit,
        ),
    )
    url = call.lens.url("item", item.id)
    return Reply(data={"url": url}, location=url)


def _has_file(call: Call) -> bool:
    return call.upload is not None and len(call.upload.name.encode()) <= FILENAME_MAX


def put_item(call: Call) -> Reply:
    """Change an item."""
    item = call.item()
    call.viewer.demand("edit", item)
    change(call, item)
    return Reply()


def delete_item(call: Call) -> Reply:
    """Delete an item and all below."""
    item = call.item()
    call.viewer.demand("edit", item)
    if item.id == ROOT_ID:
        raise invalid({"id": "cant_delete_root_album"})
    lost_lock(call.damage)
    delete(call.gallery, item, call.may_edit)
    return Reply()


def get_items(call: Call) -> Reply:
    """Several items by address, or the way from the root to one."""
    if "urls" in call.params:
        urls = decoded(call.params["urls"])
        chosen = [call.resolve_item(url) for url in (urls if isinstance(urls, list) else [])]
        kinds = _kinds(call)
        items = [item for item in chosen if kinds is None or item.type in kinds]
    elif "ancestors_for" in call.params:
        item = call.resolve_item(call.params["ancestors_for"])
        items = [*call.lens.visible(call.gallery.ancestors(item)), item]
    else:
        return Reply(data=[])
    return Reply(data=[_listed(call, item) for item in items])


def _listed(call: Call, item: Item) -> dict[str, object]:
    shown = _shown(call, item)
    if item.is_album:
        kinds = _kinds(call)
        members = call.lens.members(item, lambda child: kinds is None or child.type in kinds)
        shown["members"] = [call.lens.url("item", member.id) for member in members]
    return shown


def get_tree(call: Call) -> Reply:
    """An item and what is below it, as one flat list in the order of that item."""
    top = call.item()
    depth = _depth(call)
    kind = call.params.get("type")
    fields = tuple(call.params["fields"].split(",")) if "fields" in call.params else ()
    distances = {item.id: distance for distance, item in call.gallery.below(top, depth)}
    below = (call.gallery.item(item_id) for item_id in distances)
    chosen = in_order(top, call.lens.visible(i for i in below if kind in (None, i.type)))
    chosen += call.lens.extra_children(top)
    lens = call.lens
    query = "&".join(
        f"{k}={call.params[k]}" for k in ("type", "depth", "fields") if k in call.params
    )
    return Reply(
        data={
            "url": call.url,
            "entity": [
                {"url": lens.url("item", item.id), "entity": lens.entity(item, fields)}
                for item in (top, *chosen)
            ],
            "members": [
                f"{lens.url('tree', item.id)}?{query}"
                for item in chosen
                if distances.get(item.id) == depth
            ],
            "relationships": [],
        }
    )


def _depth(call: Call) -> int | None:
    if "depth" not in call.params:
        return None
    number = re.match(r"\s*-?\d+", call.params["depth"])
    if number is None:
        raise ServerError("depth is no number")
    return max(0, int(number.group()))
