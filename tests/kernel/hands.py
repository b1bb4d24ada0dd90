"""Makes the system calls that it is told to make, and says how they went.

Run as a program: a line of JSON in, `[name, arguments...]`; a line out, `[errno, result]`, the
errno by its name, or "OK". One process for many calls: starting one takes longer than most calls.
"""

import errno
import hashlib
import json
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any


def write(path: str, source: str) -> None:
    """What cp(1) does, the old content of `path` being cut off; its close(2) counts."""
    data = Path(source).read_bytes()
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    try:
        while data:
            data = data[os.write(descriptor, data) :]
    finally:
        os.close(descriptor)


def append(path: str, tail: str) -> None:
    """Put something behind what is there."""
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND)
    try:
        os.write(descriptor, tail.encode())
    finally:
        os.close(descriptor)


def walk(top: str) -> list[str]:
    """All paths below a directory."""
    return sorted(str(path) for path in Path(top).rglob("*"))


def first_file(top: str) -> list[str]:
    """The directory and the path of some file below."""
    path = next(path for path in sorted(Path(top).rglob("*")) if path.is_file())
    return [str(path.parent), str(path)]


def read(path: str) -> str:
    """The digest of a file."""
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def look(top: str) -> dict[str, dict[str, Any]]:
    """Everything below a directory, and itself as "", by path: all that a user sees of it."""
    below = {str(path.relative_to(top)): path for path in sorted(Path(top).rglob("*"))}
    return {name: _seen(path) for name, path in {"": Path(top), **below}.items()}


def attribute(path: str, name: str) -> str:
    """The text of an extended attribute."""
    return os.getxattr(path, name).decode()


def set_attribute(path: str, name: str, value: str) -> None:
    """Set an extended attribute."""
    os.setxattr(path, name, value.encode())


def mode(path: str) -> int:
    """The mode bits."""
    return Path(path).stat().st_mode & 0o7777


def text(path: str) -> str:
    """What a small file says."""
    return Path(path).read_text()


def touch(path: str, seconds: int) -> None:
    """Set both times."""
    os.utime(path, (seconds, seconds))


CALLS: Mapping[str, Callable[..., Any]] = {
    call.__name__: call
    for call in (
        *(write, append, walk, first_file, read, look, attribute, set_attribute, mode, text, touch),
        *(os.mkdir, os.rmdir, os.unlink, os.rename, os.removexattr, os.truncate, os.listdir),
        *(os.link, os.symlink, os.mknod),
    )
}


def _seen(path: Path) -> dict[str, Any]:
    comments = json.loads(_attribute(path, "user.g3fs.comments") or "[]")
    return {
        "sha256": None if path.is_dir() else read(str(path)),
        "id": int(_attribute(path, "user.g3fs.id") or 0),
        "tags": sorted(json.loads(_attribute(path, "user.g3fs.tags") or "[]")),
        "title": _attribute(path, "user.g3fs.title"),
        "description": _attribute(path, "user.xdg.comment"),
        "comments": [comment["text"] for comment in comments],
    }


def _attribute(path: Path, name: str) -> str | None:
    """The text of an extended attribute; None: there is none."""
    try:
        return os.getxattr(path, name).decode()
    except OSError as error:
        if error.errno not in {errno.ENODATA, errno.ENOTSUP, errno.EPERM}:
            raise
        return None


def main() -> None:
    """Until there are no more lines."""
    for line in sys.stdin:
        name, *arguments = json.loads(line)
        try:
            answer = ["OK", CALLS[name](*arguments)]
        except OSError as error:
            answer = [errno.errorcode[error.errno], None]
        sys.stdout.write(f"{json.dumps(answer)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
