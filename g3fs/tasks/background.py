"""A nursery for tasks that serve a block of code and end with it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import trio


@asynccontextmanager
async def open_background() -> AsyncIterator[trio.Nursery]:
    """A nursery whose tasks are cancelled when the block ends.

    An error of the block comes out as it is; a plain nursery would wrap it in a group, which
    `except NotFound` does not see into. An error of a task ends the block, and comes in a group:
    such tasks are expected to handle their errors.
    """
    error: Exception | None = None
    async with trio.open_nursery() as nursery:
        try:
            yield nursery
        except Exception as exc:  # noqa: BLE001 - raised below, outside of the nursery
            error = exc
        nursery.cancel_scope.cancel()
    if error is not None:
        raise error
