"""The addresses of bytes: originals, thumbnails, covers, streams."""

import hashlib
import io
import mimetypes
from collections.abc import Mapping
from functools import lru_cache

from PIL import Image as Picture
from PIL import UnidentifiedImageError
from werkzeug.wrappers import Request

from g3fs.demo.stash.answers import Answer, content, not_found, plain, text
from g3fs.demo.stash.disk import blob_of
from g3fs.demo.stash.probing import extension
from g3fs.demo.stash.rows import File, Gallery, Image, Scene
from g3fs.demo.stash.world import World

LONGEST = 640
"""Pixels of the longer side of a thumbnail."""
DEFAULT_PICTURE = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24">'
    b'<path d="M3 5h18v14H3z" fill="#777"/></svg>\n'
)
TYPES = {"webp": "image/webp", "avif": "image/avif", "m4v": "video/mp4", "mkv": "video/x-matroska"}
SUBJECTS = ("image", "gallery", "scene", "tag", "performer", "studio", "downloads", "group")
"""Below these an unknown address is 404, not the web application."""


class Media:
    """Answers GET below /image, /gallery, /scene, /tag."""

    def __init__(self, world: World) -> None:
        self._world = world

    def answer(self, request: Request, parts: list[str]) -> Answer:
        """`parts` are those of the path, the first one a subject."""
        asked = {name.lower(): value for name, value in request.headers.items()}
        kept = "private, max-age=31536000, immutable" if "t" in request.args else "no-cache"
        match parts:
            case ["image", ident, "image" | "thumbnail" | "preview" as what]:
                return self._image(ident, what, asked, kept)
            case ["gallery", ident, "cover"]:
                return self._cover(ident, asked, kept)
            case ["gallery", ident, "preview", index]:
                return self._preview(ident, index, asked, kept)
            case ["scene", ident, what]:
                return self._scene(ident, what, asked, kept)
            case ["tag", ident, "image"]:
                return self._tag(ident, asked, kept)
        return not_found()

    # Images.

    def _image(self, ident: str, what: str, asked: Mapping[str, str], kept: str) -> Answer:
        image = self._find(ident)
        if image is None or not image.files:
            return not_found("Not Found")
        if what == "image":
            return self._file(image.files[0], asked, kept)
        if what == "preview":
            return not_found()
        return self._thumbnail(image, asked, kept)

    def _find(self, ident: str) -> Image | None:
        images = self._world.store.images
        if ident.isdigit() and int(ident) in images.rows:
            return images.rows[int(ident)]
        return next((i for i in images if any(f.hashes.get("md5") == ident for f in i.files)), None)

    def _file(self, file: File, asked: Mapping[str, str], kept: str) -> Answer:
        try:
            blob = self._world.blob(file)
        except OSError:
            return text(500, f"open {file.path}: no such file or directory")
        entry = None if file.zip_file else self._world.disk.look(file.path)
        modified = entry.modified if entry else file.mod_time
        headers = {
            "Content-Type": type_of(file.basename),
            "Cache-Control": kept,
            "Content-Disposition": _latin(f'filename="{file.basename}"'),
        }
        return content(blob, asked, headers, modified)

    def _thumbnail(self, image: Image, asked: Mapping[str, str], kept: str) -> Answer:
        file = image.files[0]
        try:
            data = self._world.blob(file).read()
        except OSError:
            return _default(asked, kept)
        if not file.width or (file.typename == "VideoFile" and file.format != "gif"):
            return self._file(file, asked, kept)
        small = thumbnail(data)
        if small is None:
            return self._file(file, asked, kept)
        headers = {"Content-Type": "image/jpeg", "Cache-Control": kept}
        return content(blob_of(small), asked, headers, image.thumbnailed_at)

    # Galleries.

    def _gallery(self, ident: str) -> Gallery | None:
        return self._world.store.galleries.get(int(ident)) if ident.isdigit() else None

    def _cover(self, ident: str, asked: Mapping[str, str], kept: str) -> Answer:
        gallery = self._gallery(ident)
        if gallery is None:
            return not_found("Not Found")
        cover = self._world.cover(gallery)
        if cover is None:
            return _default(asked, kept)
        return self._thumbnail(cover, {**asked, "if-modified-since": ""}, kept)

    def _preview(self, ident: str, index: str, asked: Mapping[str, str], kept: str) -> Answer:
        gallery = self._gallery(ident)
        if gallery is None:
            return not_found("Not Found")
        if not index.lstrip("-").isdigit():
            return text(400, "bad index")
        images = self._world.in_order(gallery)
        if not 0 <= int(index) < len(images):
            return not_found("Not Found")
        return self._thumbnail(images[int(index)], asked, kept)

    # Scenes.

    def _scene(self, ident: str, what: str, asked: Mapping[str, str], kept: str) -> Answer:
        scenes = self._world.store.scenes
        if what.endswith((".vtt", ".jpg")) or not ident.isdigit():
            return not_found()
        scene = scenes.get(int(ident))
        if scene is None or not scene.files:
            return not_found("Not Found")
        return self._scene_file(scene, what, asked, kept)

    def _scene_file(self, scene: Scene, what: str, asked: Mapping[str, str], kept: str) -> Answer:
        file = scene.files[0]
        match what:
            case "stream":
                answer = self._file(file, asked, kept)
                if answer.status_code in (200, 206):
                    del answer.headers["Cache-Control"]
                    answer.headers["Content-Disposition"] = _latin(
                        f"inline; filename={file.basename}"
                    )
                return answer
            case "stream.mp4" | "stream.webm":
                data = self._world.blob(file).read()
                kind = "video/mp4" if what == "stream.mp4" else "video/webm"
                answer = plain(200, data, kind, {"Cache-Control": "no-store"})
                del answer.headers["Content-Length"]
                return answer
            case "screenshot":
                return self._screenshot(file, asked, kept)
        return not_found()

    def _screenshot(self, file: File, asked: Mapping[str, str], kept: str) -> Answer:
        """The first picture of a Motion JPEG; of other videos a default one."""
        try:
            data = self._world.blob(file).read()
        except OSError:
            return _default(asked, kept)
        start = data.find(b"\xff\xd8\xff")
        end = data.find(b"\xff\xd9", start) + 2
        if start < 0 or end < start:
            return _default(asked, kept)
        tag = f'"{hashlib.md5(data[start:end], usedforsecurity=False).hexdigest()}"'
        headers = {"Content-Type": "image/jpeg", "Cache-Control": kept, "ETag": tag}
        return content(blob_of(data[start:end]), asked, headers, None)

    def _tag(self, ident: str, asked: Mapping[str, str], kept: str) -> Answer:
        tag = self._world.store.tags.get(int(ident)) if ident.isdigit() else None
        if tag is None:
            return not_found("Not Found")
        if not tag.picture:
            return _default(asked, kept)
        return content(
            blob_of(tag.picture), asked, {"Content-Type": "image/png", "Cache-Control": kept}, None
        )


@lru_cache(maxsize=512)
def thumbnail(data: bytes) -> bytes | None:
    """A JPEG of at most 640 pixels; None where the server sends the original instead."""
    try:
        with Picture.open(io.BytesIO(data)) as picture:
            if picture.format == "WEBP" and getattr(picture, "n_frames", 1) > 1:
                return None
            if picture.format == "GIF":
                # Made by the video tools, which scale up as well.
                scale = LONGEST / max(picture.size)
                size = (round(picture.width * scale), round(picture.height * scale))
                small = picture.convert("RGB").resize(size)
            else:
                small = picture.convert("RGB")
                small.thumbnail((LONGEST, LONGEST))
    except (UnidentifiedImageError, OSError, ValueError):
        return None
    out = io.BytesIO()
    small.save(out, "JPEG", quality=75)
    return out.getvalue()


def type_of(name: str) -> str:
    """From the name alone, as the server does."""
    known = TYPES.get(extension(name)) or mimetypes.guess_type(f"x.{extension(name)}")[0]
    return known or "application/octet-stream"


def _default(asked: Mapping[str, str], kept: str) -> Answer:
    headers = {
        "Content-Type": "image/svg+xml",
        "Cache-Control": kept,
        "ETag": '"ff5653e4c830b48f0ed849288af22f57"',
    }
    return content(blob_of(DEFAULT_PICTURE), asked, headers, None)


def _latin(words: str) -> str:
    """Raw UTF-8 in a header: its bytes, each as one character; no line breaks."""
    raw = words.replace("\r", " ").replace("\n", " ").encode("utf-8", "surrogateescape")
    return raw.decode("latin-1")
