"""An item that knows its gallery: the convenient face, for scripts and notebooks.

Every method is one obvious call; behind it stand the resources of `Client`, with all parameters.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from g3fs.clients.gallery3.albums import NewAlbum
from g3fs.clients.gallery3.client import Client
from g3fs.clients.gallery3.comments import PUBLISHED
from g3fs.clients.gallery3.edits import Properties, SortOrder, Unset
from g3fs.clients.gallery3.media import Source
from g3fs.clients.gallery3.sending import Progress, Upload
from g3fs.clients.gallery3.wire import Kind, Size, WireComment, WireItem
from g3fs.gallery.errors import Invalid, NotFound
from g3fs.http.bytestream import ByteStream

_PIECE_BYTES = 1 << 20


class Rendition:
    """One file of an item: the original, or one of the smaller pictures."""

    def __init__(self, client: Client, item_id: int, size: Size) -> None:
        self._client = client
        self._item_id = item_id
        self.size = size

    def read(self) -> bytes:
        """All bytes."""
        return self._client.bytes.read(self._item_id, self.size)

    def open(self) -> ByteStream:
        """The bytes as they arrive; use `with`."""
        return self._client.bytes.open(self._item_id, self.size)

    def save(self, path: Path) -> int:
        """Write the bytes to a new file; how many there were."""
        with self.open() as stream, path.open("xb") as file:
            while piece := stream.read1(_PIECE_BYTES):
                file.write(piece)
            return file.tell()


class Item:
    """An album, photo or movie. What the server said of it is in `facts`, and as of then."""

    def __init__(self, client: Client, facts: WireItem) -> None:
        self._client = client
        self.facts = facts

    @property
    def id(self) -> int:
        return self.facts.id

    @property
    def kind(self) -> Kind:
        return self.facts.kind

    @property
    def name(self) -> str:
        """The name of the file or directory on the server; empty for the root album."""
        return self.facts.name or ""

    @property
    def title(self) -> str:
        return self.facts.title

    @property
    def description(self) -> str:
        return self.facts.description or ""

    @property
    def created(self) -> datetime | None:
        """When it came into the gallery."""
        return _moment(self.facts.created_s)

    @property
    def updated(self) -> datetime | None:
        """When anything about it changed last; of an album not when its content changes."""
        return _moment(self.facts.updated_s)

    @property
    def captured(self) -> datetime | None:
        """When the picture was taken."""
        return _moment(self.facts.captured_s)

    def refresh(self) -> Self:
        """Ask for the facts again."""
        self.facts = self._client.items.get(self.id)
        return self

    @property
    def original(self) -> Rendition:
        return Rendition(self._client, self.id, "full")

    @property
    def resize(self) -> Rendition:
        """The picture in the size of the web page; photos only."""
        return Rendition(self._client, self.id, "resize")

    @property
    def thumb(self) -> Rendition:
        return Rendition(self._client, self.id, "thumb")

    def read(self) -> bytes:
        """The original, byte for byte as it was uploaded."""
        return self.original.read()

    @property
    def parent(self) -> "Item | None":
        """The album it is in; None for the root."""
        parent_id = self.facts.parent_id
        return None if parent_id is None else Item(self._client, self._client.items.get(parent_id))

    def children(self, kind: Kind | None = None) -> "list[Item]":
        """What is in an album, in its order; all, or one kind."""
        items = self._client.tree.listing(self._album_id())[1:]
        return [Item(self._client, item) for item in items if kind in (None, item.kind)]

    @property
    def albums(self) -> "list[Item]":
        return self.children("album")

    @property
    def photos(self) -> "list[Item]":
        return self.children("photo")

    @property
    def movies(self) -> "list[Item]":
        return self.children("movie")

    def random_image(self) -> "Item | None":
        """A photo from this album or below; None when there is none."""
        found = self._client.items.random(self._album_id())
        return None if found is None else Item(self._client, found)

    def add_album(self, name: str, title: str | None = None, description: str = "") -> "Item":
        """Make an album in this one."""
        new = NewAlbum(name=name, title=title, description=description)
        return Item(self._client, self._client.albums.create(self._album_id(), new))

    def add_photo(
        self,
        source: Source,
        *,
        name: str | None = None,
        title: str | None = None,
        description: str | None = None,
        progress: Progress | None = None,
    ) -> "Item":
        """Upload a photo into this album; the name is that of the file if none is given."""
        upload = Upload(
            name=_name_of(source) if name is None else name,
            source=source,
            kind="photo",
            title=title,
            description=description,
            progress=progress,
        )
        return self._uploaded(upload)

    def add_movie(
        self,
        source: Source,
        *,
        name: str | None = None,
        title: str | None = None,
        description: str | None = None,
        progress: Progress | None = None,
    ) -> "Item":
        """Upload a movie into this album; its type is that of the extension."""
        upload = Upload(
            name=_name_of(source) if name is None else name,
            source=source,
            kind="movie",
            title=title,
            description=description,
            progress=progress,
        )
        return self._uploaded(upload)

    def replace(self, source: Source, *, progress: Progress | None = None) -> Self:
        """Put new data into this photo or movie; id, title, tags and comments stay."""
        self.facts = self._client.uploads.replace(self.facts, source, progress=progress)
        return self

    def update(
        self,
        *,
        title: str | None = None,
        description: str | Unset | None = None,
        captured: datetime | Unset | None = None,
        sort_column: str | None = None,
        sort_order: SortOrder | None = None,
    ) -> Self:
        """Change properties; what is not given stays, and `CLEAR` clears."""
        moment = int(captured.timestamp()) if isinstance(captured, datetime) else captured
        properties = Properties(
            title=title,
            description=description,
            captured_s=moment,
            sort_column=sort_column,
            sort_order=sort_order,
        )
        self.facts = self._client.edits.update(self.facts, properties)
        return self

    def rename(self, name: str) -> Self:
        """Give it another name in its album."""
        self.facts = self._client.albums.move(self.facts, name=name)
        return self

    def move_to(self, album: "Item", name: str | None = None) -> Self:
        """Move it into another album, under its own or another name."""
        self.facts = self._client.albums.move(self.facts, album.id, name=name)
        return self

    def reorder(self, items: "Sequence[Item]") -> Self:
        """Put the children of this album into this order."""
        self.facts = self._client.edits.reorder(self.facts, [item.id for item in items])
        return self

    def set_cover(self, photo: "Item") -> Self:
        """Make a photo the cover of this album, which loses its thumbnail until a rebuild."""
        self.facts = self._client.edits.set_cover(self.facts, photo.id)
        return self

    def delete(self, *, recursive: bool = False) -> None:
        """Delete it; an album that is not empty only if `recursive`."""
        self._client.deletes.delete(self.id, recursive=recursive)

    @property
    def tags(self) -> list[str]:
        """The names of its tags."""
        return [self._client.tags.get(tag_id).name for tag_id in self._tag_ids()]

    def tag(self, *names: str) -> Self:
        """Put tags on it, making those that do not exist."""
        for name in names:
            self._client.tags.attach(name, self.id)
        return self

    def untag(self, *names: str) -> Self:
        """Take tags off it; NotFound for one that is not on it."""
        attached = {
            self._client.tags.get(tag_id).name.casefold(): tag_id for tag_id in self._tag_ids()
        }
        for name in names:
            if name.casefold() not in attached:
                raise NotFound(f"item {self.id} has no tag {name!r}")
            self._client.tags.detach(attached[name.casefold()], self.id)
        return self

    @property
    def comments(self) -> list[WireComment]:
        """Its published comments, newest first."""
        return list(self._client.comments.of_item(self.id, state=PUBLISHED))

    def add_comment(self, text: str) -> WireComment:
        """Write a comment under it."""
        return self._client.comments.get(self._client.comments.add(self.id, text))

    def __repr__(self) -> str:
        return f"<{self.kind} {self.id} {self.name or self.title!r}>"

    def _uploaded(self, upload: Upload) -> "Item":
        return Item(self._client, self._client.uploads.create(self._album_id(), upload))

    def _tag_ids(self) -> tuple[int, ...]:
        return self._client.tags.of_item(self.id)

    def _album_id(self) -> int:
        if self.kind != "album":
            raise Invalid(f"item {self.id} is a {self.kind}, not an album")
        return self.id


def _name_of(source: Source) -> str:
    if isinstance(source, Path):
        return source.name
    raise Invalid("an open file needs a name")


def _moment(seconds: int | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
