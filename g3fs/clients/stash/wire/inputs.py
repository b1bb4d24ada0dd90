"""Small inputs of mutations, beside those of changes.py."""

from collections.abc import Iterable

from g3fs.clients.stash.wire.changes import (
    AnyChanges,
    changes_json,
    check_basename,
    check_title,
)
from g3fs.clients.stash.wire.criteria import Json
from g3fs.gallery.errors import Invalid


def new_gallery(title: str, facts: AnyChanges) -> Json:
    """For `galleryCreate`."""
    return {"title": check_title(title).strip(), **changes_json(facts)}


def new_tag(name: str, facts: AnyChanges) -> Json:
    """For `tagCreate`."""
    return {"name": check_tag_name(name), **changes_json(facts)}


def check_tag_name(name: str) -> str:
    """A name as the server stores it: without blanks around.

    Raises:
        Invalid: nothing is left.
    """
    if not name.strip():
        raise Invalid("the name of a tag must not be blank")
    return name.strip()


def update(number: int, changes: AnyChanges) -> Json:
    """For `*Update`: one record."""
    return {"id": str(number), **changes_json(changes)}


def bulk(numbers: Iterable[int], changes: AnyChanges) -> Json:
    """For `bulk*Update`: the same for several records."""
    return {"ids": id_texts(numbers), **changes_json(changes)}


def destruction(numbers: Iterable[int], *, delete_file: bool, delete_generated: bool) -> Json:
    """For `*Destroy`."""
    return {
        "ids": id_texts(numbers),
        "delete_file": delete_file,
        "delete_generated": delete_generated,
    }


def membership(gallery: int, images: Iterable[int]) -> Json:
    """For `addGalleryImages` and `removeGalleryImages`."""
    return {"gallery_id": str(gallery), "image_ids": id_texts(images)}


def cover(gallery: int, image: int | None = None) -> Json:
    """For `setGalleryCover` and, without an image, `resetGalleryCover`."""
    chosen = {} if image is None else {"cover_image_id": str(image)}
    return {"gallery_id": str(gallery), **chosen}


def new_chapter(gallery: int, title: str, image_index: int) -> Json:
    """For `galleryChapterCreate`."""
    return {"gallery_id": str(gallery), "title": title, "image_index": _index(image_index)}


def chapter(
    number: int, *, title: str | None, image_index: int | None, gallery: int | None
) -> Json:
    """For `galleryChapterUpdate`; None stays."""
    found: dict[str, object] = {"id": str(number)}
    if title is not None:
        found["title"] = title
    if image_index is not None:
        found["image_index"] = _index(image_index)
    if gallery is not None:
        found["gallery_id"] = str(gallery)
    return found


def merging(sources: Iterable[int], destination: int) -> Json:
    """For `tagsMerge`."""
    return {"source": id_texts(sources), "destination": str(destination)}


def renaming(number: int, folder: str, basename: str) -> Json:
    """For `moveFiles`: another name in the same folder."""
    return {
        "ids": [str(number)],
        "destination_folder": folder,
        "destination_basename": check_basename(basename),
    }


def job(number: int) -> Json:
    """For `findJob`."""
    return {"id": str(number)}


def id_texts(numbers: Iterable[int]) -> list[str]:
    """Ids as the server wants them."""
    return [str(number) for number in numbers]


def _index(image_index: int) -> int:
    if image_index < 1:
        raise Invalid("the images of a gallery are counted from 1")
    return image_index
