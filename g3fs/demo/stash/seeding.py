"""Fills a new server: files on its disk, a scan, then what people would have entered."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from g3fs.demo.library import UPLOADED, Album, Library, Media
from g3fs.demo.stash.disk import Disk, MemoryDisk, RealDisk
from g3fs.demo.stash.keeping import Keeper, restored
from g3fs.demo.stash.library import Credit, HandMade, Place, StashLibrary
from g3fs.demo.stash.options import CLIP_IMAGES, CLIPS, PICTURES, Options, Settings, Stash
from g3fs.demo.stash.rows import Chapter, Gallery, Image, Medium, Performer, Studio, Tag
from g3fs.demo.stash.store import Store, Table
from g3fs.demo.stash.world import World

ROOT = "/data"
"""Where the libraries are on the disk of a server in memory."""
RECORDS = "stash.json"
NamedT = TypeVar("NamedT", Tag, Studio, Performer)


def open_world(
    library: Library, options: Options, data: Path | None, credentials: tuple[str, str]
) -> Keeper:
    """The server that the directory holds, or a new one; `credentials` are password and key."""
    disk: Disk = MemoryDisk()
    root = ROOT
    if data is not None:
        data.mkdir(parents=True, exist_ok=True)
        root, disk = str(data.resolve() / "library"), RealDisk()
        if (data / RECORDS).exists():
            return restored(data / RECORDS, options, disk)
    world = World(options, _settings(options, root, credentials), disk, Store())
    _Seeds(world, root).plant(library)
    keeper = Keeper(world, None if data is None else data / RECORDS)
    keeper.save()
    return keeper


def _settings(options: Options, root: str, credentials: tuple[str, str]) -> Settings:
    is_open = not options.username
    return Settings(
        stashes=[
            Stash(path=f"{root}/{PICTURES}"),
            Stash(path=f"{root}/{CLIPS}"),
            Stash(path=f"{root}/{CLIP_IMAGES}", exclude_video=True),
        ],
        username=options.username,
        password="" if is_open else credentials[0],
        api_key="" if is_open else credentials[1],
        folder_galleries=options.folder_galleries,
    )


class _Seeds:
    def __init__(self, world: World, root: str) -> None:
        self._world, self._store, self._root = world, world.store, root
        self._by_path: dict[str, Medium] = {}

    def plant(self, library: Library) -> None:
        """Everything."""
        disk = self._world.disk
        for stash in self._world.settings.stashes:
            disk.make_directory(stash.path)
        for number, (place, medium) in enumerate(sorted(library.media(), key=lambda p: p[0])):
            disk.write(self._path(place), medium.content, UPLOADED + number)
        self._world.scan_now()
        self._by_path = {
            file.path: row
            for row in (*self._store.images, *self._store.scenes)
            for file in row.files
        }
        for place, medium in library.media():
            self._tell(place, medium)
        for child in library.children:
            if isinstance(child, Album):
                self._tell_album((child.name,), child)
        if isinstance(library, StashLibrary):
            self._extras(library)

    def _path(self, place: Place) -> str:
        """Albums named as one of the other libraries are the content of that library."""
        if place[0] in (CLIPS, CLIP_IMAGES) and len(place) > 1:
            return "/".join((self._root, *place))
        return "/".join((self._root, PICTURES, *place))

    def _tell(self, place: Place, medium: Media) -> None:
        row = self._by_path.get(self._path(place))
        if row is None:
            return
        row.title = medium.title or row.title
        row.details = medium.caption or row.details
        row.tags = list(dict.fromkeys((*row.tags, *map(self._tag, medium.tags))))
        if medium.captured is not None:
            row.date = datetime.fromtimestamp(medium.captured, UTC).strftime("%Y-%m-%d")

    def _tell_album(self, place: Place, album: Album) -> None:
        folder = self._store.folder_at(self._path((*place, "")).rstrip("/"))
        for gallery in self._store.galleries:
            if folder is not None and gallery.folder is folder:
                gallery.title = album.title or ""
                gallery.details = album.caption or ""
                gallery.tags = [self._tag(name) for name in album.tags]
        for child in album.children:
            if isinstance(child, Album):
                self._tell_album((*place, child.name), child)

    # What only a Stash knows.

    def _extras(self, library: StashLibrary) -> None:
        for name, aliases in library.aliases.items():
            self._tag(name).aliases = list(aliases)
        for name, parent in library.parents.items():
            self._tag(name).parents.append(self._tag(parent))
        for name in library.studios:
            self._studio(name)
        for name in library.performers:
            self._performer(name)
        for credit in library.credits:
            self._credit(credit)
        for made in library.hand_made:
            self._hand_made(made)

    def _credit(self, credit: Credit) -> None:
        row = self._by_path[self._path(credit.place)]
        row.rating100, row.organized = credit.rating, credit.organized
        row.studio = self._studio(credit.studio) if credit.studio else None
        row.performers = [self._performer(name) for name in credit.performers]
        row.photographer, row.code, row.urls = credit.photographer, credit.code, [*credit.urls]
        row.o_counter = credit.o_counter

    def _hand_made(self, made: HandMade) -> None:
        now = self._world.now()
        gallery = self._store.galleries.add(Gallery(title=made.title, details=made.details), now)
        gallery.tags = [self._tag(name) for name in made.tags]
        gallery.studio = self._studio(made.studio) if made.studio else None
        gallery.performers = [self._performer(name) for name in made.performers]
        for place in made.images:
            self._store.join(gallery, self._by_path[self._path(place)])
        if made.cover is not None:
            cover = self._by_path[self._path(made.cover)]
            assert isinstance(cover, Image), "only images are covers"
            gallery.chosen_cover = cover
        for title, position in made.chapters:
            chapter = Chapter(title=title, image_index=position, gallery=gallery)
            gallery.chapters.append(self._store.chapters.add(chapter, now))

    def _tag(self, name: str) -> Tag:
        return self._named(self._store.tags, name)

    def _studio(self, name: str) -> Studio:
        return self._named(self._store.studios, name)

    def _performer(self, name: str) -> Performer:
        return self._named(self._store.performers, name)

    def _named(self, table: Table[NamedT], name: str) -> NamedT:
        known = next((row for row in table if row.name == name), None)
        return known or table.add(table.kind(name=name), self._world.now())
