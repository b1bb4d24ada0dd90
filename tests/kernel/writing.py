"""What the tests of writing share: a process that makes system calls, and what galleries hold."""

import json
import os
import selectors
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from g3fs.demo.gallery3.snapshot import Shown
from g3fs.demo.library import Content
from g3fs.demo.library import Media as DemoMedia
from g3fs.demo.server import DemoServer
from g3fs.demo.synthetic import tiny_jpeg
from tests.kernel.support import RUN_LIMIT_S, Mount

_PROGRAM = Path(__file__).with_name("hands.py")


class Hands:
    """A process that makes system calls; see hands.py for those that it knows."""

    def __init__(self, limit_s: float = RUN_LIMIT_S) -> None:
        """`limit_s`: what a call may take at most."""
        self.limit_s = limit_s

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, str(_PROGRAM)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.kill()
        self._process.communicate()

    def begin(self, name: str, *arguments: object) -> None:
        """Let it make a call; `end` waits for it."""
        words = [name, *(os.fspath(a) if isinstance(a, Path) else a for a in arguments)]
        assert self._process.stdin is not None
        self._process.stdin.write(f"{json.dumps(words)}\n".encode())
        self._process.stdin.flush()

    @property
    def is_busy(self) -> bool:
        """Whether the call that was begun is still being made."""
        return not self._has_answered(0.0)

    def end(self) -> tuple[str, Any]:
        """The errno, or "OK", and what the call told."""
        assert self._has_answered(self.limit_s), f"no answer within {self.limit_s} s"
        assert self._process.stdout is not None
        outcome, told = json.loads(self._process.stdout.readline())
        return outcome, told

    def __call__(self, name: str, *arguments: object) -> str:
        """The errno of a call, or "OK"."""
        self.begin(name, *arguments)
        return self.end()[0]

    def tell(self, name: str, *arguments: object) -> Any:
        """What a call tells, which must succeed."""
        self.begin(name, *arguments)
        outcome, told = self.end()
        assert outcome == "OK", f"{name} {arguments}: {outcome}"
        return told

    def _has_answered(self, limit_s: float) -> bool:
        with selectors.DefaultSelector() as selector:
            selector.register(self._process.stdout, selectors.EVENT_READ)
            return bool(selector.select(limit_s))


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What a user knows an item by."""

    id: int | None = None
    """None: it was not there at first."""
    sha256: str | None = None
    """None: an album."""
    title: str | None = None
    """None: it is the name."""
    description: str | None = None
    tags: tuple[str, ...] = ()
    comments: tuple[str, ...] = ()
    cover: int | None = None
    """Of an album, unless it was not there at first."""


Items = Mapping[str, Seen]
"""By path from an album on; the album itself is ""."""


def held(server: DemoServer, album: str, known: frozenset[int]) -> Items:
    """What the gallery has of an album and all below; `known`: what was there at first."""
    shown: Mapping[str, Shown] = server.site.snapshot()
    return {
        path.removeprefix(album).removeprefix("/"): Seen(
            id=item.id if item.id in known else None,
            sha256=item.sha256,
            title=item.title if item.title != path.rpartition("/")[2] else None,
            description=item.description,
            tags=item.tags,
            comments=item.comments,
            cover=item.cover if item.cover in known else None,
        )
        for path, item in shown.items()
        if path == album or path.startswith(f"{album}/")
    }


def shown(hands: Hands, album: Path, known: frozenset[int]) -> Items:
    """What a mount shows of it, but for covers."""
    return {
        path: Seen(
            id=item["id"] if item["id"] in known else None,
            sha256=item["sha256"],
            title=item["title"],
            description=item["description"],
            tags=tuple(item["tags"]),
            comments=tuple(item["comments"]),
        )
        for path, item in hands.tell("look", album).items()
    }


def without_covers(items: Items) -> Items:
    """To be compared with what a mount shows."""
    return {path: replace(item, cover=None) for path, item in items.items()}


def ids(server: DemoServer) -> frozenset[int]:
    """Of all items."""
    return frozenset(item.id for item in server.site.snapshot().values())


def photo(name: str, **facts: Any) -> DemoMedia:
    """A photo of a few kilobytes that is like no other."""
    data = picture(name)
    return DemoMedia(name=name, content=Content(lambda: data), width=60, height=40, **facts)


def picture(name: str, size: int = 3000) -> bytes:
    """The bytes of a JPEG."""
    tail = name.encode().ljust(size, b".")
    return tiny_jpeg()[:-2] + tail + b"\xff\xd9"


def queue_of(mounted: Mount, hands: Hands) -> list[dict[str, Any]]:
    """What `queue.json` says."""
    files: list[dict[str, Any]] = json.loads(hands.tell("text", mounted.path / ".g3fs/queue.json"))[
        "files"
    ]
    return files


def status_of(mounted: Mount, hands: Hands) -> dict[str, Any]:
    """What `status.json` says."""
    status: dict[str, Any] = json.loads(hands.tell("text", mounted.path / ".g3fs/status.json"))
    return status
