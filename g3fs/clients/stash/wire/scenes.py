"""Scenes: videos."""

from dataclasses import dataclass, replace

from g3fs.clients.stash.wire.fields import Fields, Stamp
from g3fs.clients.stash.wire.files import VIDEO_FILES, WireFile, file_from
from g3fs.clients.stash.wire.named import NAMES, WireNamed, named_from, named_in
from g3fs.clients.stash.wire.shapes import Branch, Operation, Selection, making, page_of, setting

SCENE = Selection(
    "Scene",
    (
        # Not paths and sceneStreams: the addresses in them hold the key.
        *("id", "title", "code", "date", "details", "director", "rating100", "o_counter"),
        *("organized", "urls", "created_at", "updated_at", "play_count", "resume_time"),
        VIDEO_FILES,
        Branch("galleries", Selection("Gallery", ("id",))),
        *NAMES,
    ),
    needed=frozenset({"id", "files"}),
)

FIND_SCENES = Operation(
    name="findScenes",
    arguments={"scene_filter": "SceneFilterType", "filter": "FindFilterType"},
    result=page_of("FindScenesResultType", "scenes", SCENE),
)
FIND_SCENE = Operation(name="findScene", arguments={"id": "ID", "checksum": "String"}, result=SCENE)
UPDATE_SCENE = setting("sceneUpdate", "SceneUpdateInput!", SCENE)
UPDATE_SCENES = setting("scenesUpdate", "[SceneUpdateInput!]!", SCENE)
BULK_UPDATE_SCENES = setting("bulkSceneUpdate", "BulkSceneUpdateInput!", SCENE)
DESTROY_SCENES = making("scenesDestroy", "ScenesDestroyInput!")


def _counting(name: str, *, repeatable: bool = False) -> Operation:
    return Operation(kind="mutation", name=name, arguments={"id": "ID!"}, repeatable=repeatable)


_COUNT = Selection("HistoryMutationResult", ("count",), needed=frozenset({"count"}))

INCREMENT_O = _counting("sceneIncrementO")
DECREMENT_O = _counting("sceneDecrementO")
ADD_O = replace(_counting("sceneAddO"), result=_COUNT)
DELETE_O = replace(_counting("sceneDeleteO"), result=_COUNT)
"""In the place of the two before, which are deprecated since v0.26."""
RESET_O = _counting("sceneResetO", repeatable=True)

OPERATIONS = (
    *(FIND_SCENES, FIND_SCENE, UPDATE_SCENE, UPDATE_SCENES, BULK_UPDATE_SCENES, DESTROY_SCENES),
    *(INCREMENT_O, DECREMENT_O, ADD_O, DELETE_O, RESET_O),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WireScene:
    """A video, which may lie on the disk in several equal files."""

    id: int
    title: str
    files: tuple[WireFile, ...]
    """The first one is sent as `/scene/ID/stream`."""
    code: str = ""
    date: str = ""
    details: str = ""
    director: str = ""
    rating: int | None = None
    o_count: int = 0
    organized: bool = False
    urls: tuple[str, ...] = ()
    created: Stamp
    updated: Stamp
    play_count: int = 0
    resume_s: float = 0.0
    """Where playing stopped."""
    gallery_ids: tuple[int, ...] = ()
    """Linked galleries; that is no membership."""
    studio: WireNamed | None = None
    tags: tuple[WireNamed, ...] = ()
    performers: tuple[WireNamed, ...] = ()


def scene_from(fields: Fields) -> WireScene:
    """Read a scene."""
    return WireScene(
        id=fields.id(),
        title=fields.text("title"),
        files=fields.objects("files", file_from),
        code=fields.text("code"),
        date=fields.text("date"),
        details=fields.text("details"),
        director=fields.text("director"),
        rating=fields.number("rating100"),
        o_count=fields.number("o_counter") or 0,
        organized=fields.flag("organized"),
        urls=fields.texts("urls"),
        created=fields.stamp("created_at"),
        updated=fields.stamp("updated_at"),
        play_count=fields.number("play_count") or 0,
        resume_s=fields.real("resume_time") or 0.0,
        gallery_ids=fields.ids("galleries"),
        studio=named_in(fields, "studio"),
        tags=fields.objects("tags", named_from),
        performers=fields.objects("performers", named_from),
    )
