"""Mutations that take records away, and sometimes files."""

from collections.abc import Iterable, Mapping
from typing import Any

from g3fs.demo.stash.context import Context
from g3fs.demo.stash.execution import Refusal, Resolver
from g3fs.demo.stash.finding import number_of, row_by_id
from g3fs.demo.stash.queries import NO_ROWS
from g3fs.demo.stash.rows import Described, File, Folder, Gallery, Image, Medium
from g3fs.demo.stash.world import World

Arguments = Mapping[str, Any]


def drop_medium(world: World, row: Medium, *, with_files: bool) -> None:
    """An image or scene with the records of its files; the files too, except those in zips."""
    store = world.store
    for gallery in list(row.galleries):
        store.part(gallery, row)
    for file in row.files:
        if with_files and file.zip_file is None:
            remove_file(world, file)
        store.files.drop(file)
    (store.images if isinstance(row, Image) else store.scenes).drop(row)  # type: ignore[arg-type]  # the table of its kind


def remove_file(world: World, file: File) -> None:
    """Delete it on the disk, or move it to the trash if there is one."""
    trash = world.settings.trash
    if not trash:
        world.disk.remove(file.path)
        return
    world.disk.make_directory(trash)
    world.disk.move(file.path, f"{trash}/{file.basename}")


def drop_gallery(world: World, gallery: Gallery, *, with_files: bool) -> None:
    """As galleryDestroy does it for this kind of gallery."""
    if gallery.kind == "zip":
        _drop_zip(world, gallery, with_files=with_files)
    elif gallery.kind == "folder" and with_files:
        _drop_folder(world, gallery)
    forget_gallery(world, gallery)


def forget_gallery(world: World, gallery: Gallery) -> None:
    """The record alone."""
    store = world.store
    for medium in (*gallery.images, *gallery.scenes):
        store.part(gallery, medium)
    for chapter in gallery.chapters:
        store.chapters.drop(chapter)
    store.galleries.drop(gallery)


def _drop_zip(world: World, gallery: Gallery, *, with_files: bool) -> None:
    for image in list(gallery.images):
        if set(image.galleries) == {gallery}:
            drop_medium(world, image, with_files=False)
    for file in gallery.files:
        if with_files:
            remove_file(world, file)
        _drop_inside(world, file)
        world.store.files.drop(file)


def _drop_inside(world: World, archive: File) -> None:
    for folder in [one for one in world.store.folders if one.zip_file is archive]:
        world.store.folders.drop(folder)


def _drop_folder(world: World, gallery: Gallery) -> None:
    """An image that is in another gallery stays, and with it the directory."""
    folder = gallery.folder
    assert folder is not None, "a folder gallery"
    for image in list(gallery.images):
        if len(image.galleries) == 1:
            drop_medium(world, image, with_files=True)
    if not _is_needed(world, folder):
        world.disk.remove(folder.path)
        world.store.folders.drop(folder)


def _is_needed(world: World, folder: Folder) -> bool:
    below = any(one.parent_folder is folder for one in world.store.folders)
    return below or any(file.parent_folder is folder for file in world.store.files)


# The fields.


def _galleries(_root: object, context: Context, arguments: Arguments) -> bool:
    data = arguments["input"]
    rows = [row_by_id(context.store.galleries, ident) for ident in data["ids"]]
    for row in rows:
        drop_gallery(context.world, row, with_files=bool(data.get("delete_file")))
    return True


def _media(table: str) -> Resolver:
    def destroy(_root: object, context: Context, arguments: Arguments) -> bool:
        data = arguments["input"]
        ids: Iterable[object] = [data["id"]] if "id" in data else data["ids"]
        rows = [row_by_id(context.store.tables[table], ident) for ident in ids]
        for row in rows:
            drop_medium(context.world, row, with_files=bool(data.get("delete_file")))
        return True

    return destroy


def _files(_root: object, context: Context, arguments: Arguments) -> bool:
    store = context.store
    chosen = []
    for ident in arguments["ids"]:
        file = store.files.get(number_of(ident))
        if file is None:
            raise Refusal(f"getting file by id {ident}: {NO_ROWS}")
        chosen.append(file)
    owners: list[Described] = [
        row for table in (store.images, store.scenes, store.galleries) for row in table
    ]
    for file in chosen:
        if any(row.files[:1] == [file] for row in owners):
            raise Refusal(f"cannot delete primary file {file.path}")
    for file in chosen:
        _drop_file(context, file, owners)
    return True


def _drop_file(context: Context, file: File, owners: Iterable[Described]) -> None:
    for row in owners:
        if file in row.files:
            context.store.touch(row)
            row.files.remove(file)
    if file.zip_file is None:
        remove_file(context.world, file)
    context.store.files.drop(file)


DESTROYING: Mapping[str, Resolver] = {
    "galleryDestroy": _galleries,
    "imageDestroy": _media("images"),
    "imagesDestroy": _media("images"),
    "sceneDestroy": _media("scenes"),
    "scenesDestroy": _media("scenes"),
    "deleteFiles": _files,
}
