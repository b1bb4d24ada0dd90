"""Files of a queue as values, and as a mount tells of them."""

import json
from pathlib import Path

from g3fs.cache.queue.record import Stage
from g3fs.cli.queuefile import Waiting

PLACE = Path("/mnt/photos")


def waiting(number=1, stage=Stage.QUEUED, **changes):
    """A file of 1000 bytes; its id begins with the number, in eight digits."""
    name = changes.pop("name", f"{number}.jpg")
    known = {
        "mountpoint": PLACE,
        "id": f"{number:08x}".ljust(32, "0"),
        "name": name,
        "path": f"album/{name}",
        "stage": stage,
        "size_bytes": 1000,
        "sent_bytes": 0,
        "reason": "",
        "since": None,
    }
    return Waiting(**{**known, **changes})


def entry(file, **changes):
    """How a mount tells of it in queue.json."""
    told = {
        "id": file.id,
        "name": file.name,
        "path": file.path,
        "album": "7",
        "size_bytes": file.size_bytes,
        "stage": file.stage.value,
        "accepted": True,
        "replaces": False,
        "sent_bytes": file.sent_bytes,
        "attempts": 0,
        "reason": file.reason,
        "since": None if file.since is None else file.since.isoformat(),
    }
    return {**told, **changes}


def document(*files):
    """A whole queue.json, as data."""
    return {"files": [entry(file) for file in files]}


def write_queue(mountpoint, *files):
    """Let a plain directory look like a mount."""
    control = mountpoint / ".g3fs"
    control.mkdir(exist_ok=True)
    (control / "queue.json").write_text(json.dumps(document(*files)))
