"""Fields of objects that are not simply attributes of rows."""

from collections.abc import Iterable, Mapping
from types import SimpleNamespace
from typing import Any

from g3fs.demo.stash.context import Context
from g3fs.demo.stash.execution import Resolver, Resolvers
from g3fs.demo.stash.finding import Found, number_of
from g3fs.demo.stash.rows import File, Folder, Gallery, Image, Row, Scene, Studio, Tag
from g3fs.demo.stash.uses import using

Arguments = Mapping[str, Any]
BARE_TITLES = 28
"""Since this release images without a title have none; before it was the file name."""


def _sorted_by_name(rows: Iterable[Any]) -> list[Any]:
    return sorted(rows, key=lambda row: (getattr(row, "sort_name", "") or row.name).lower())


def _by_id(rows: Iterable[Any]) -> list[Any]:
    return sorted(rows, key=lambda row: row.id)


def _count(kind: str) -> Resolver:
    def resolve(row: Row, context: Context, _arguments: Arguments) -> int:
        return len(using(context.store, row, kind))

    return resolve


COUNTS: Mapping[str, Resolver] = {
    f"{kind}_count": _count(kind) for kind in ("image", "scene", "gallery", "performer", "studio")
}
COMMON: Mapping[str, Resolver] = {
    "url": lambda row, _context, _arguments: row.urls[0] if row.urls else None,
    "tags": lambda row, _context, _arguments: _sorted_by_name(row.tags),
    "performers": lambda row, _context, _arguments: _sorted_by_name(row.performers),
    "galleries": lambda row, _context, _arguments: row.galleries,
}


def _fingerprints(file: File, _context: Context, _arguments: Arguments) -> list[SimpleNamespace]:
    return [SimpleNamespace(type=kind, value=value) for kind, value in file.hashes.items()]


FILE: Mapping[str, Resolver] = {
    "fingerprints": _fingerprints,
    "fingerprint": lambda file, _context, arguments: file.hashes.get(arguments["type"]),
    "parent_folder_id": lambda file, _context, _arguments: file.parent_folder.id,
    "zip_file_id": lambda row, _context, _arguments: row.zip_file and row.zip_file.id,
}


def _folder_parent(folder: Folder, _context: Context, _arguments: Arguments) -> int | None:
    return folder.parent_folder.id if folder.parent_folder else None


# Galleries.


def _gallery_paths(row: Gallery, context: Context, _arguments: Arguments) -> SimpleNamespace:
    address = f"{context.base}/gallery/{row.id}"
    return SimpleNamespace(
        cover=f"{address}/cover?t={row.updated_at}", preview=f"{address}/preview"
    )


def _nth_image(row: Gallery, context: Context, arguments: Arguments) -> Image | None:
    images = context.world.in_order(row)
    index = arguments["index"]
    return images[index] if 0 <= index < len(images) else None


GALLERY: Mapping[str, Resolver] = {
    **COMMON,
    "image_count": lambda row, _context, _arguments: len(row.images),
    "cover": lambda row, context, _arguments: context.world.cover(row),
    "chapters": lambda row, _context, _arguments: sorted(
        row.chapters, key=lambda chapter: (chapter.image_index, chapter.id)
    ),
    "scenes": lambda row, _context, _arguments: _by_id(row.scenes),
    "paths": _gallery_paths,
    "image": _nth_image,
}

# Images and scenes.


def _image_title(row: Image, context: Context, _arguments: Arguments) -> str:
    if row.title or context.options.release >= BARE_TITLES or not row.files:
        return row.title
    return row.files[0].basename


def _image_files(row: Image, _context: Context, _arguments: Arguments) -> list[File]:
    return [file for file in row.files if file.typename == "ImageFile"]


def _image_paths(row: Image, context: Context, _arguments: Arguments) -> SimpleNamespace:
    address = f"{context.base}/image/{row.id}"
    moving = bool(row.files) and row.files[0].typename == "VideoFile"
    return SimpleNamespace(
        thumbnail=f"{address}/thumbnail?t={row.updated_at}",
        preview=f"{address}/preview?{row.updated_at}" if moving else "",
        image=f"{address}/image?t={row.updated_at}",
    )


IMAGE: Mapping[str, Resolver] = {
    **COMMON,
    "title": _image_title,
    "files": _image_files,
    "visual_files": lambda row, _context, _arguments: row.files,
    "paths": _image_paths,
}


def _scene_paths(row: Scene, context: Context, _arguments: Arguments) -> SimpleNamespace:
    address = f"{context.base}/scene/{row.id}"
    oshash = row.files[0].hashes.get("oshash", "") if row.files else ""
    return SimpleNamespace(
        screenshot=f"{address}/screenshot?t={row.updated_at}",
        preview=f"{address}/preview",
        stream=context.with_key(f"{address}/stream"),
        webp=f"{address}/webp",
        vtt=f"{context.base}/scene/{oshash}_thumbs.vtt",
        sprite=f"{context.base}/scene/{oshash}_sprite.jpg",
        funscript=f"{address}/funscript",
        interactive_heatmap=f"{address}/interactive_heatmap",
        caption=f"{address}/caption",
    )


STREAMS = (
    ("stream", "video/mp4", "Direct stream"),
    ("stream.mp4?resolution=ORIGINAL", "video/mp4", "MP4"),
    ("stream.mp4?resolution=LOW", "video/mp4", "MP4 Low (240p)"),
    ("stream.webm?resolution=ORIGINAL", "video/webm", "WEBM"),
    ("stream.webm?resolution=LOW", "video/webm", "WEBM Low (240p)"),
    ("stream.m3u8?resolution=ORIGINAL", "application/vnd.apple.mpegurl", "HLS"),
    ("stream.m3u8?resolution=LOW", "application/vnd.apple.mpegurl", "HLS Low (240p)"),
    ("stream.mpd?resolution=ORIGINAL", "application/dash+xml", "DASH"),
    ("stream.mpd?resolution=LOW", "application/dash+xml", "DASH Low (240p)"),
)


def streams_of(row: Scene, context: Context) -> list[SimpleNamespace]:
    """Where the video can be had in which form."""
    address = f"{context.base}/scene/{row.id}/"
    result = []
    for name, kind, label in STREAMS:
        path, _, query = name.partition("?")
        keyed = context.with_key(address + path)
        joined = f"{keyed}{'&' if '?' in keyed else '?'}{query}" if query else keyed
        result.append(SimpleNamespace(url=joined, mime_type=kind, label=label))
    return result


def _nothing(_row: Row, _context: Context, _arguments: Arguments) -> list[Row]:
    return []


SCENE: Mapping[str, Resolver] = {
    **COMMON,
    "paths": _scene_paths,
    "sceneStreams": lambda row, context, _arguments: streams_of(row, context),
    "interactive": lambda _row, _context, _arguments: False,
    "captions": lambda _row, _context, _arguments: None,
    "last_played_at": lambda _row, _context, _arguments: None,
    "resume_time": lambda _row, _context, _arguments: 0.0,
    "play_duration": lambda _row, _context, _arguments: 0.0,
    "play_count": lambda _row, _context, _arguments: 0,
    "scene_markers": _nothing,
    "stash_ids": _nothing,
}

# Tags, performers, studios.


def _children(row: Tag, context: Context, _arguments: Arguments) -> list[Tag]:
    return _sorted_by_name(tag for tag in context.store.tags if row in tag.parents)


def _picture(kind: str) -> Resolver:
    def resolve(row: Row, context: Context, _arguments: Arguments) -> str:
        default = "" if getattr(row, "picture", b"") else "&default=true"
        return f"{context.base}/{kind}/{row.id}/image?t={row.updated_at}{default}"

    return resolve


def _studio_children(row: Studio, context: Context, _arguments: Arguments) -> list[Studio]:
    return _sorted_by_name(s for s in context.store.studios if s.parent_studio is row)


TAG: Mapping[str, Resolver] = {
    **COUNTS,
    "aliases": lambda row, _context, _arguments: sorted(row.aliases),
    "image_path": _picture("tag"),
    "children": _children,
    "parent_count": lambda row, _context, _arguments: len(row.parents),
    "child_count": lambda row, context, arguments: len(_children(row, context, arguments)),
    "stash_ids": _nothing,
}
PERFORMER: Mapping[str, Resolver] = {
    **COUNTS,
    "image_path": _picture("performer"),
    "urls": _nothing,
    "tags": _nothing,
    "ignore_auto_tag": lambda _row, _context, _arguments: False,
    **{
        name: lambda _row, _context, _arguments: None for name in ("gender", "birthdate", "country")
    },
    "disambiguation": lambda _row, _context, _arguments: "",
}
STUDIO: Mapping[str, Resolver] = {
    **COUNTS,
    "image_path": _picture("studio"),
    "url": lambda _row, _context, _arguments: "",
    "urls": _nothing,
    "tags": _nothing,
    "child_studios": _studio_children,
    "ignore_auto_tag": lambda _row, _context, _arguments: False,
}

# Results of find queries.


def _page(found: Found, _context: Context, _arguments: Arguments) -> object:
    return found.page


def _size(found: Found, _context: Context, _arguments: Arguments) -> int:
    return sum(file.size for row in found.all for file in _files(row)[:1])


def _duration(found: Found, _context: Context, _arguments: Arguments) -> float:
    return sum(file.duration for row in found.all for file in _files(row)[:1])


def _megapixels(found: Found, _context: Context, _arguments: Arguments) -> float:
    return sum(f.width * f.height for row in found.all for f in _files(row)[:1]) / 1e6


def _files(row: Row) -> list[File]:
    return [row] if isinstance(row, File) else getattr(row, "files", [])


_SUMS: Mapping[str, Resolver] = {
    "size": _size, "filesize": _size, "duration": _duration, "megapixels": _megapixels
}  # fmt: skip
_LISTS = {
    "Galleries": "galleries", "Images": "images", "Scenes": "scenes", "Tags": "tags",
    "Studios": "studios", "Performers": "performers", "Folders": "folders", "Files": "files",
}  # fmt: skip

OBJECTS: Resolvers = {
    **dict.fromkeys(("BasicFile", "GalleryFile", "ImageFile", "VideoFile"), FILE),
    "Folder": {"zip_file_id": FILE["zip_file_id"], "parent_folder_id": _folder_parent},
    "Gallery": GALLERY,
    "Image": IMAGE,
    "Scene": SCENE,
    "Tag": TAG,
    "Performer": PERFORMER,
    "Studio": STUDIO,
    **{f"Find{name}ResultType": {**_SUMS, field: _page} for name, field in _LISTS.items()},
}


def image_by_number(context: Context, ident: object) -> Image | None:
    """An image by id; None: there is none."""
    return context.store.images.get(number_of(ident))
