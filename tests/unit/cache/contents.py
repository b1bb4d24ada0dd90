"""What the tests of the content cache share."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import trio
from trio.testing import wait_all_tasks_blocked

from g3fs.cache.content import Content, ContentOptions, open_content
from g3fs.gallery.items import ORIGINAL, Media, Rendition
from g3fs.tasks.threads import Threads
from tests.fakes import FakeBackend

KIB = 1024
MIB = 1024 * KIB

DATA = b"".join((n * 2654435761 & 0xFFFFFFFF).to_bytes(4, "big") for n in range(5 * MIB // 4))
"""5 MiB; every four bytes tell where they are."""


@asynccontextmanager
async def opened(gallery: FakeBackend, directory: Path, **options: float) -> AsyncIterator[Content]:
    """The content cache over a gallery; `options` are fields of ContentOptions."""
    given = replace(ContentOptions(directory=directory), **options)  # type: ignore[arg-type]  # by name
    async with open_content(gallery, given, Threads()) as content:
        yield content


async def read_all(
    content: Content, media: Media, *, rendition: Rendition = ORIGINAL, step: int = 128 * KIB
) -> bytes:
    """The whole file, read as `cat` does."""
    reader = content.open(media, rendition)
    data = b""
    try:
        while part := await reader.read(len(data), step):
            data += part
    finally:
        reader.close()
    return data


async def outcome(call: Callable[[], Awaitable[bytes]], results: list[object]) -> None:
    """Run a call in a task and keep what it returns or raises."""
    try:
        results.append(await call())
    except Exception as exc:  # noqa: BLE001 - looked at by the test
        results.append(exc)


def without_ranges(gallery: FakeBackend, media: Media) -> Media:
    """Let the server ignore ranges, and the listing say so."""
    gallery.delivery[media.id, ORIGINAL].ranges = False
    return gallery.change(replace(media, seekable=False))


async def started(gallery: FakeBackend, sent: int) -> None:
    """Wait until so many bytes were sent, and then everything stands still."""
    while gallery.sent_bytes() < sent:
        await trio.lowlevel.checkpoint()
    await wait_all_tasks_blocked()
