"""Galleries of the three kinds, their covers and chapters."""

from dataclasses import dataclass
from typing import Literal

from g3fs.clients.stash.wire.fields import Fields, Stamp
from g3fs.clients.stash.wire.files import GALLERY_FILES, WireFile, file_from, last_part
from g3fs.clients.stash.wire.named import NAMES, WireNamed, named_from, named_in
from g3fs.clients.stash.wire.shapes import Branch, Operation, Selection, making, page_of, setting

GalleryKind = Literal["folder", "zip", "manual"]

CHAPTER = Selection(
    "GalleryChapter",
    ("id", "title", "image_index", "created_at", "updated_at"),
    needed=frozenset({"id", "image_index"}),
)
_COVER = Branch("cover", Selection("Image", ("id",)))

GALLERY = Selection(
    "Gallery",
    (
        *("id", "title", "code", "date", "details", "photographer", "rating100", "organized"),
        *("urls", "created_at", "updated_at", "image_count"),
        GALLERY_FILES,
        Branch("folder", Selection("Folder", ("id", "path"), needed=frozenset({"id", "path"}))),
        _COVER,
        Branch("chapters", CHAPTER),
        Branch("scenes", Selection("Scene", ("id",))),
        *NAMES,
    ),
    needed=frozenset({"id", "files", "folder"}),
)
_COVER_ONLY = Selection("Gallery", ("id", _COVER), needed=frozenset({"id", "cover"}))

FIND_GALLERIES = Operation(
    name="findGalleries",
    arguments={"gallery_filter": "GalleryFilterType", "filter": "FindFilterType"},
    result=page_of("FindGalleriesResultType", "galleries", GALLERY),
)
FIND_GALLERY = Operation(name="findGallery", arguments={"id": "ID!"}, result=GALLERY)
FIND_COVER = Operation(name="findGallery", arguments={"id": "ID!"}, result=_COVER_ONLY)
CREATE_GALLERY = making("galleryCreate", "GalleryCreateInput!", GALLERY)
UPDATE_GALLERY = setting("galleryUpdate", "GalleryUpdateInput!", GALLERY)
UPDATE_GALLERIES = setting("galleriesUpdate", "[GalleryUpdateInput!]!", GALLERY)
BULK_UPDATE_GALLERIES = setting("bulkGalleryUpdate", "BulkGalleryUpdateInput!", GALLERY)
DESTROY_GALLERIES = making("galleryDestroy", "GalleryDestroyInput!")
ADD_IMAGES = setting("addGalleryImages", "GalleryAddInput!")
REMOVE_IMAGES = setting("removeGalleryImages", "GalleryRemoveInput!")
SET_COVER = setting("setGalleryCover", "GallerySetCoverInput!")
RESET_COVER = setting("resetGalleryCover", "GalleryResetCoverInput!")
CREATE_CHAPTER = making("galleryChapterCreate", "GalleryChapterCreateInput!", CHAPTER)
UPDATE_CHAPTER = setting("galleryChapterUpdate", "GalleryChapterUpdateInput!", CHAPTER)
DESTROY_CHAPTER = Operation(
    kind="mutation", name="galleryChapterDestroy", arguments={"id": "ID!"}, repeatable=False
)

OPERATIONS = (
    *(FIND_GALLERIES, FIND_GALLERY, FIND_COVER, CREATE_GALLERY, UPDATE_GALLERY),
    *(UPDATE_GALLERIES, BULK_UPDATE_GALLERIES, DESTROY_GALLERIES, ADD_IMAGES, REMOVE_IMAGES),
    *(SET_COVER, RESET_COVER, CREATE_CHAPTER, UPDATE_CHAPTER, DESTROY_CHAPTER),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WireChapter:
    """A mark in a gallery: a position, not an image; it points elsewhere when images come or go."""

    id: int
    title: str
    image_index: int
    """From 1, in the order of the paths; may lie behind the last image."""
    created: Stamp | None = None
    updated: Stamp | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WireGallery:
    """A gallery: of a folder, of a zip, or made by hand."""

    id: int
    title: str
    """"" for all that was scanned; titles may be double, blank, huge, and hold anything."""
    files: tuple[WireFile, ...] = ()
    """The zips; equal ones are one gallery."""
    folder_id: int | None = None
    folder_path: str = ""
    image_count: int = 0
    code: str = ""
    date: str = ""
    """`YYYY-MM-DD`, `YYYY-MM`, `YYYY` or ""."""
    details: str = ""
    photographer: str = ""
    rating: int | None = None
    """1 to 100 from people; the server stores any number."""
    organized: bool = False
    urls: tuple[str, ...] = ()
    created: Stamp
    updated: Stamp
    """Moves when images are added or removed, not when they are destroyed."""
    cover_id: int | None = None
    """The image that is the cover, chosen or not; None: the gallery is empty."""
    chapters: tuple[WireChapter, ...] = ()
    """By position, then id."""
    scene_ids: tuple[int, ...] = ()
    studio: WireNamed | None = None
    tags: tuple[WireNamed, ...] = ()
    performers: tuple[WireNamed, ...] = ()

    @property
    def kind(self) -> GalleryKind:
        """Only the content of those made by hand can be changed."""
        if self.folder_id is not None:
            return "folder"
        return "zip" if self.files else "manual"

    @property
    def name(self) -> str:
        """What people call it: the title, else the name of the folder or zip. Hostile input."""
        if self.title.strip():
            return self.title
        if self.folder_path:
            return last_part(self.folder_path)
        return self.files[0].basename if self.files else ""


def chapter_from(fields: Fields) -> WireChapter:
    """Read a chapter."""
    return WireChapter(
        id=fields.id(),
        title=fields.text("title"),
        image_index=fields.count("image_index"),
        created=fields.optional_stamp("created_at"),
        updated=fields.optional_stamp("updated_at"),
    )


def gallery_from(fields: Fields) -> WireGallery:
    """Read a gallery."""
    folder = fields.inner("folder")
    return WireGallery(
        id=fields.id(),
        title=fields.text("title"),
        files=fields.objects("files", file_from),
        folder_id=None if folder is None else folder.id(),
        folder_path="" if folder is None else folder.text("path"),
        image_count=fields.count("image_count"),
        code=fields.text("code"),
        date=fields.text("date"),
        details=fields.text("details"),
        photographer=fields.text("photographer"),
        rating=fields.number("rating100"),
        organized=fields.flag("organized"),
        urls=fields.texts("urls"),
        created=fields.stamp("created_at"),
        updated=fields.stamp("updated_at"),
        cover_id=cover_id_from(fields),
        chapters=fields.objects("chapters", chapter_from),
        scene_ids=fields.ids("scenes"),
        studio=named_in(fields, "studio"),
        tags=fields.objects("tags", named_from),
        performers=fields.objects("performers", named_from),
    )


def cover_id_from(fields: Fields) -> int | None:
    """The cover of a gallery; None when it is empty."""
    cover = fields.inner("cover")
    return None if cover is None else cover.id()
