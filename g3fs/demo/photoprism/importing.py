"""Import: files get a name made of time and checksum, and join albums."""

from collections import defaultdict
from collections.abc import Iterable

from g3fs.demo.photoprism import albuming
from g3fs.demo.photoprism.collecting import refresh_albums
from g3fs.demo.photoprism.crc32c import crc32c
from g3fs.demo.photoprism.disk import put
from g3fs.demo.photoprism.indexing import Report
from g3fs.demo.photoprism.media import (  # fmt: skip
    SIDECARS,
    TYPES,
    Broken,
    Mislabelled,
    examine,
    extension,
    stem,
)
from g3fs.demo.photoprism.rows import Album
from g3fs.demo.photoprism.running import tell_report
from g3fs.demo.photoprism.state import State
from g3fs.demo.photoprism.times import moment
from g3fs.demo.photoprism.uids import is_uid

Sent = tuple[str, bytes, int]
"""Name, content, and time in nanoseconds."""
SHORT = {"jpeg": "jpg", "tif": "tiff"}


def import_files(
    state: State, files: Iterable[Sent], albums: Iterable[str], user: str
) -> list[str]:
    """Take files into the originals; those that are no pictures are dropped without a word.

    `albums` are uids or titles. What comes back are the uids of the photos.
    """
    report = Report()
    groups: dict[str, list[Sent]] = defaultdict(list)
    for sent in files:
        groups[stem(sent[0])].append(sent)
    uids: list[str] = []
    for group in groups.values():
        uids += _import_group(state, group, report, user)
    _join(state, [_album(state, text, user) for text in albums], uids)
    refresh_albums(state.catalog, rescan=False)
    tell_report(state, report)
    state.events.tell("import.completed", uid=user)
    return uids


def _import_group(state: State, group: list[Sent], report: Report, user: str) -> list[str]:
    """Files of one name stay together under one new name."""
    base, found = "", []
    for name, data, mtime in sorted(group, key=lambda sent: extension(sent[0]) != "jpg"):
        taken = _taken(state, name, data, mtime)
        if taken is None:
            continue
        base = base or _base(taken, data)
        kind = SHORT.get(extension(name), extension(name))
        uid = _import_one(state, (name, data, mtime), f"{base}.{kind}", report)
        if uid is not None:
            found.append(uid)
            photo = state.catalog.photos[uid]
            photo.created_by = photo.created_by or user
    return list(dict.fromkeys(found))


def _taken(state: State, name: str, data: bytes, mtime: int) -> int | None:
    """When the picture was taken, local time; None: the file is to be dropped."""
    kind = extension(name)
    if kind not in TYPES or kind in SIDECARS or not 0 < len(data) <= state.options.originals_limit:
        return None
    try:
        found = examine(name, data).taken_local
    except Mislabelled:
        found = None
    except Broken:
        return None
    return mtime if found is None else found


def _base(taken: int, data: bytes) -> str:
    at = moment(taken)
    return f"{at:%Y/%m/%Y%m%d_%H%M%S}_{crc32c(data):08X}"


def _import_one(state: State, sent: Sent, target: str, report: Report) -> str | None:
    name, data, mtime = sent
    row = state.indexer.known(data)
    if row is None:
        put(state.originals, target, data, mtime)
        row = state.indexer.take_in(target, report, original=name.rpartition("/")[2])
    return None if row is None else row.photo_uid


def _album(state: State, text: str, user: str) -> Album | None:
    """An unknown uid is ignored, any other text is a title."""
    if is_uid(text, "a"):
        return state.catalog.live_album(text)
    return albuming.create_or_find(state.catalog, text, created_by=user)[0]


def _join(state: State, albums: Iterable[Album | None], uids: list[str]) -> None:
    for album in albums:
        if album is not None:
            albuming.add_photos(state.catalog, album, uids, by_import=True)
