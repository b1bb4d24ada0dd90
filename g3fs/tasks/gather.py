"""Several calls at once, whose errors come out bare."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

import trio

T = TypeVar("T")


async def gather(*thunks: Callable[[], Awaitable[T]], limit: int | None = None) -> list[T]:
    """The results of all `thunks`, in their order; at most `limit` run at a time (None: all).

    The first that fails ends the others, and its error is raised as it is, never in a group.
    """
    results: dict[int, T] = {}
    errors: list[Exception] = []
    turns = trio.Semaphore(limit if limit is not None else max(len(thunks), 1))

    async def run(index: int, thunk: Callable[[], Awaitable[T]]) -> None:
        try:
            async with turns:
                results[index] = await thunk()
        except Exception as exc:  # noqa: BLE001 - raised below, outside of the nursery
            errors.append(exc)
            nursery.cancel_scope.cancel()

    async with trio.open_nursery() as nursery:
        for index, thunk in enumerate(thunks):
            nursery.start_soon(run, index, thunk)
    if errors:
        raise errors[0]
    return [results[index] for index in range(len(thunks))]
