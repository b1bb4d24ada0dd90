"""Resources comments, comment and item_comments."""

from g3fs.demo.gallery3.checks import DESCRIPTION_MAX
from g3fs.demo.gallery3.incoming import Call, leading_number, text_of
from g3fs.demo.gallery3.names import is_storable
from g3fs.demo.gallery3.paging import page
from g3fs.demo.gallery3.refusals import ServerError, invalid, not_found
from g3fs.demo.gallery3.replies import Reply
from g3fs.demo.gallery3.rows import Comment


def get_comments(call: Call) -> Reply:
    """Addresses of all comments on what the user may see, a page of them."""
    items = call.gallery.items
    seen = (c for c in call.gallery.comments if call.viewer.can("view", items[c.item_id]))
    ids = sorted(comment.id for comment in seen)
    members = [call.lens.url("comment", comment_id) for comment_id in page(call, ids)]
    return Reply(data={"url": f"{call.lens.rest}/comments", "members": members})


def post_comments(call: Call) -> Reply:
    """Add a comment in the name of the user."""
    fields = call.fields_to_create()
    item = call.resolve_item(fields.get("item"))
    call.viewer.demand("edit", item)
    text = text_of(fields.get("text"))
    if not text:
        raise invalid({"text": "required"})
    if len(text.encode(errors="replace")) > DESCRIPTION_MAX or not is_storable(text):
        raise ServerError("the text does not fit into the database")
    now = call.gallery.now()
    comment = call.gallery.comments.put(
        Comment(
            id=call.gallery.comments.next_id(),
            item_id=item.id,
            author_id=call.viewer.user_id,
            text=text,
            created=now,
            updated=now,
        )
    )
    url = call.lens.url("comment", comment.id)
    return Reply(data={"url": url}, location=url)


def get_comment(call: Call) -> Reply:
    """One comment."""
    comment = _comment(call)
    entity = {
        "author_id": str(comment.author_id),
        "created": str(comment.created),
        "guest_email": comment.guest_email,
        "guest_name": comment.guest_name,
        "guest_url": comment.guest_url,
        "id": str(comment.id),
        "state": comment.state,
        "text": comment.text,
        "updated": str(comment.updated),
        "item": call.lens.url("item", comment.item_id),
    }
    return Reply(data={"url": call.url, "entity": entity, "relationships": []})


def put_comment(call: Call) -> Reply:
    """Broken on real servers, which look for fields outside the entity and miss others."""
    call.viewer.demand_admin()
    _comment(call)
    missing = {} if call.params.get("text") else {"text": "required"}
    raise invalid({**missing, "author_id": "required", "item_id": "invalid"})


def delete_comment(call: Call) -> Reply:
    """Delete a comment."""
    call.viewer.demand_admin()
    comment = _comment(call)
    call.gallery.comments.drop(comment.id)
    return Reply()


def get_item_comments(call: Call) -> Reply:
    """The comments on an item, newest first, in whatever state."""
    item = call.item()
    found = [comment for comment in call.gallery.comments if comment.item_id == item.id]
    found.sort(key=lambda comment: (-comment.created, comment.id))
    members = [call.lens.url("comment", comment.id) for comment in found]
    return Reply(data={"url": call.url, "members": members})


def _comment(call: Call) -> Comment:
    comment = call.gallery.comments.get(leading_number(call.ident))
    if comment is None:
        raise not_found()
    call.viewer.find(comment.item_id)
    return comment
