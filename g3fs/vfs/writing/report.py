"""What the mount tells of the files that are not on the server (yet)."""

import json
from collections.abc import Mapping, Sequence

from g3fs.cache.catalog import Catalog
from g3fs.cache.queue.record import Record, Stage
from g3fs.gallery.ids import ItemId
from g3fs.vfs.names import folded, numbered
from g3fs.vfs.nodes import Child, DraftNode
from g3fs.vfs.status import in_units
from g3fs.vfs.writing.changes import Changes
from g3fs.vfs.writing.draft import Draft
from g3fs.vfs.xattrs import rfc3339

MAX_DEPTH = 64
"""Albums in a path that is told; a loop among stale listings ends there."""


class Report:
    """The control files `queue` and `queue.json`, and the directory `failed`."""

    def __init__(self, changes: Changes, catalog: Catalog, root: ItemId) -> None:
        self._changes = changes
        self._catalog = catalog
        self._root = root

    def as_json(self) -> bytes:
        """For programs; one object with the files in the order in which they were accepted."""
        told = {"directory": str(self._changes.directory), "files": self._files()}
        text = json.dumps(told, ensure_ascii=False, indent=1)
        return (text + "\n").encode("utf-8", "surrogateescape")

    def as_text(self) -> bytes:
        """For people; a line for each file."""
        lines = [
            f"{each['stage']:8} {in_units(int(str(each['size_bytes']))):>10}  {each['path']}"
            + (f"  ({each['reason']})" if each["reason"] else "")
            for each in self._files()
        ]
        text = "\n".join(lines) or "Nothing is waiting."
        return (text + "\n").encode("utf-8", "surrogateescape")

    def failed(self) -> Sequence[Child]:
        """The refused files, under names of their own."""
        return [
            Child(name, draft.ino, DraftNode(draft.id))
            for draft in self._changes.failed()
            for name in [self._failed_names()[draft.id]]
        ]

    def local(self, draft_id: str) -> Child | None:
        """A file by its id, whatever its stage; so that its bytes can always be had."""
        draft = self._changes.drafts.get(draft_id)
        return None if draft is None else Child(draft_id, draft.ino, DraftNode(draft.id))

    def facts(self) -> Mapping[str, int]:
        """For `status`."""
        drafts = list(self._changes.drafts)
        return {
            "waiting": len(self._changes.delivery.waiting),
            "sent_bytes_of_uploads": sum(
                draft.upload.sent_bytes for draft in drafts if draft.upload.running
            ),
            "bytes_of_uploads": sum(draft.size_bytes for draft in drafts if draft.upload.running),
            "failed": len(self._changes.failed()),
            "staged": sum(draft.record.stage is Stage.STAGED for draft in drafts),
        }

    def _failed_names(self) -> Mapping[str, str]:
        names: dict[str, str] = {}
        taken: set[str] = set()
        for draft in self._changes.failed():
            name = draft.record.name
            if folded(name) in taken:
                name = numbered(name, draft.id[:8])
            taken.add(folded(name))
            names[draft.id] = name
        return names

    def _files(self) -> list[dict[str, object]]:
        failed = self._failed_names()
        drafts = {draft.id: draft for draft in self._changes.drafts}
        records = {draft.id: draft.record for draft in drafts.values() if _is_told(draft)}
        records |= {record.id: record for record in self._changes.parked()}
        ordered = sorted(records.values(), key=lambda record: record.sequence)
        return [self._file(record, drafts.get(record.id), failed) for record in ordered]

    def _file(
        self, record: Record, draft: Draft | None, failed: Mapping[str, str]
    ) -> dict[str, object]:
        since_s = record.refused_s or record.created_s
        return {
            "id": record.id,
            "name": failed.get(record.id, record.name),
            "path": f"{self._path(record.album)}{record.name}",
            "album": record.album,
            "size_bytes": draft.size_bytes if draft is not None else 0,
            "stage": record.stage.value,
            "accepted": record.accepted,
            "replaces": record.item is not None,
            "sent_bytes": _sent_bytes(draft),
            "attempts": draft.upload.attempts if draft is not None else 0,
            "reason": record.reason,
            "since": rfc3339(since_s) if since_s else None,
        }

    def _path(self, album: ItemId) -> str:
        """Of an album, with a slash at its end; as far as it is known."""
        names: list[str] = []
        while album != self._root and len(names) < MAX_DEPTH:
            above = self._catalog.album_of(album)
            listing = None if above is None else self._catalog.known(above)
            if above is None or listing is None:
                break
            name = next((e.name for e in listing.entries if e.item.id == album), album)
            names.insert(0, f"{name}/")
            album = above
        return "".join(names)


def _sent_bytes(draft: Draft | None) -> int:
    """Of the file: what is sent around it counts there, too."""
    if draft is None or not draft.upload.running:
        return 0
    return min(draft.upload.sent_bytes, draft.size_bytes)


def _is_told(draft: Draft) -> bool:
    """Whether a draft is anybody's business: not what is just being written."""
    return draft.record.stage is not Stage.OPEN
