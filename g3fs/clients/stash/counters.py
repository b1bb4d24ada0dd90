"""The o-counter of images and scenes."""

from g3fs.clients.stash.api import Api
from g3fs.clients.stash.wire.fields import count_from
from g3fs.clients.stash.wire.shapes import Operation


class Counter:
    """Counts up and down; never below 0, and without touching `updated`."""

    def __init__(self, api: Api, up: Operation, down: Operation, reset: Operation) -> None:
        self._api = api
        self._up = up
        self._down = down
        self._reset = reset

    def increment(self, number: int) -> int:
        """One more; the new count.

        Raises:
            NotFound: there is no such image or scene.
        """
        return self._counted(self._up, number)

    def decrement(self, number: int) -> int:
        """One less; the new count."""
        return self._counted(self._down, number)

    def reset(self, number: int) -> int:
        """To 0."""
        return self._counted(self._reset, number)

    def _counted(self, operation: Operation, number: int) -> int:
        value = self._api.value(operation, id=str(number))
        return count_from(value, operation.name)
