"""Who may do what: four rights per album and group, inherited downwards."""

from g3fs.demo.gallery3.gallery import Gallery
from g3fs.demo.gallery3.refusals import ServerError, not_found
from g3fs.demo.gallery3.rows import EVERYBODY, GUEST_ID, REGISTERED, Grants, Item, User
from g3fs.demo.library import Audience, Right

GROUPS: dict[Audience, int] = {"guests": EVERYBODY, "members": REGISTERED}
DEFAULTS: dict[Right, bool] = {"view": True, "view_full": True, "edit": False, "add": False}
"""What a fresh site grants in its root album."""


def set_right(
    gallery: Gallery, album: Item, audience: Audience, right: Right, *, allowed: bool | None
) -> None:
    """Allow or deny something in an album; None: as the album above has it."""
    grants = gallery.grants.get(album.id) or Grants(id=album.id)
    key = f"{GROUPS[audience]}:{right}"
    if allowed is None:
        grants.rules.pop(key, None)
    else:
        grants.rules[key] = allowed
    gallery.grants.put(grants)


class Viewer:
    """One user, for the time of one request: what he may do is looked up once per album."""

    def __init__(self, gallery: Gallery, user: User | None) -> None:
        self._gallery = gallery
        self.user_id = GUEST_ID if user is None else user.id
        self.is_admin = user is not None and user.admin
        self._groups = (EVERYBODY,) if user is None else (EVERYBODY, REGISTERED)
        self._known: dict[tuple[int, Right, int], bool] = {}

    def can(self, right: Right, item: Item) -> bool:
        """Whether the user has the right; that of a file is that of its album."""
        if self.is_admin:
            return True
        if item.without_access:
            return False
        return any(self.group_can(group, right, item.home_id) for group in self._groups)

    def group_can(self, group: int, right: Right, album_id: int) -> bool:
        """Whether a group has the right in an album."""
        key = group, right, album_id
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._find(group, right, album_id)
        return known

    def _find(self, group: int, right: Right, album_id: int) -> bool:
        album = self._gallery.items.get(album_id)
        if album is None:
            return DEFAULTS[right]
        grants = self._gallery.grants.get(album_id)
        own = None if grants is None else grants.rules.get(f"{group}:{right}")
        if right == "view":
            # A denied view locks everything below, whatever is allowed there.
            return own is not False and self.group_can(group, right, album.parent_id)
        return self.group_can(group, right, album.parent_id) if own is None else own

    def find(self, item_id: int) -> Item:
        """The item if the user may see it; the refusal 404 otherwise."""
        item = self._gallery.item(item_id)
        if not self.can("view", item):
            raise not_found()
        return item

    def demand(self, right: Right, item: Item) -> None:
        """ServerError without the right: this server has no better word for it."""
        if not self.can(right, item):
            raise ServerError(f"needs {right}")

    def demand_admin(self) -> None:
        """ServerError for everybody but administrators."""
        if not self.is_admin:
            raise ServerError("needs admin")

    def may_edit_somewhere(self) -> bool:
        """Whether there is any album that the user may edit."""
        if self.is_admin:
            return True
        albums = (item for item in self._gallery.items if item.is_album)
        return any(self.can("edit", album) for album in albums)
