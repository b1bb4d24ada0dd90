"""Files as JSON: with all fields, or without the empty ones as merged lists show them."""

from g3fs.demo.photoprism.rows import File, Photo
from g3fs.demo.photoprism.times import SECOND, moment, written

Json = dict[str, object]
COLORS = ("grey", "blue", "green", "purple", "lime", "orange", "teal", "brown")
ALWAYS = frozenset(("Primary", "Markers"))


def file_details(file: File, photo: Photo) -> Json:
    """A file in details, `files/:hash` and `folders`."""
    index: Json = {}
    if not file.sidecar:
        index = {
            "TimeIndex": f"{_time_index(photo)}-{_media_id(file, photo)}",
            "MediaID": _media_id(file, photo),
            "MediaUTC": photo.taken // 1_000_000,
            "OrientationSrc": "meta",
        }
    return {
        **_common(file),
        **index,
        **_colours(file, main=True),
        "ModTime": file.mtime,
        "CreatedAt": written(file.created),
        "CreatedIn": 160_204_296,
        "UpdatedAt": written(file.updated),
        **({"UpdatedIn": 20_374_605} if file.updated != file.created else {}),
        "Markers": [],
    }


def file_row(file: File) -> Json:
    """A file in a merged list."""
    return {
        **_common(file),
        **_colours(file, main=False),
        "CreatedAt": written(file.created),
        "UpdatedAt": written(file.updated),
        "Markers": [],
    }


def _common(file: File) -> Json:
    row: Json = {
        "UID": file.uid,
        "PhotoUID": file.photo_uid,
        "Name": file.name,
        "Root": file.root,
        "Hash": file.hash,
        "Size": file.size,
        "Primary": file.primary,
        "OriginalName": file.original_name,
        "Codec": file.codec,
        "FileType": file.file_type,
        "MediaType": file.media_type,
        "Mime": file.mime,
        "Sidecar": file.sidecar,
        "Missing": file.missing,
        "Video": file.video,
        "Duration": file.duration,
        "FPS": file.fps,
        "Frames": file.frames,
        "Width": file.width,
        "Height": file.height,
        "Orientation": 0 if file.sidecar else file.orientation,
        "AspectRatio": round(file.width / file.height, 2) if file.height else 0,
        "Error": file.error,
    }
    return {name: value for name, value in row.items() if value or name in ALWAYS}


def _colours(file: File, *, main: bool) -> Json:
    """Of the right form; nobody measures them here."""
    if file.media_type != "image" or not file.primary or file.codec not in ("jpeg", "png"):
        return {}
    digest = file.hash.upper()
    name = {"MainColor": COLORS[int(digest[0], 16) % len(COLORS)]} if main else {}
    return {
        **name,
        "Colors": digest[:9],
        "Luminance": digest[9:18],
        "Diff": 767,
        "Chroma": 1 + int(digest[18:20], 16) % 60,
    }


def _media_id(file: File, photo: Photo) -> str:
    return f"{9_999_999_999 - photo.id + 1}-{0 if file.primary else 1}-{file.uid}"


def _time_index(photo: Photo) -> int:
    stamp = int(moment(photo.taken - photo.taken % SECOND).strftime("%Y%m%d%H%M%S"))
    return 100_000_000_000_000 - stamp
