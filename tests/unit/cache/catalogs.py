"""What the catalog's tests share: a clock that is set, and a catalog that keeps its news."""

from contextlib import asynccontextmanager

from trio.testing import wait_all_tasks_blocked

from g3fs.cache.catalog import open_catalog
from g3fs.cache.memory import CatalogOptions


class SetClock:
    """Seconds that pass when told to."""

    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now

    def tick(self, seconds):
        self.now += seconds


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
