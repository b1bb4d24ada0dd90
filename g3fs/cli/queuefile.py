"""What a mount tells of the files that are not on its server (yet)."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from g3fs.cache.queue.record import Stage
from g3fs.cli.asking import NotMounted, control_bytes
from g3fs.cli.exits import Failure
from g3fs.cli.mountinfo import our_mountpoint

FILE = "queue.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One file. Its texts are as the user gave them: what is printed goes through one_line."""

    mountpoint: Path
    id: str
    """32 hex digits."""
    name: str
    """In `.g3fs/failed`, where it was refused. Undecodable bytes are surrogate-escaped, as in all
    names."""
    path: str
    """From the mountpoint, no slash in front; where it is, or was to be."""
    stage: Stage
    size_bytes: int
    sent_bytes: int
    reason: str
    """Why it was refused, or the last attempt failed; "" where it was not."""
    since: datetime | None

    @property
    def basename(self) -> str:
        """As the user gave it."""
        return Path(self.path).name


def read_document(mountpoint: Path) -> object:
    """What the mount tells, as JSON data.

    Raises:
        Failure: no g3fs is mounted there, or it does not answer, or not in JSON.
    """
    try:
        text = control_bytes(mountpoint, FILE).decode("utf-8", "surrogateescape")
    except NotMounted:
        if our_mountpoint(mountpoint) is None:
            raise
        return {"files": []}  # it takes no changes, and so has no queue
    try:
        return json.loads(text)
    except ValueError:
        raise _odd(mountpoint) from None


def read_queue(mountpoint: Path) -> list[Waiting]:
    """The files of one mount, in the order in which they were accepted.

    Raises:
        Failure: as `read_document`.
    """
    return files_in(read_document(mountpoint), mountpoint)


def read_queues(mountpoints: Sequence[Path], complain: Callable[[str], None]) -> list[Waiting]:
    """The files of several mounts; one that does not answer is complained about and left out.

    Raises:
        Failure: there is only one, and it does not answer.
    """
    found: list[Waiting] = []
    for mountpoint in mountpoints:
        try:
            found.extend(read_queue(mountpoint))
        except Failure as exc:
            if len(mountpoints) == 1:
                raise
            complain(str(exc))
    return found


def files_in(document: object, mountpoint: Path) -> list[Waiting]:
    """The files that the JSON data of a mount tells of.

    Raises:
        Failure: it cannot be understood.
    """
    try:
        return [_file_from(each, mountpoint) for each in _mapping(document)["files"]]
    except (ValueError, KeyError, TypeError):
        raise _odd(mountpoint) from None


def directories_in(document: object) -> list[Path]:
    """Where the queue of a mount is, if it has one."""
    told = document.get("directory") if isinstance(document, dict) else None
    return [Path(told)] if isinstance(told, str) else []


def _odd(mountpoint: Path) -> Failure:
    return Failure(f"{mountpoint}: the mount's answer cannot be understood")


def _mapping(value: object) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise TypeError(value)
    return value


def _file_from(entry: object, mountpoint: Path) -> Waiting:
    told = _mapping(entry)
    name, since = str(told["name"]), told["since"]
    return Waiting(
        mountpoint=mountpoint,
        id=str(told["id"]),
        name=name,
        path=str(told["path"]).lstrip("/") or name,
        stage=Stage(told["stage"]),
        size_bytes=_count(told["size_bytes"]),
        sent_bytes=_count(told["sent_bytes"]),
        reason=str(told["reason"] or ""),
        since=datetime.fromisoformat(str(since)) if since else None,
    )


def _count(value: object) -> int:
    if not isinstance(value, int):
        raise TypeError(value)
    return value
