"""Harm on request: what a demo cannot show by itself."""

import secrets
from collections.abc import Mapping
from typing import cast

from g3fs.demo.stash.gate import Gate
from g3fs.demo.stash.options import Status
from g3fs.demo.stash.rows import File
from g3fs.demo.stash.world import World

STATES = ("OK", "SETUP", "NEEDS_MIGRATION")


def damage(world: World, gate: Gate, data: Mapping[str, object]) -> object:
    """Do what `kind` says, and tell what was touched.

    {"kind": "lost_file", "file": 7}: the file is gone from the disk, its record stays;
    {"kind": "stale_size", "file": 7, "by": 100}: the record says so many bytes more;
    {"kind": "bad_record", "file": 7}: a null where the schema has none, in every list it is in;
    {"kind": "new_key"}: the API key is another one; {"kind": "new_sessions"}: cookies expire;
    {"kind": "lock"}, {"kind": "unlock"}; {"kind": "status", "status": "SETUP"}.

    Raises:
        ValueError: what is asked for makes no sense.
    """
    match data.get("kind"):
        case "lost_file" | "stale_size" | "bad_record" as kind:
            return _harm_file(world, _file(world, data), kind, data)
        case "new_key":
            world.settings.api_key = secrets.token_urlsafe(24)
        case "new_sessions":
            gate.forget_sessions()
        case "lock" | "unlock" as kind:
            world.settings.locked = kind == "lock"
        case "status" if data.get("status") in STATES:
            world.options.status = cast("Status", data["status"])
        case kind:
            raise ValueError(f"no such damage: {kind!r}")
    return {}


def _harm_file(world: World, file: File, kind: str, data: Mapping[str, object]) -> object:
    with world.store.lock:
        if kind == "lost_file":
            world.disk.remove(file.path)
        elif kind == "stale_size":
            file.size += int(str(data.get("by", 1)))
        else:
            file.mod_time = None
    return {"file": file.id}


def _file(world: World, data: Mapping[str, object]) -> File:
    file = world.store.files.get(int(str(data.get("file", 0))))
    if file is None:
        raise ValueError(f"no file {data.get('file')!r}")
    return file
