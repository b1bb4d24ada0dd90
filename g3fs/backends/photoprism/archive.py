"""The archived photos, which no other list has."""

import trio

from g3fs.backends.calls import Calls
from g3fs.backends.photoprism.leftovers import YOUNG_S
from g3fs.clients.photoprism.client import Client
from g3fs.clients.photoprism.wire.photos import WirePhoto
from g3fs.gallery.clock import Clock

Photos = tuple[WirePhoto, ...]


class Archive:
    """Asked for as a whole; several directories in a row cost one question."""

    def __init__(self, client: Client, ask: Calls, clock: Clock) -> None:
        self._client = client
        self._ask = ask
        self._clock = clock
        self._asking = trio.Lock()
        self._known: tuple[float, Photos] | None = None

    async def photos(self) -> Photos:
        """As they were a few seconds ago at most."""
        async with self._asking:
            if self._known is None or self._clock() - self._known[0] > YOUNG_S:
                asked_s = self._clock()
                self._known = asked_s, await self._ask(self.now)
            return self._known[1]

    def now(self) -> Photos:
        """As they are; for a thread."""
        return self._client.photos.search(archived=True, order="name")
