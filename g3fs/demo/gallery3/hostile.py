"""An album full of lies: what a broken or malicious server might say about its items."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

from g3fs.demo.gallery3.creating import learn, new_row
from g3fs.demo.gallery3.gallery import Gallery
from g3fs.demo.gallery3.media import Facts
from g3fs.demo.gallery3.names import Kind
from g3fs.demo.gallery3.rows import ROOT_ID, Distortion, Item, Tag
from g3fs.demo.gallery3.shelving import make_pictures, shelve_album
from g3fs.demo.gallery3.tagging import attach
from g3fs.demo.synthetic import TINY, tiny_jpeg

NAMES: tuple[object, ...] = (
    "..",
    ".",
    "",
    " ",
    "a/b.jpg",
    "../../../etc/passwd",
    "/etc/passwd",
    "nul\0.jpg",
    "n" * 300 + ".jpg",
    "é" * 200 + ".jpg",
    "control\x01\x1b[31m\n.jpg",
    "half\ud800.jpg",
    "backwards\u202egpj.exe",
    "same.jpg",
    "same.jpg",
    "SAME.jpg",
    ".g3fs",
    "-rf.jpg",
    "party\U0001f600.jpg",
    None,
    17,
    ["list.jpg"],
)
"""Names of photos; duplicates are meant."""
FIELDS: Mapping[str, Mapping[str, object]] = {
    "size-negative.jpg": {"file_size": -1},
    "size-zero.jpg": {"file_size": 0},
    "size-huge.jpg": {"file_size": 2**63},
    "size-more-than-huge.jpg": {"file_size": 2**70},
    "size-too-small.jpg": {"file_size": 10},
    "size-too-large.jpg": {"file_size": 10_000_000},
    "size-text.jpg": {"file_size": "many"},
    "size-fraction.jpg": {"file_size": 1.5},
    "size-null.jpg": {"file_size": None},
    "size-true.jpg": {"file_size": True},
    "time-huge.jpg": {"created": "9" * 30, "updated": str(2**63), "captured": "9" * 20},
    "time-negative.jpg": {"created": "-1", "updated": "-99999999999", "captured": "-99999999999"},
    "time-text.jpg": {"created": "yesterday", "updated": "", "captured": []},
    "type-unknown.jpg": {"type": "symlink"},
    "type-null.jpg": {"type": None},
    "type-page.jpg": {"mime_type": "text/html"},
    "id-negative.jpg": {"id": "-5"},
    "id-text.jpg": {"id": "../1"},
    "id-of-root.jpg": {"id": str(ROOT_ID)},
    "parent-elsewhere.jpg": {"parent": "http://evil.example/index.php/rest/item/1"},
    "address-elsewhere.jpg": {
        "file_url_public": "http://evil.example/stolen.jpg",
        "file_url": "file:///etc/passwd",
        "thumb_url_public": "gopher://evil.example/",
    },
    "title-odd.jpg": {"title": None, "description": {"no": "text"}},
}
"""Photos with honest names and other fields that are not."""
TAGS = ("comma, inside", "sl/ash", "new\nline", "nul\0", "\x1b[31mred", "t" * 128, "half\ud800")


def infest(gallery: Gallery, parent: Item) -> Item:
    """Add the album `hostile` below `parent`. What REST says of its items is wrong in many ways.

    The rows beneath are sound, so that the server itself goes on working.
    """
    nest = _Nest(gallery)
    top = nest.album(parent, "hostile")
    names = nest.album(top, "names")
    for number, name in enumerate(NAMES):
        nest.photo(names, f"name-{number:02}.jpg", Distortion(fields={"name": name}))
    fields = nest.album(top, "fields")
    for honest_name, lies in FIELDS.items():
        nest.photo(fields, honest_name, Distortion(fields=lies))
    hidden = frozenset({"file_size", "created", "updated", "can_edit", "can_add"})
    nest.photo(fields, "size-missing.jpg", Distortion(fields={}, hidden=hidden))
    up = nest.album(top, "up")
    gallery.distortions[up.id] = Distortion(fields={"name": ".."})
    _loops(nest, top)
    tagged = nest.photo(top, "tagged.jpg")
    for name in TAGS:
        tag = Tag(id=gallery.tags.next_id(), name=name)
        attach(gallery, gallery.tags.put(tag), tagged)
    return top


def _loops(nest: "_Nest", top: Item) -> None:
    """Albums that hold themselves, their parent, the root, each other."""
    loops = nest.album(top, "loops")
    itself, upwards, left, right = (
        nest.album(loops, name) for name in ("itself", "upwards", "left", "right")
    )
    nest.hold(itself, itself)
    nest.hold(upwards, loops, nest.gallery.root)
    nest.hold(left, right)
    nest.hold(right, left)


@dataclass(frozen=True, slots=True)
class _Nest:
    gallery: Gallery
    picture: bytes = field(default_factory=tiny_jpeg)

    def album(self, parent: Item, name: str) -> Item:
        item = self.gallery.insert(self._row(parent, "album", name))
        shelve_album(self.gallery, item)
        return item

    def photo(self, parent: Item, name: str, lie: Distortion | None = None) -> Item:
        item = self._row(parent, "photo", name)
        learn(item, Facts(extension="jpg", mime_type="image/jpeg", width=TINY[0], height=TINY[1]))
        self.gallery.insert(item)
        content = partial(bytes.__add__, self.picture, name.encode())
        path = self.gallery.path(item)
        opener = self.gallery.files.put("albums", path, content, item.created)
        make_pictures(self.gallery, item, opener)
        if lie is not None:
            self.gallery.distortions[item.id] = lie
        return item

    def hold(self, album: Item, *children: Item) -> None:
        ids = tuple(child.id for child in children)
        self.gallery.distortions[album.id] = Distortion(fields={}, children=ids)

    def _row(self, parent: Item, kind: Kind, name: str) -> Item:
        return new_row(self.gallery, parent, kind, (name, name.removesuffix(".jpg")))
