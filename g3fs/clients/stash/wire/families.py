"""The kinds of records that can be searched for, each with the names it has in the API."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from g3fs.clients.stash.wire import files, galleries, images, named, scenes
from g3fs.clients.stash.wire.fields import Fields
from g3fs.clients.stash.wire.files import WireFile, WireFolder
from g3fs.clients.stash.wire.galleries import WireGallery
from g3fs.clients.stash.wire.images import WireImage
from g3fs.clients.stash.wire.named import WirePerformer, WireStudio, WireTag
from g3fs.clients.stash.wire.scenes import WireScene
from g3fs.clients.stash.wire.shapes import Operation, Selection, page_of
from g3fs.gallery.errors import Invalid

T = TypeVar("T")

FILTER = "filter"
"""The argument of every `find` that holds pages and order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Family(Generic[T]):
    """One kind of records."""

    what: str
    """One of them, for people."""
    find: Operation
    one: Operation
    filter_name: str
    """The argument of `find` that holds the conditions."""
    list_name: str
    """The field of the answer that holds the records."""
    read: Callable[[Fields], T]
    texts: Callable[[T, str], tuple[str, ...]]
    """The texts of a record that a condition of this name is about."""

    replaceable: bool = True
    """Whether a bad record can be told from the others: `one` of it is null, and no more."""

    def ids_only(self) -> Operation:
        """`find` for the ids alone, which cannot be bad."""
        assert self.one.result is not None
        assert self.find.result is not None
        bare = Selection(self.one.result.on, ("id",))
        return replace(self.find, result=page_of(self.find.result.on, self.list_name, bare))

    def ids(self, value: object) -> tuple[int, ...]:
        """What `ids_only` gave."""
        return Fields(value, self.find.name).ids(self.list_name)

    def page(self, value: object) -> tuple[int, tuple[T, ...]]:
        """What `find` gave: the number of all matches, and the records."""
        fields = Fields(value, self.find.name)
        return fields.count("count"), fields.objects(self.list_name, self.read)


def _files_texts(found: tuple[WireFile, ...], name: str) -> tuple[str, ...] | None:
    if name == "path":
        return tuple(file.path for file in found)
    if name in ("checksum", "oshash"):
        kind = "md5" if name == "checksum" else name
        return tuple(file.fingerprint(kind) or "" for file in found)
    return None


def _plain_texts(record: object, name: str) -> tuple[str, ...]:
    value = getattr(record, {"url": "urls"}.get(name, name), None)
    if isinstance(value, str):
        return (value,)
    if isinstance(value, tuple):
        return value
    raise Invalid(f'{name}: %, _ and " cannot be searched for here')


def _media_texts(record: WireImage | WireScene, name: str) -> tuple[str, ...]:
    found = _files_texts(record.files, name)
    return _plain_texts(record, name) if found is None else found


def _gallery_texts(record: WireGallery, name: str) -> tuple[str, ...]:
    if name == "path" and record.folder_path:
        return (record.folder_path,)
    found = _files_texts(record.files, name)
    return _plain_texts(record, name) if found is None else found


GALLERIES = Family(
    what="gallery",
    find=galleries.FIND_GALLERIES,
    one=galleries.FIND_GALLERY,
    filter_name="gallery_filter",
    list_name="galleries",
    read=galleries.gallery_from,
    texts=_gallery_texts,
)
IMAGES = Family(
    what="image",
    find=images.FIND_IMAGES,
    one=images.FIND_IMAGE,
    filter_name="image_filter",
    list_name="images",
    read=images.image_from,
    texts=_media_texts,
)
IMAGE_IDS: Family[int] = Family(
    what="image",
    find=images.FIND_IMAGE_IDS,
    one=images.FIND_IMAGE,
    filter_name="image_filter",
    list_name="images",
    read=Fields.id,
    texts=lambda _, name: _plain_texts(None, name),
)
SCENES = Family(
    what="scene",
    find=scenes.FIND_SCENES,
    one=scenes.FIND_SCENE,
    filter_name="scene_filter",
    list_name="scenes",
    read=scenes.scene_from,
    texts=_media_texts,
)
TAGS: Family[WireTag] = Family(
    what="tag",
    find=named.FIND_TAGS,
    one=named.FIND_TAG,
    filter_name="tag_filter",
    list_name="tags",
    read=named.tag_from,
    texts=_plain_texts,
)
PERFORMERS: Family[WirePerformer] = Family(
    what="performer",
    find=named.FIND_PERFORMERS,
    one=named.FIND_PERFORMER,
    filter_name="performer_filter",
    list_name="performers",
    read=named.performer_from,
    texts=_plain_texts,
)
STUDIOS: Family[WireStudio] = Family(
    what="studio",
    find=named.FIND_STUDIOS,
    one=named.FIND_STUDIO,
    filter_name="studio_filter",
    list_name="studios",
    read=named.studio_from,
    texts=_plain_texts,
)
FOLDERS: Family[WireFolder] = Family(
    what="folder",
    find=files.FIND_FOLDERS,
    one=files.FIND_FOLDER,
    filter_name="folder_filter",
    replaceable=False,
    list_name="folders",
    read=files.folder_from,
    texts=_plain_texts,
)
FILES: Family[WireFile] = Family(
    what="file",
    find=files.FIND_FILES,
    one=files.FIND_FILE,
    filter_name="file_filter",
    replaceable=False,
    list_name="files",
    read=files.file_from,
    texts=_plain_texts,
)
