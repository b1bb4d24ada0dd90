"""folders: directories of the originals and of what waits for an import, and their files."""

import re

from g3fs.demo.photoprism.calls import Call, Route
from g3fs.demo.photoprism.disk import Disk, join, walk
from g3fs.demo.photoprism.rendering.files import file_details
from g3fs.demo.photoprism.replies import Answer, reply
from g3fs.demo.photoprism.rows import UNKNOWN, File, Folder
from g3fs.demo.photoprism.times import SECOND, moment, written

Json = dict[str, object]
KEPT_NS = 15 * 60 * SECOND
"""How long an answer without files is given again."""
YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
"""A year in the name of a folder is believed."""
BLIND = frozenset('|*"\\')
"""Folders with one of these in their path are not found."""


def originals(call: Call) -> Answer:
    """Below the originals."""
    return _answer(call, "/", call.state.originals)


def imports(call: Call) -> Answer:
    """Below the import folder."""
    return _answer(call, "import", call.state.imports)


def _answer(call: Call, root: str, disk: Disk) -> Answer:
    path = call.args.get("path", "").strip("/")
    recursive, with_files = _yes(call, "recursive"), _yes(call, "files")
    stat = disk.stat(path)
    if stat is None or not stat.is_dir or BLIND & set(path):
        return reply({"root": root, "folders": None})
    key = f"{root}:{path}:{recursive}"
    kept = call.state.folder_answers.get(key)
    usable = not with_files and not _yes(call, "uncached")
    if kept is not None and usable and call.state.clock() - kept[0] < KEPT_NS:
        return reply(kept[1])
    row: Json = {"root": root, "folders": _folders(call, root, disk, path, recursive=recursive)}
    if recursive:
        row["recursive"] = True
    files = _files(call, path, recursive=recursive) if with_files and root == "/" else []
    if files:
        row["files"] = files
    elif usable:
        row["cached"] = True
        call.state.folder_answers[key] = (call.state.clock(), row)
    return _listed(call, row, len(files))


def _yes(call: Call, name: str) -> bool:
    return call.query(name).lower() in ("true", "1", "yes")


def _listed(call: Call, row: Json, files: int) -> Answer:
    folders = row["folders"]
    assert isinstance(folders, list)
    counted = {"X-Files": str(files), "X-Folders": str(len(folders))}
    return call.listing(row, files + len(folders), **counted)


def _folders(call: Call, root: str, disk: Disk, top: str, *, recursive: bool) -> list[Json]:
    if recursive:
        paths = [path for path, stat in walk(disk, top) if stat.is_dir]
    else:
        paths = [join(top, name) for name in disk.names(top)]
    rows = []
    for path in sorted(paths):
        stat = disk.stat(path)
        if stat is not None and stat.is_dir and not _hidden(path):
            rows.append(_folder(call.state.catalog.folder_at(root, path), stat.mtime_ns))
    return rows


def _hidden(path: str) -> bool:
    return any(part.startswith((".", "@", "_.", "__")) for part in path.split("/"))


def _folder(folder: Folder, mtime_ns: int) -> Json:
    name = folder.path.rpartition("/")[2]
    at = moment(mtime_ns)
    year = YEAR.search(name)
    return {
        "Path": folder.path,
        "Root": folder.root,
        "UID": folder.uid,
        "Type": "",
        "Title": name[:1].upper() + name[1:],
        "Category": "",
        "Order": "name",
        "Country": UNKNOWN,
        "Year": int(year[0]) if year else at.year,
        "Month": at.month,
        "Day": 0,
        "Favorite": False,
        "Private": False,
        "Ignore": False,
        "Watch": False,
        "FileCount": 0,
        "ModifiedAt": written(mtime_ns),
    }


def _files(call: Call, top: str, *, recursive: bool) -> list[Json]:
    """Those that the index knows, archived photos left out; none without a count."""
    count, offset = call.number("count"), call.number("offset")
    catalog = call.state.catalog
    found = [file for file in catalog.files.values() if _shown(call, file, top, recursive)]
    found.sort(key=lambda file: file.name)
    page = found[offset:] if count < 0 else found[offset : offset + count]
    return [file_details(file, catalog.photos[file.photo_uid]) for file in page]


def _shown(call: Call, file: File, top: str, recursive: bool) -> bool:
    folder = file.name.rpartition("/")[0]
    below = recursive and (not top or folder.startswith(f"{top}/"))
    photo = call.state.catalog.photos[file.photo_uid]
    return file.root == "/" and not file.gone and (folder == top or below) and not photo.deleted


ROUTES = tuple(
    Route(method="GET", pattern=pattern, view=view, kind="folders", scope="files")
    for word, view in (("originals", originals), ("import", imports))
    for pattern in (f"folders/{word}", f"folders/{word}/*path")
)
