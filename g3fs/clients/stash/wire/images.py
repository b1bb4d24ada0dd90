"""Images: pictures, animated ones too, and videos of libraries that take them as images."""

from dataclasses import dataclass

from g3fs.clients.stash.wire.fields import Fields, Stamp
from g3fs.clients.stash.wire.files import VISUAL_FILES, WireFile, file_from
from g3fs.clients.stash.wire.named import NAMES, WireNamed, named_from, named_in
from g3fs.clients.stash.wire.shapes import Branch, Operation, Selection, making, page_of, setting

IMAGE = Selection(
    "Image",
    (
        *("id", "title", "code", "date", "details", "photographer", "rating100", "o_counter"),
        *("organized", "urls", "created_at", "updated_at"),
        VISUAL_FILES,
        Branch("galleries", Selection("Gallery", ("id",))),
        *NAMES,
    ),
    needed=frozenset({"id", "visual_files"}),
)
_PLACE = Selection("Image", ("id",))

FIND_IMAGES = Operation(
    name="findImages",
    arguments={"image_filter": "ImageFilterType", "filter": "FindFilterType"},
    result=page_of("FindImagesResultType", "images", IMAGE),
)
FIND_IMAGE_IDS = Operation(
    name="findImages",
    arguments={"image_filter": "ImageFilterType", "filter": "FindFilterType"},
    result=page_of("FindImagesResultType", "images", _PLACE),
)
FIND_IMAGE = Operation(name="findImage", arguments={"id": "ID", "checksum": "String"}, result=IMAGE)
UPDATE_IMAGE = setting("imageUpdate", "ImageUpdateInput!", IMAGE)
UPDATE_IMAGES = setting("imagesUpdate", "[ImageUpdateInput!]!", IMAGE)
BULK_UPDATE_IMAGES = setting("bulkImageUpdate", "BulkImageUpdateInput!", IMAGE)
DESTROY_IMAGES = making("imagesDestroy", "ImagesDestroyInput!")


def _counting(name: str, *, repeatable: bool = False) -> Operation:
    return Operation(kind="mutation", name=name, arguments={"id": "ID!"}, repeatable=repeatable)


INCREMENT_O = _counting("imageIncrementO")
DECREMENT_O = _counting("imageDecrementO")
RESET_O = _counting("imageResetO", repeatable=True)

OPERATIONS = (
    *(FIND_IMAGES, FIND_IMAGE_IDS, FIND_IMAGE, UPDATE_IMAGE, UPDATE_IMAGES, BULK_UPDATE_IMAGES),
    *(DESTROY_IMAGES, INCREMENT_O, DECREMENT_O, RESET_O),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WireImage:
    """An image: some content, which may lie on the disk in several equal files."""

    id: int
    title: str
    """"" for all that nobody named; titles may be double, blank, huge, and hold anything."""
    files: tuple[WireFile, ...]
    """The first one is sent as `/image/ID/image`. Empty in rare cases: then there are no bytes."""
    code: str = ""
    date: str = ""
    """`YYYY-MM-DD`, `YYYY-MM`, `YYYY` or ""."""
    details: str = ""
    photographer: str = ""
    rating: int | None = None
    """1 to 100 from people; the server stores any number."""
    o_count: int = 0
    organized: bool = False
    urls: tuple[str, ...] = ()
    created: Stamp
    updated: Stamp
    """Of the record: not moved by new content, renaming, galleries, or changes of its tags."""
    gallery_ids: tuple[int, ...] = ()
    studio: WireNamed | None = None
    tags: tuple[WireNamed, ...] = ()
    performers: tuple[WireNamed, ...] = ()

    def file_in(self, *, folder_id: int | None = None, zip_file_id: int | None = None) -> WireFile:
        """The file that belongs to a folder or zip; else the first one.

        Raises:
            LookupError: the image has no files.
        """
        for file in self.files:
            if folder_id is not None and file.folder_id == folder_id:
                return file
            if zip_file_id is not None and file.zip_file_id == zip_file_id:
                return file
        return self.files[0]


def image_from(fields: Fields) -> WireImage:
    """Read an image."""
    return WireImage(
        id=fields.id(),
        title=fields.text("title"),
        files=fields.objects("visual_files", file_from),
        code=fields.text("code"),
        date=fields.text("date"),
        details=fields.text("details"),
        photographer=fields.text("photographer"),
        rating=fields.number("rating100"),
        o_count=fields.number("o_counter") or 0,
        organized=fields.flag("organized"),
        urls=fields.texts("urls"),
        created=fields.stamp("created_at"),
        updated=fields.stamp("updated_at"),
        gallery_ids=fields.ids("galleries"),
        studio=named_in(fields, "studio"),
        tags=fields.objects("tags", named_from),
        performers=fields.objects("performers", named_from),
    )
