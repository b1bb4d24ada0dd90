"""What the catalog's tests share: a clock that is set, and a catalog that keeps its news."""

from contextlib import asynccontextmanager

import trio
from trio.testing import wait_all_tasks_blocked

from g3fs.cache.catalog import open_catalog
from g3fs.cache.memory import CatalogOptions
from g3fs.gallery.errors import NotFound
from tests.fakes import FakeBackend


class SetClock:
    """Seconds that pass when told to."""

    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now

    def tick(self, seconds):
        self.now += seconds


class SlowLister(FakeBackend):
    """A server whose listings may take their time on the way."""

    held = None

    def hold_lists(self):
        if self.held is None:
            self.held = trio.Event()

    async def list(self, album):
        error = None
        try:
            listing = await super().list(album)
        except NotFound as exc:
            error = exc
        if self.held is not None:
            await self.held.wait()
        if error is not None:
            raise error
        return listing

    def release(self):
        """What was held back comes, and what is asked next comes at once."""
        if self.held is not None:
            self.held.set()
            self.held = None

    def let_one_go(self):
        """What was held back comes; what is asked next is held back."""
        self.release()
        self.hold_lists()


@asynccontextmanager
async def catalog_of(backend, clock=None, **options):
    """A catalog whose changes are collected in `catalog.news`."""
    clock = clock or SetClock()
    async with open_catalog(backend, CatalogOptions(**options), clock) as catalog:
        catalog.news = []
        catalog.subscribe(catalog.news.append)
        yield catalog


def names(listing):
    return [entry.name for entry in listing.entries]


settled = wait_all_tasks_blocked
"""Until what is done behind the answers is done."""
