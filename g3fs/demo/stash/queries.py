"""The fields of Query."""

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from g3fs.demo.stash.context import Context
from g3fs.demo.stash.execution import Refusal, Resolver
from g3fs.demo.stash.finding import Found, find, number_of
from g3fs.demo.stash.objects import streams_of
from g3fs.demo.stash.probing import ARCHIVES, PICTURES, VIDEOS
from g3fs.demo.stash.rows import File, Folder, Row
from g3fs.demo.stash.store import Table

Arguments = Mapping[str, Any]
BUILT = "2026-01-11 07:07:53"
HIDDEN_PASSWORD = "$2a$04$FAKE.BCRYPT.HASH"  # noqa: S105 - stands where the server shows a hash
NO_ROWS = "sql: no rows in result set"


def _version(_root: object, context: Context, _arguments: Arguments) -> SimpleNamespace:
    version = context.options.version
    known = version.rpartition("-g")[2] if "-g" in version else "cf3489efd"
    return SimpleNamespace(version=version, hash=known, build_time=BUILT)


def _latest(_root: object, context: Context, _arguments: Arguments) -> SimpleNamespace:
    return SimpleNamespace(
        version=context.options.version, shorthash="cf3489efd", release_date="2026-01-11", url=""
    )


def _status(_root: object, context: Context, _arguments: Arguments) -> SimpleNamespace:
    options = context.options
    new = options.status == "SETUP"
    older = 1 if options.status == "NEEDS_MIGRATION" else 0
    return SimpleNamespace(
        status=options.status,
        appSchema=options.schema_number,
        databaseSchema=0 if new else options.schema_number - older,
        databasePath="" if new else "/config/stash-go.sqlite",
        configPath="/config/config.yml",
        os="linux",
        workingDir="/opt/stash",
        homeDir="/root",
        ffmpegPath="/usr/bin/ffmpeg",
        ffprobePath="/usr/bin/ffprobe",
    )


def _stats(_root: object, context: Context, _arguments: Arguments) -> SimpleNamespace:
    store = context.store
    return SimpleNamespace(
        scene_count=len(store.scenes),
        scenes_size=float(sum(f.size for row in store.scenes for f in row.files)),
        scenes_duration=sum(f.duration for row in store.scenes for f in row.files[:1]),
        image_count=len(store.images),
        images_size=float(sum(f.size for row in store.images for f in row.files)),
        gallery_count=len(store.galleries),
        performer_count=len(store.performers),
        studio_count=len(store.studios),
        group_count=0,
        movie_count=0,
        tag_count=len(store.tags),
        total_o_count=sum(row.o_counter for row in (*store.images, *store.scenes)),
        total_play_duration=0.0,
        total_play_count=0,
        scenes_played=0,
    )


def general(context: Context) -> SimpleNamespace:
    """The settings that a client may see: all."""
    settings = context.world.settings
    return SimpleNamespace(
        stashes=[
            SimpleNamespace(path=s.path, excludeVideo=s.exclude_video, excludeImage=s.exclude_image)
            for s in settings.stashes
        ],
        databasePath="/config/stash-go.sqlite",
        generatedPath="/config/generated",
        cachePath="/config/cache",
        blobsPath="/config/blobs",
        username=settings.username,
        password=HIDDEN_PASSWORD if settings.password else "",
        apiKey=settings.api_key,
        maxSessionAge=context.options.session_s,
        createGalleriesFromFolders=settings.folder_galleries,
        galleryCoverRegex=settings.cover_regex,
        videoExtensions=list(VIDEOS),
        imageExtensions=list(PICTURES),
        galleryExtensions=list(ARCHIVES),
        excludes=[],
        imageExcludes=[],
        writeImageThumbnails=True,
        createImageClipsFromVideos=True,
        deleteTrashPath=settings.trash,
    )


SCAN_DEFAULTS = (
    *("rescan", "scanGenerateCovers", "scanGeneratePreviews", "scanGenerateImagePreviews"),
    *("scanGenerateSprites", "scanGeneratePhashes", "scanGenerateThumbnails"),
    "scanGenerateClipPreviews",
)
GENERATED = (
    *("covers", "sprites", "previews", "imagePreviews", "markers", "markerImagePreviews"),
    *("markerScreenshots", "transcodes", "phashes", "interactiveHeatmapsSpeeds"),
    *("imageThumbnails", "clipPreviews"),
)


def _configuration(_root: object, context: Context, _arguments: Arguments) -> SimpleNamespace:
    defaults = SimpleNamespace(
        scan=SimpleNamespace(**dict.fromkeys(SCAN_DEFAULTS, False)),
        autoTag=SimpleNamespace(performers=[], studios=[], tags=[]),
        generate=SimpleNamespace(**dict.fromkeys(GENERATED, False)),
        deleteFile=False,
        deleteGenerated=True,
    )
    return SimpleNamespace(general=general(context), defaults=defaults)


# Finding.


def _one(table: str) -> Resolver:
    """By id, or, for images and scenes, by checksum: null when there is none."""

    def resolve(_root: object, context: Context, arguments: Arguments) -> object:
        rows: Table[Any] = context.store.tables[table]
        if arguments.get("id") is not None:
            return rows.get(number_of(arguments["id"]))
        wanted = arguments.get("checksum")
        if not wanted:
            return None
        return next(
            (row for row in rows if any(wanted in f.hashes.values() for f in row.files)), None
        )

    return resolve


def _many(table: str, criteria: str) -> Resolver:
    def resolve(_root: object, context: Context, arguments: Arguments) -> Found:
        rows: Table[Any] = context.store.tables[table]
        return find(context.store, rows, arguments, criteria, context.options.zone_minutes)

    return resolve


def _by_path(table: str, name: str) -> Resolver:
    """By id or path: an error when there is none."""

    def resolve(_root: object, context: Context, arguments: Arguments) -> Row:
        rows: Table[Any] = context.store.tables[table]
        if arguments.get("id") is not None:
            row: File | Folder | None = rows.get(number_of(arguments["id"]))
            if row is None:
                raise Refusal(f"getting {name} by id {arguments['id']}: {NO_ROWS}")
            return row
        for row in rows:
            if row.path == arguments.get("path"):
                return row
        raise Refusal(f"{name} not found")

    return resolve


def _streams(_root: object, context: Context, arguments: Arguments) -> list[SimpleNamespace]:
    scene = context.store.scenes.get(number_of(arguments.get("id")))
    if scene is None:
        raise Refusal(f"scene with id {arguments.get('id')} not found")
    return streams_of(scene, context)


QUERIES: Mapping[str, Resolver] = {
    "version": _version,
    "latestversion": _latest,
    "systemStatus": _status,
    "stats": _stats,
    "configuration": _configuration,
    "findGallery": _one("galleries"),
    "findGalleries": _many("galleries", "gallery_filter"),
    "findImage": _one("images"),
    "findImages": _many("images", "image_filter"),
    "findScene": _one("scenes"),
    "findScenes": _many("scenes", "scene_filter"),
    "sceneStreams": _streams,
    "findTag": _one("tags"),
    "findTags": _many("tags", "tag_filter"),
    "findStudio": _one("studios"),
    "findStudios": _many("studios", "studio_filter"),
    "findPerformer": _one("performers"),
    "findPerformers": _many("performers", "performer_filter"),
    "findFile": _by_path("files", "file"),
    "findFiles": _many("files", "file_filter"),
    "findFolder": _by_path("folders", "folder"),
    "findFolders": _many("folders", "folder_filter"),
    "findJob": lambda _root, context, arguments: context.world.jobs.get(
        number_of(arguments["input"]["id"])
    ),
    "jobQueue": lambda _root, context, _arguments: context.world.jobs.queue(),
}
