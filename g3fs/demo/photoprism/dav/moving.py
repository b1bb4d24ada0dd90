"""MOVE and COPY. An absent Overwrite header counts as F."""

from collections.abc import Callable

from g3fs.demo.photoprism import disk as disks
from g3fs.demo.photoprism.dav.requests import DavRequest, Place, plain_status
from g3fs.demo.photoprism.replies import Answer


def move(dav: DavRequest) -> Answer:
    """To another name or directory."""
    return _carry(dav, _moved)


def copy(dav: DavRequest) -> Answer:
    """The same, and what was there stays."""
    return _carry(dav, _copied)


def _carry(dav: DavRequest, work: Callable[[Place, Place], None]) -> Answer:
    source, target = dav.place, dav.destination
    if dav.request.headers.get("Destination") is None:
        return plain_status(400)
    if target is None:
        return plain_status(502)
    with dav.state.lock:
        refusal = _refusal(dav, source, target)
        if refusal:
            return plain_status(refusal)
        replaced = target.stat is not None
        if replaced:
            target.disk.remove(target.path)
        work(source, target)
    dav.written()
    return plain_status(204 if replaced else 201)


def _refusal(dav: DavRequest, source: Place, target: Place) -> int:
    """The status of a request that cannot be done; 0: it can."""
    if (source.root, source.path) == (target.root, target.path):
        return 403
    if source.stat is None:
        return 404
    if f"{target.path}/".startswith(f"{source.path}/") and source.root == target.root:
        return 403
    if not target.parent_exists:
        return 409
    overwrite = dav.request.headers.get("Overwrite", "F") == "T"
    return 412 if target.stat is not None and not overwrite else 0


def _moved(source: Place, target: Place) -> None:
    if source.disk is target.disk:
        source.disk.move(source.path, target.path)
        return
    _copied(source, target)
    source.disk.remove(source.path)


def _copied(source: Place, target: Place) -> None:
    stat = source.stat
    assert stat is not None
    if not stat.is_dir:
        disks.put(target.disk, target.path, disks.read(source.disk, source.path))
        return
    target.disk.mkdir(target.path)
    for path, found in disks.walk(source.disk, source.path):
        moved = target.path + path[len(source.path) :]
        if found.is_dir:
            target.disk.mkdir(moved)
        else:
            disks.put(target.disk, moved, disks.read(source.disk, path))
