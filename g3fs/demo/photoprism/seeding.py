"""Fills a new site from a library: files on the disk, an index, and what people did to them."""

from g3fs.demo.library import UPLOADED, Album, Collection, Library, Media
from g3fs.demo.photoprism import albuming, describing
from g3fs.demo.photoprism.disk import join, put
from g3fs.demo.photoprism.labelling import attach
from g3fs.demo.photoprism.naming import slug
from g3fs.demo.photoprism.rows import Photo, Subject
from g3fs.demo.photoprism.running import run_index
from g3fs.demo.photoprism.state import State
from g3fs.demo.photoprism.times import SECOND


def seed(state: State, library: Library) -> None:
    """The site must be empty. Names of albums become folders, tags become labels."""
    names: dict[str, Media] = {}
    for child in library.children:
        _write(state, "", child, names)
    run_index(state, "")
    catalog = state.catalog
    photos: dict[str, Photo] = {}
    for name, media in names.items():
        file = catalog.file_named(name)
        if file is not None:
            photos[name] = catalog.photos[file.photo_uid]
            _tell(state, photos[name], media)
    for collection in library.collections:
        _collect(state, collection, photos)
    for name, media in names.items():
        if media.archived and name in photos:
            photos[name].archived = catalog.clock()
            albuming.leave_all(catalog, photos[name])
    run_index(state, "")


def _write(state: State, folder: str, node: Album | Media, names: dict[str, Media]) -> None:
    path = join(folder, node.name)
    if isinstance(node, Album):
        state.originals.mkdir(path)
        for child in node.children:
            _write(state, path, child, names)
    else:
        # One second apart, so that the order by time is the order in the library.
        mtime = (UPLOADED + len(names)) * SECOND
        put(state.originals, path, node.content.read(), mtime)
        names[path] = node


def _tell(state: State, photo: Photo, media: Media) -> None:
    if media.title:
        photo.title, photo.title_src = media.title, "manual"
    if media.caption:
        photo.caption, photo.caption_src = media.caption, "manual"
    photo.favorite = photo.favorite or media.favorite
    photo.private = photo.private or media.private
    for name in media.tags:
        attach(state.catalog, photo, name)
    for name in media.people:
        photo.people.append(_person(state, name).uid)
    if media.place is not None:
        photo.lat, photo.lng, photo.country, photo.state = media.place
        photo.place_src = "meta"
    if not media.unreviewed:
        photo.edited = photo.created // SECOND * SECOND
    describing.describe(state.catalog, photo)


def _person(state: State, name: str) -> Subject:
    catalog = state.catalog
    for known in catalog.subjects.values():
        if known.name == name:
            return known
    now = catalog.clock()
    uid = catalog.uid("j")
    made = Subject(uid=uid, slug=slug(name), name=name, created=now, updated=now)
    catalog.subjects[uid] = made
    return made


def _collect(state: State, collection: Collection, photos: dict[str, Photo]) -> None:
    catalog = state.catalog
    admin = state.accounts.admin.uid
    album = albuming.add_album(catalog, collection.title, kind=collection.kind, created_by=admin)
    album.description, album.favorite = collection.description, collection.favorite
    album.category, album.location = collection.category, collection.location
    album.filter = collection.search
    uids = [photos[name].uid for name in collection.members if name in photos]
    albuming.add_photos(catalog, album, uids)
    albuming.take_snapshot(catalog, album)
