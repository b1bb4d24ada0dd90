"""Mutations of galleries: create, images, cover, chapters."""

from collections.abc import Mapping
from typing import Any

from g3fs.demo.stash.context import Context
from g3fs.demo.stash.editing import edit, must_be_hand_made, updating
from g3fs.demo.stash.execution import Refusal, Resolver
from g3fs.demo.stash.finding import number_of, row_by_id
from g3fs.demo.stash.rows import Chapter, Gallery

Arguments = Mapping[str, Any]
OUT_OF_RANGE = "Image # must greater than zero and in range of the gallery images"
NOT_ADDED = (
    "failed to add images to gallery: error executing `INSERT INTO galleries_images (gallery_id,"
    " image_id) VALUES (?, ?) ON CONFLICT (gallery_id, image_id) DO NOTHING`"
)
TRIMS = 29
"""Since this release galleryCreate trims the title; `organized` is heeded since v0.30.1."""


def _create(_root: object, context: Context, arguments: Arguments) -> Gallery:
    data = {name: value for name, value in arguments["input"].items() if value is not None}
    title = data.pop("title")
    if not title:
        raise Refusal("title must not be empty")
    modern = context.options.release >= TRIMS
    if modern and "urls" in data:
        data["urls"] = [url.strip() for url in data["urls"]]
    if not modern:
        data.pop("organized", None)
    row = Gallery(title=title.strip() if modern else title)
    context.store.galleries.add(row, context.world.now())
    edit(context, row, data)
    return row


def _gallery(context: Context, data: Arguments) -> Gallery:
    row: Gallery = row_by_id(context.store.galleries, data["gallery_id"])
    return row


def _add(_root: object, context: Context, arguments: Arguments) -> bool:
    data, store = arguments["input"], context.store
    gallery = _gallery(context, data)
    must_be_hand_made(gallery)
    for ident in data["image_ids"]:
        image = store.images.get(number_of(ident, "converting image ids: "))
        if image is None:
            raise Refusal(f"{NOT_ADDED} [[{gallery.id} {ident}]]: FOREIGN KEY constraint failed")
        store.join(gallery, image)
    store.touch(gallery, context.world.now())
    return True


def _remove(_root: object, context: Context, arguments: Arguments) -> bool:
    data, store = arguments["input"], context.store
    gallery = _gallery(context, data)
    must_be_hand_made(gallery)
    for ident in data["image_ids"]:
        image = store.images.get(number_of(ident, "converting image ids: "))
        if image is not None:
            store.part(gallery, image)
    store.touch(gallery, context.world.now())
    return True


# Cover.


def _set_cover(_root: object, context: Context, arguments: Arguments) -> bool:
    """An image that is not in the gallery takes the chosen cover away."""
    data = arguments["input"]
    gallery = _gallery(context, data)
    context.store.touch(gallery, context.world.now())
    image = context.store.images.get(number_of(data["cover_image_id"]))
    gallery.chosen_cover = image if image in gallery.images else None
    return True


def _reset_cover(_root: object, context: Context, arguments: Arguments) -> bool:
    gallery = _gallery(context, arguments["input"])
    context.store.touch(gallery, context.world.now())
    gallery.chosen_cover = None
    return True


# Chapters.


def _create_chapter(_root: object, context: Context, arguments: Arguments) -> Chapter:
    data = arguments["input"]
    gallery = context.store.galleries.get(number_of(data["gallery_id"]))
    if gallery is None:
        raise Refusal(OUT_OF_RANGE)
    _check_index(gallery, data["image_index"])
    row = Chapter(title=data["title"], image_index=data["image_index"], gallery=gallery)
    context.store.chapters.add(row, context.world.now())
    context.store.touch(gallery)
    gallery.chapters.append(row)
    return row


def _update_chapter(_root: object, context: Context, arguments: Arguments) -> Chapter:
    data, store = arguments["input"], context.store
    row: Chapter = row_by_id(store.chapters, data["id"])
    gallery = row.gallery
    if data.get("gallery_id"):
        gallery = row_by_id(store.galleries, data["gallery_id"])
    index = row.image_index if data.get("image_index") is None else data["image_index"]
    _check_index(gallery, index)
    for touched in (row.gallery, gallery):
        store.touch(touched)
    store.touch(row, context.world.now())
    row.gallery.chapters.remove(row)
    gallery.chapters.append(row)
    row.gallery, row.image_index = gallery, index
    if "title" in data:
        row.title = data["title"] or ""
    return row


def _destroy_chapter(_root: object, context: Context, arguments: Arguments) -> bool:
    row: Chapter = row_by_id(context.store.chapters, arguments["id"])
    context.store.touch(row.gallery)
    row.gallery.chapters.remove(row)
    context.store.chapters.drop(row)
    return True


def _check_index(gallery: Gallery, index: int) -> None:
    if not 1 <= index <= len(gallery.images):
        raise Refusal(OUT_OF_RANGE)


_one, _several, _bulk = updating("galleries")
GALLERIES: Mapping[str, Resolver] = {
    "galleryCreate": _create,
    "galleryUpdate": _one,
    "galleriesUpdate": _several,
    "bulkGalleryUpdate": _bulk,
    "addGalleryImages": _add,
    "removeGalleryImages": _remove,
    "setGalleryCover": _set_cover,
    "resetGalleryCover": _reset_cover,
    "galleryChapterCreate": _create_chapter,
    "galleryChapterUpdate": _update_chapter,
    "galleryChapterDestroy": _destroy_chapter,
}
