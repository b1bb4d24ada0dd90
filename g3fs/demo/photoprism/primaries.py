"""Which file of a photo stands for it; a JPEG is made where none can."""

import hashlib
import io

from PIL import Image

from g3fs.demo.photoprism.catalog import Catalog
from g3fs.demo.photoprism.disk import Disk, put, read
from g3fs.demo.photoprism.media import preview
from g3fs.demo.photoprism.options import Options
from g3fs.demo.photoprism.rows import File, Photo

SHOWN = ("jpg", "png")
SIDECAR_MAX = (1280, 1280)


def choose_primary(
    catalog: Catalog, photo: Photo, originals: Disk, sidecars: Disk, options: Options
) -> None:
    """Leave one file primary, or none where nothing can be shown."""
    files = [f for f in catalog.files_of(photo) if not f.error and not f.sidecar]
    own = [f for f in files if f.root == "/"]
    shown = [f for f in own if f.file_type in SHOWN]
    for made in [f for f in files if f.root == "sidecar"]:
        catalog.drop_file(made)
    present = next((f for f in own if f.primary), None)
    if shown:
        chosen: File | None = present or shown[0]
    elif own and (options.converter or own[0].video):
        chosen = _converted(catalog, own[0], originals, sidecars)
    else:
        chosen = None
    for file in catalog.files_of(photo):
        file.primary = file is chosen


def _converted(catalog: Catalog, source: File, originals: Disk, sidecars: Disk) -> File:
    """A JPEG of a movie or of a picture that browsers do not show."""
    image = preview(read(originals, source.name))
    image.thumbnail(SIDECAR_MAX)
    data = _jpeg(image)
    name = f"{source.name}.jpg"
    put(sidecars, name, data)
    stat = sidecars.stat(name)
    now = catalog.clock()
    return catalog.put_file(
        File(
            uid=catalog.uid("f"),
            photo_uid=source.photo_uid,
            name=name,
            root="sidecar",
            hash=hashlib.sha1(data).hexdigest(),  # noqa: S324 - how PhotoPrism names files
            size=len(data),
            mtime=0 if stat is None else stat.mtime,
            file_type="jpg",
            media_type="image",
            mime="image/jpeg",
            width=image.width,
            height=image.height,
            created=now,
            updated=now,
        )
    )


def _jpeg(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.convert("RGB").save(out, "JPEG", quality=85)
    return out.getvalue()
