"""Tags, performers and studios: what galleries, images and scenes are sorted by."""

from dataclasses import dataclass

from g3fs.clients.stash.wire.fields import Fields, Stamp
from g3fs.clients.stash.wire.shapes import Branch, Operation, Selection, making, page_of, setting

_COUNTS = ("image_count", "gallery_count", "scene_count")
_NAME = ("id", "name")

STUDIO_NAME = Branch("studio", Selection("Studio", _NAME, needed=frozenset(_NAME)))
TAG_NAMES = Branch("tags", Selection("Tag", _NAME, needed=frozenset(_NAME)))
PERFORMER_NAMES = Branch("performers", Selection("Performer", _NAME, needed=frozenset(_NAME)))
NAMES = (STUDIO_NAME, TAG_NAMES, PERFORMER_NAMES)

TAG = Selection(
    "Tag",
    (
        *("id", "name", "sort_name", "description", "aliases", "favorite"),
        *("created_at", "updated_at", *_COUNTS),
        Branch("parents", Selection("Tag", ("id",))),
        Branch("children", Selection("Tag", ("id",))),
    ),
    needed=frozenset(_NAME),
)
PERFORMER = Selection(
    "Performer",
    (
        *("id", "name", "disambiguation", "alias_list", "favorite", "details", "urls"),
        *("gender", "birthdate", "country", "rating100", "created_at", "updated_at", *_COUNTS),
        Branch("tags", Selection("Tag", _NAME, needed=frozenset(_NAME))),
    ),
    needed=frozenset(_NAME),
)
STUDIO = Selection(
    "Studio",
    (
        *("id", "name", "aliases", "favorite", "details", "urls"),
        *("rating100", "created_at", "updated_at", *_COUNTS),
        Branch("parent_studio", Selection("Studio", ("id",))),
        Branch("tags", Selection("Tag", _NAME, needed=frozenset(_NAME))),
    ),
    needed=frozenset(_NAME),
)

FIND_TAGS = Operation(
    name="findTags",
    arguments={"tag_filter": "TagFilterType", "filter": "FindFilterType"},
    result=page_of("FindTagsResultType", "tags", TAG),
)
FIND_TAG = Operation(name="findTag", arguments={"id": "ID!"}, result=TAG)
CREATE_TAG = making("tagCreate", "TagCreateInput!", TAG)
UPDATE_TAG = setting("tagUpdate", "TagUpdateInput!", TAG)
BULK_UPDATE_TAGS = setting("bulkTagUpdate", "BulkTagUpdateInput!", TAG)
MERGE_TAGS = making("tagsMerge", "TagsMergeInput!", TAG)
DESTROY_TAGS = Operation(
    kind="mutation", name="tagsDestroy", arguments={"ids": "[ID!]!"}, repeatable=False
)
FIND_PERFORMERS = Operation(
    name="findPerformers",
    arguments={"performer_filter": "PerformerFilterType", "filter": "FindFilterType"},
    result=page_of("FindPerformersResultType", "performers", PERFORMER),
)
FIND_PERFORMER = Operation(name="findPerformer", arguments={"id": "ID!"}, result=PERFORMER)
FIND_STUDIOS = Operation(
    name="findStudios",
    arguments={"studio_filter": "StudioFilterType", "filter": "FindFilterType"},
    result=page_of("FindStudiosResultType", "studios", STUDIO),
)
FIND_STUDIO = Operation(name="findStudio", arguments={"id": "ID!"}, result=STUDIO)

OPERATIONS = (
    *(FIND_TAGS, FIND_TAG, CREATE_TAG, UPDATE_TAG, BULK_UPDATE_TAGS, MERGE_TAGS, DESTROY_TAGS),
    *(FIND_PERFORMERS, FIND_PERFORMER, FIND_STUDIOS, FIND_STUDIO),
)


@dataclass(frozen=True, slots=True)
class WireNamed:
    """A tag, performer or studio as it stands at something that carries it."""

    id: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WireTag:
    """A tag. Names are unique among names and aliases, but for the case of letters."""

    id: int
    name: str
    sort_name: str = ""
    description: str = ""
    aliases: tuple[str, ...] = ()
    favorite: bool = False
    created: Stamp | None = None
    updated: Stamp | None = None
    image_count: int | None = None
    gallery_count: int | None = None
    scene_count: int | None = None
    parent_ids: tuple[int, ...] = ()
    child_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WirePerformer:
    """A person. Names are not unique; `disambiguation` tells them apart."""

    id: int
    name: str
    disambiguation: str = ""
    aliases: tuple[str, ...] = ()
    favorite: bool = False
    details: str = ""
    urls: tuple[str, ...] = ()
    gender: str = ""
    birthdate: str = ""
    country: str = ""
    rating: int | None = None
    created: Stamp | None = None
    updated: Stamp | None = None
    image_count: int | None = None
    gallery_count: int | None = None
    scene_count: int | None = None
    tags: tuple[WireNamed, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WireStudio:
    """A studio; names are unique."""

    id: int
    name: str
    aliases: tuple[str, ...] = ()
    favorite: bool = False
    details: str = ""
    urls: tuple[str, ...] = ()
    rating: int | None = None
    parent_id: int | None = None
    created: Stamp | None = None
    updated: Stamp | None = None
    image_count: int | None = None
    gallery_count: int | None = None
    scene_count: int | None = None
    tags: tuple[WireNamed, ...] = ()


def named_from(fields: Fields) -> WireNamed:
    """Read what stands at an object."""
    return WireNamed(fields.id(), fields.text("name"))


def named_in(fields: Fields, name: str) -> WireNamed | None:
    """The one thing in a field; None when there is none."""
    inner = fields.inner(name)
    return None if inner is None else named_from(inner)


def tag_from(fields: Fields) -> WireTag:
    """Read a tag."""
    return WireTag(
        id=fields.id(),
        name=fields.required("name"),
        sort_name=fields.text("sort_name"),
        description=fields.text("description"),
        aliases=fields.texts("aliases"),
        favorite=fields.flag("favorite"),
        created=fields.optional_stamp("created_at"),
        updated=fields.optional_stamp("updated_at"),
        image_count=fields.number("image_count"),
        gallery_count=fields.number("gallery_count"),
        scene_count=fields.number("scene_count"),
        parent_ids=fields.ids("parents"),
        child_ids=fields.ids("children"),
    )


def performer_from(fields: Fields) -> WirePerformer:
    """Read a performer."""
    return WirePerformer(
        id=fields.id(),
        name=fields.text("name"),
        disambiguation=fields.text("disambiguation"),
        aliases=fields.texts("alias_list"),
        favorite=fields.flag("favorite"),
        details=fields.text("details"),
        urls=fields.texts("urls"),
        gender=fields.text("gender"),
        birthdate=fields.text("birthdate"),
        country=fields.text("country"),
        rating=fields.number("rating100"),
        created=fields.optional_stamp("created_at"),
        updated=fields.optional_stamp("updated_at"),
        image_count=fields.number("image_count"),
        gallery_count=fields.number("gallery_count"),
        scene_count=fields.number("scene_count"),
        tags=fields.objects("tags", named_from),
    )


def studio_from(fields: Fields) -> WireStudio:
    """Read a studio."""
    parent = fields.inner("parent_studio")
    return WireStudio(
        id=fields.id(),
        name=fields.text("name"),
        aliases=fields.texts("aliases"),
        favorite=fields.flag("favorite"),
        details=fields.text("details"),
        urls=fields.texts("urls"),
        rating=fields.number("rating100"),
        parent_id=None if parent is None else parent.id(),
        created=fields.optional_stamp("created_at"),
        updated=fields.optional_stamp("updated_at"),
        image_count=fields.number("image_count"),
        gallery_count=fields.number("gallery_count"),
        scene_count=fields.number("scene_count"),
        tags=fields.objects("tags", named_from),
    )
