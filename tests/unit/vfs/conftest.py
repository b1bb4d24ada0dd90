"""A file system over a gallery in memory, without a kernel."""

from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
import trio

from g3fs.cache.catalog import open_catalog
from g3fs.cache.memory import CatalogOptions
from g3fs.cache.state import open_state
from g3fs.vfs.inodes import InodeTable
from g3fs.vfs.nodes import ROOT, AlbumNode
from g3fs.vfs.tree import Tree
from tests.fakes import FakeBackend


@dataclass
class Notices:
    """What the kernel would have been told, in order."""

    told: list[tuple] = field(default_factory=list)

    def forget_entry(self, parent, name):
        self.told.append(("entry", parent, name))

    def forget_attributes(self, ino):
        self.told.append(("attributes", ino))

    async def forget_size(self, ino):
        self.told.append(("size", ino))

    def forget_content(self, ino):
        self.told.append(("content", ino))


@dataclass
class Planted:
    """A tree and what it stands on."""

    backend: FakeBackend
    catalog: object
    state: object
    inodes: InodeTable
    notices: Notices
    tree: Tree
    root: AlbumNode
    nursery: trio.Nursery

    async def directory(self):
        return await self.tree.directory(ROOT, self.root)

    async def names(self):
        return sorted(child.name for child in await self.directory())

    async def refresh(self):
        await self.tree.refresh(ROOT, self.root)


@pytest.fixture
def backend():
    return FakeBackend()


@pytest.fixture
def planted(backend, tmp_path):
    """Opens a tree; the state file stays between two openings, the catalog does not."""

    @asynccontextmanager
    async def plant(ttl_s=60.0):
        async with (
            open_state(tmp_path / "state.db") as state,
            open_catalog(backend, CatalogOptions(ttl_s=ttl_s), trio.current_time) as catalog,
            trio.open_nursery() as nursery,
        ):
            inodes, notices = InodeTable(), Notices()
            tree = Tree(
                catalog,
                state,
                backend.same_bytes,
                inodes=inodes,
                notifier=notices,
                nursery=nursery,
            )
            root = AlbumNode(await catalog.root())
            inodes.keep(ROOT, root)
            yield Planted(backend, catalog, state, inodes, notices, tree, root, nursery)
            nursery.cancel_scope.cancel()

    return plant
