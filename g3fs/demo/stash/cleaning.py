"""The clean: drops the records of files that are gone from the disk."""

from collections.abc import Sequence

from g3fs.demo.stash.destroying import drop_medium, forget_gallery
from g3fs.demo.stash.jobs import Progress
from g3fs.demo.stash.rows import File, Medium
from g3fs.demo.stash.world import World


def clean(world: World, paths: Sequence[str] | None, progress: Progress, *, dry: bool) -> None:
    """Look after everything at or below the paths; None: everything. Dry: only look."""
    progress.task("Looking for missing files")
    if dry:
        return
    with world.store.lock:
        gone = {file for file in world.store.files if _is_gone(world, file, paths)}
        for table in (world.store.images, world.store.scenes):
            for row in list(table):
                _clean_medium(world, row, gone)
        for gallery in list(world.store.galleries):
            folder = gallery.folder
            lost = folder is not None and world.disk.look(folder.path) is None
            if lost or (gallery.files and gone.issuperset(gallery.files)):
                forget_gallery(world, gallery)
        for file in gone & set(world.store.files):
            world.store.files.drop(file)
        _clean_folders(world, paths)


def _is_gone(world: World, file: File, paths: Sequence[str] | None) -> bool:
    path = (file.zip_file or file).path
    return _is_meant(path, paths) and world.disk.look(path) is None


def _is_meant(path: str, paths: Sequence[str] | None) -> bool:
    tops = [top.rstrip("/") for top in paths or ()]
    return not tops or any(path == top or path.startswith(f"{top}/") for top in tops)


def _clean_medium(world: World, row: Medium, gone: set[File]) -> None:
    kept = [file for file in row.files if file not in gone]
    if kept == row.files:
        return
    if not kept:
        drop_medium(world, row, with_files=False)
        return
    row.files = kept


def _clean_folders(world: World, paths: Sequence[str] | None) -> None:
    libraries = {stash.path for stash in world.settings.stashes}
    for folder in list(world.store.folders):
        on_disk = (folder.zip_file or folder).path
        if (
            folder.path not in libraries
            and _is_meant(on_disk, paths)
            and world.disk.look(on_disk) is None
        ):
            world.store.folders.drop(folder)
