"""moveFiles, fileSetFingerprints: what changes files on the server's disk or their hashes."""

from collections.abc import Mapping
from posixpath import normpath
from typing import Any

from g3fs.demo.stash.context import Context
from g3fs.demo.stash.execution import Refusal, Resolver
from g3fs.demo.stash.finding import number_of
from g3fs.demo.stash.probing import ARCHIVES, PICTURES, VIDEOS, extension
from g3fs.demo.stash.queries import NO_ROWS
from g3fs.demo.stash.rows import File, Folder

Arguments = Mapping[str, Any]


def _move(_root: object, context: Context, arguments: Arguments) -> bool:
    data = arguments["input"]
    name = data.get("destination_basename")
    if not (data.get("destination_folder") or data.get("destination_folder_id")):
        raise Refusal("must specify destination folder or path")
    if name and len(data["ids"]) > 1:
        raise Refusal("must specify one file when providing destination path")
    files = [_file(context, ident, "finding file {}: ") for ident in data["ids"]]
    folder = _destination(context, data)
    if folder.zip_file is not None:
        raise Refusal(f"cannot move to {folder.path}, is in a zip file")
    for file in files:
        _move_one(context, file, folder, name or file.basename)
    return True


def _file(context: Context, ident: object, prefix: str) -> File:
    file = context.store.files.get(number_of(ident))
    if file is None:
        raise Refusal(f"{prefix.format(ident)}getting file by id {ident}: {NO_ROWS}")
    return file


def _destination(context: Context, data: Arguments) -> Folder:
    ident = data.get("destination_folder_id")
    if ident:
        folder = context.store.folders.get(number_of(ident))
        if folder is None:
            told = f"getting folder by id {ident}: {NO_ROWS}"
            raise Refusal(f"finding destination folder: {told}")
        return folder
    path = data["destination_folder"].rstrip("/")
    libraries = [stash.path for stash in context.world.settings.stashes]
    if not any(path == top or path.startswith(f"{top}/") for top in libraries):
        raise Refusal(f"folder path {path} must be within a stash library path")
    return _made(context, path)


def _made(context: Context, path: str) -> Folder:
    """The folder, made with those above it where they are missing."""
    known = context.store.folder_at(path)
    if known is not None:
        return known
    above = _made(context, path.rpartition("/")[0])
    context.world.disk.make_directory(path)
    now = context.world.now()
    return context.store.folders.add(Folder(path=path, parent_folder=above, mod_time=now), now)


def _move_one(context: Context, file: File, folder: Folder, name: str) -> None:
    if file.zip_file is not None:
        raise Refusal(f"cannot move file {file.path}, is in a zip file")
    if _kind(name) != _kind(file.basename):
        told = f"is inconsistent with old filename {file.basename}"
        raise Refusal(f"file extension for {name} {told}")
    disk = context.world.disk
    goal = f"{folder.path}/{name}"
    if goal == file.path:
        return
    if disk.look(normpath(goal)) is not None or len(name.encode(errors="replace")) > 255:
        raise Refusal(f"file {goal} already exists")
    disk.move(file.path, normpath(goal))
    context.store.touch(file, context.world.now())
    file.parent_folder, file.basename = folder, name


def _kind(name: str) -> object:
    end = extension(name)
    return next((kinds for kinds in (PICTURES, VIDEOS, ARCHIVES) if end in kinds), end)


def _set_fingerprints(_root: object, context: Context, arguments: Arguments) -> bool:
    data = arguments["input"]
    file = _file(context, data["id"], "")
    context.store.touch(file)
    for one in data["fingerprints"]:
        if one["type"] != "phash":
            raise Refusal(f"cannot modify {one['type']} fingerprint")
        file.hashes.pop("phash", None)
        if one.get("value"):
            file.hashes["phash"] = one["value"]
    return True


MOVING: Mapping[str, Resolver] = {"moveFiles": _move, "fileSetFingerprints": _set_fingerprints}
