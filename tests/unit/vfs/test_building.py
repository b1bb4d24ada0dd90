"""Directories that are built again: as if built anew, and at the price of what differs."""

from dataclasses import dataclass, replace

import trio
from hypothesis import given, settings
from hypothesis import strategies as st

from g3fs.cache.catalog import open_catalog
from g3fs.cache.memory import CatalogOptions
from g3fs.cache.state import open_state
from g3fs.gallery.items import Album, Entry
from g3fs.vfs import building
from g3fs.vfs.building import Builder, Task
from g3fs.vfs.inodes import Inode, InodeTable
from g3fs.vfs.nodes import ROOT, AlbumNode, Ino, MediaNode
from g3fs.vfs.settimes import SetTimes
from g3fs.vfs.tree import Tree
from tests.fakes import MADE_S, FakeBackend
from tests.fakes import ROOT as ROOT_ALBUM
from tests.unit.vfs.conftest import Notices


class CountingState:
    """A state that notes what it is asked for."""

    def __init__(self, state):
        self.state = state
        self.asked = []

    def __getattr__(self, name):
        method = getattr(self.state, name)

        async def noted(*args):
            self.asked.append((name, *args))
            return await method(*args)

        return noted


async def test_a_new_entry_costs_no_query_for_the_others(planted, backend):
    photos = [backend.add_media(f"{n}.jpg", b"1") for n in range(5)]
    async with planted() as gallery:
        before = await gallery.directory()
        state = CountingState(gallery.state)
        gallery.tree._builder = Builder(state, SetTimes(gallery.catalog, state, None))
        new = backend.add_media("new.jpg", b"1")
        gallery.catalog.wrote(ROOT_ALBUM, Entry(name="new.jpg", item=new))
        after = await gallery.directory()
        assert after is not before
        assert [child.name for child in after] == [*(f"{n}.jpg" for n in range(5)), "new.jpg"]
        assert all(after.of_item(photo.id) is before.of_item(photo.id) for photo in photos)
        assert [name for name, *_ in state.asked] == ["look", "enter"]
        assert not any(photo.id in repr(state.asked) for photo in photos)
        del state.asked[:]
        await gallery.tree.remember_times(Inode(Ino(0), MediaNode(new)), 1, 2)
        await gallery.directory()
        assert [name for name, *_ in state.asked] == ["look"], "nothing new to keep"


async def test_an_entry_that_went_costs_no_query_at_all(planted, backend):
    photos = [backend.add_media(f"{n}.jpg", b"1") for n in range(5)]
    async with planted() as gallery:
        await gallery.directory()
        state = CountingState(gallery.state)
        gallery.tree._builder = Builder(state, SetTimes(gallery.catalog, state, None))
        gallery.catalog.removed(ROOT_ALBUM, photos[2].id)
        assert await gallery.names() == ["0.jpg", "1.jpg", "3.jpg", "4.jpg"]
        assert state.asked == []


async def test_own_writes_are_followed_without_going_through_all_names(planted, backend):
    photos = [backend.add_media(f"{n}.jpg", b"1") for n in range(5)]
    retitled = replace(photos[2], title="another")
    new = backend.add_media("new.jpg", b"1")

    async with planted() as gallery:
        await gallery.directory()
        gallery.catalog.removed(ROOT_ALBUM, new.id)

        async def followed(write, *args):
            before = await gallery.directory()
            write(ROOT_ALBUM, *args)
            listing = gallery.catalog.known(ROOT_ALBUM)
            task = Task(ino=ROOT, node=gallery.root, listing=listing, before=before, touched=())
            plan = building._followed(task, before, {photos[0].id})
            assert plan is not None
            return [entry.name for entry, _ in plan.fresh], [line.child.name for line in plan.gone]

        catalog = gallery.catalog
        came = await followed(catalog.wrote, Entry(name="new.jpg", item=new))
        assert came == (["0.jpg", "new.jpg"], ["0.jpg"])
        changed = await followed(catalog.wrote, Entry(name="2.jpg", item=retitled))
        assert changed == (["0.jpg", "2.jpg"], ["0.jpg", "2.jpg"])
        went = await followed(catalog.removed, photos[1].id)
        assert went == (["0.jpg"], ["0.jpg", "1.jpg"])


async def test_who_looks_after_an_own_write_sees_it_though_a_build_is_under_way(planted, backend):
    photo = backend.add_media("a.jpg", b"1")
    async with planted() as gallery, trio.open_nursery() as nursery:
        inode = gallery.inodes.looked_up((await gallery.directory()).children[0], ROOT)
        await gallery.tree.remember_times(inode, 1, 2)
        backend.new_version(photo, b"2")
        gate = backend.hold("same_bytes")
        await gallery.catalog.refresh(ROOT_ALBUM)
        nursery.start_soon(gallery.directory)
        with trio.fail_after(5):
            while not backend.calls["same_bytes"]:
                await trio.lowlevel.checkpoint()
        new = backend.add_media("new.jpg", b"1")
        gallery.catalog.wrote(ROOT_ALBUM, Entry(name="new.jpg", item=new))
        gate.set()
        with trio.fail_after(5):
            assert await gallery.names() == ["a.jpg", "new.jpg"]


async def test_no_older_directory_takes_the_place_of_a_newer_one(planted, backend):
    async with planted() as gallery:
        older = (await gallery.directory()).listing
        new = backend.add_media("new.jpg", b"1")
        gallery.catalog.wrote(ROOT_ALBUM, Entry(name="new.jpg", item=new))
        newer = await gallery.directory()
        assert await gallery.tree._build(ROOT, gallery.root, older) is newer


async def test_a_build_that_was_cut_off_forgets_nothing(planted, backend):
    photo = backend.add_media("a.jpg", b"1")
    async with planted() as gallery:
        inode = gallery.inodes.looked_up((await gallery.directory()).children[0], ROOT)
        await gallery.tree.remember_times(inode, 1, 2)
        builder, gallery.tree._builder = gallery.tree._builder, None
        try:
            await gallery.directory()
        except AttributeError:
            gallery.tree._builder = builder
        assert (await gallery.directory()).of_item(photo.id).times.mtime_ns == 2


@dataclass(frozen=True)
class Step:
    what: str
    which: int
    name: str


NAMES = ("a.jpg", "b.jpg", "a (media-1).jpg", "\u00e9.jpg", "e\u0301.jpg", "c")
WHAT = ("add", "add", "album", "remove", "rename", "retitle", "alias", "times", "move", "own")
steps = st.lists(
    st.builds(Step, st.sampled_from(WHAT), st.integers(0, 5), st.sampled_from(NAMES)), max_size=20
)


class Gallery:
    """A root album in which things happen."""

    def __init__(self, backend, catalog, tree, inodes):
        self.backend = backend
        self.catalog = catalog
        self.tree = tree
        self.inodes = inodes

    async def do(self, step):
        backend, entries = self.backend, self.backend.children[ROOT_ALBUM]
        if step.what == "add":
            media = backend.add_media(step.name, b"1")
            created_s = MADE_S + 100 + step.which
            backend.change(replace(media, times=replace(media.times, created_s=created_s)))
        elif step.what == "album":
            backend.add_album(step.name)
        elif step.what == "own":
            media = backend.add_media(step.name, b"1")
            self.catalog.wrote(ROOT_ALBUM, Entry(name=step.name, item=media))
        elif entries:
            await self.of_entry(step, entries[step.which % len(entries)], entries)

    async def of_entry(self, step, entry, entries):
        backend, item = self.backend, entry.item
        match step.what:
            case "remove":
                backend.remove(item.id)
            case "rename":
                backend.rename(item.id, step.name)
            case "retitle":
                backend.change(replace(item, title=step.name))
            case "move":
                entries.remove(entry)
                entries.append(entry)
            case what:
                await self.local(what, step, entry)

    async def local(self, what, step, entry):
        directory = await self.tree.directory(ROOT, self.root())
        child = directory.of_item(entry.item.id)
        if what == "alias" and directory.find(step.name) is None:  # a user cannot give it else
            await self.tree.set_alias(ROOT_ALBUM, entry, step.name)
        if what == "times" and child is not None and not isinstance(entry.item, Album):
            inode = self.inodes.looked_up(child, ROOT)
            await self.tree.remember_times(inode, step.which, step.which)

    def root(self):
        return AlbumNode(self.backend.items[ROOT_ALBUM])


@settings(deadline=None)
@given(steps)
async def test_a_directory_built_step_by_step_is_the_one_that_is_built_at_once(
    tmp_path_factory, script
):
    backend, inodes = FakeBackend(), InodeTable()
    async with (
        open_state(tmp_path_factory.mktemp("state") / "state.db") as state,
        open_catalog(backend, CatalogOptions(), trio.current_time) as catalog,
        trio.open_nursery() as nursery,
    ):
        tree = Tree(
            catalog, state, backend.same_bytes, inodes=inodes, notifier=Notices(), nursery=nursery
        )
        gallery = Gallery(backend, catalog, tree, inodes)
        builder = Builder(state, SetTimes(catalog, state, backend.same_bytes))
        for step in script:
            await gallery.do(step)
            directory = await tree.refresh(ROOT, gallery.root())
            task = Task(
                ino=ROOT,
                node=gallery.root(),
                listing=directory.listing,
                before=None,
                touched=(),
            )
            anew = (await builder.build(task)).directory
            assert directory.children == anew.children
            assert directory.newest_s == anew.newest_s
            assert directory.times == anew.times
            for name in NAMES:
                assert directory.find(name) == anew.find(name)
        nursery.cancel_scope.cancel()
