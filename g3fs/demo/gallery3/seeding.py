"""Fills a new gallery from a library, without waiting for its pictures to be drawn."""

from io import BytesIO

from g3fs.demo.gallery3.accounts import Accounts
from g3fs.demo.gallery3.covers import offer_cover
from g3fs.demo.gallery3.creating import new_row
from g3fs.demo.gallery3.files import Opener
from g3fs.demo.gallery3.gallery import Gallery
from g3fs.demo.gallery3.names import Kind, album_name, extension_of, file_name, slug_of
from g3fs.demo.gallery3.rights import set_right
from g3fs.demo.gallery3.rows import GUEST_ID, ROOT_ID, Comment, Item
from g3fs.demo.gallery3.shelving import make_pictures, set_blank_thumb, shelve_album
from g3fs.demo.gallery3.tagging import attach, tag_named
from g3fs.demo.library import UPLOADED, Album, Content, Library, Media, Remark


def seed(gallery: Gallery, library: Library, accounts: Accounts) -> None:
    """Make the root album and everything in the library. The gallery must be empty."""
    root = Item(
        id=gallery.items.next_id(),
        type="album",
        parent_id=0,
        name=None,
        slug=None,
        title=library.title,
        description="",
        created=UPLOADED,
        updated=UPLOADED,
        weight=gallery.next_weight(),
        level=1,
        sort_column="weight",
    )
    assert root.id == ROOT_ID
    gallery.insert(root)
    set_blank_thumb(gallery, root)
    for rule in library.rules:
        set_right(gallery, root, rule.audience, rule.right, allowed=rule.allowed)
    sower = _Sower(gallery, accounts)
    for child in library.children:
        sower.sow(root, child)
    for item in gallery.items:
        # Covers were set just now; a gallery that is seeded twice should look the same twice.
        item.updated = item.created


class _Sower:
    def __init__(self, gallery: Gallery, accounts: Accounts) -> None:
        self._gallery, self._accounts = gallery, accounts

    def sow(self, parent: Item, node: Album | Media) -> None:
        item = self._album(parent, node) if isinstance(node, Album) else self._media(parent, node)
        for name in node.tags:
            attach(self._gallery, tag_named(self._gallery, name), item)
        if isinstance(node, Album):
            for child in node.children:
                self.sow(item, child)

    def _row(self, parent: Item, node: Album | Media, kind: Kind, name: str) -> Item:
        item = new_row(self._gallery, parent, kind, (name, slug_of(name, kind)))
        item.title = node.title or node.name
        item.description = node.caption
        # One second apart, so that the order by time is the order in the library.
        item.created = item.updated = UPLOADED + item.id
        return self._gallery.insert(item)

    def _album(self, parent: Item, album: Album) -> Item:
        item = self._row(parent, album, "album", album_name(album.name))
        shelve_album(self._gallery, item)
        for rule in album.rules:
            set_right(self._gallery, item, rule.audience, rule.right, allowed=rule.allowed)
        return item

    def _media(self, parent: Item, media: Media) -> Item:
        kind: Kind = "movie" if media.mime_type.startswith("video/") else "photo"
        name = file_name(media.name, extension_of(media.name), kind)
        item = self._row(parent, media, kind, name)
        item.mime_type, item.captured = media.mime_type, media.captured
        item.width, item.height = media.width, media.height
        path = self._gallery.path(item)
        make_pictures(self._gallery, item, self._put(path, media.content, item.created))
        offer_cover(self._gallery, item)
        for remark in media.remarks:
            self._remark(item, remark)
        return item

    def _put(self, path: str, content: Content, modified: int) -> Opener:
        self._gallery.files.put("albums", path, content.read, modified)
        return lambda: BytesIO(content.read())

    def _remark(self, item: Item, remark: Remark) -> None:
        author = GUEST_ID if remark.author is None else self._accounts.user_id(remark.author)
        self._gallery.comments.put(
            Comment(
                id=self._gallery.comments.next_id(),
                item_id=item.id,
                author_id=author,
                text=remark.text,
                created=remark.created,
                updated=remark.created,
                state="published" if remark.published else "unpublished",
                guest_name=remark.visitor,
                guest_email=None if remark.visitor is None else "visitor@example.org",
                guest_url=None if remark.visitor is None else "http://visitor.example/",
            )
        )
