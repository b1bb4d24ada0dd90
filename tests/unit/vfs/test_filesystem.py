import errno
import os
from dataclasses import replace

import pytest
import trio
import trio.testing

from g3fs.cache.content import ContentOptions, open_content
from g3fs.fuse.errnos import errno_of
from g3fs.gallery.errors import (
    AccessDenied,
    BytesLost,
    GalleryError,
    NotSupported,
    ReadOnly,
    Stale,
    Unreachable,
)
from g3fs.gallery.items import Readable, Rendition, Step
from g3fs.tasks.background import open_background
from g3fs.tasks.threads import Threads
from g3fs.vfs.attrs import Attr, AttrOptions
from g3fs.vfs.control import Control, Views, keys
from g3fs.vfs.filesystem import DO_REFRESH, Filesystem, NoEntry, Parts
from g3fs.vfs.handles import HandleTable
from g3fs.vfs.nodes import ROOT, Child, MediaNode
from g3fs.vfs.openfiles import OpenFiles, Sources
from g3fs.vfs.prefetch import Prefetch, worth_fetching
from g3fs.vfs.xattrs import NoSuchAttribute, Xattrs

THUMB = Rendition("thumb")


class Names:
    """Where readdir puts entries: a list with room for so many."""

    def __init__(self, room=1000):
        self.room = room
        self.taken = []
        self.attrs = {}
        self.offset = 0

    def offer(self, name, attr, next_offset):
        if len(self.taken) == self.room:
            return False
        self.taken.append(name)
        self.attrs[name] = attr
        self.offset = next_offset
        return True


def filesystem_of(gallery, content, control, nursery):
    """One that nobody can change."""
    handles = HandleTable()
    files = OpenFiles(
        Sources(
            catalog=gallery.catalog,
            content=content,
            control=control,
            inodes=gallery.inodes,
            handles=handles,
            notifier=gallery.notices,
            prefetch=Prefetch(gallery.tree, gallery.inodes, content, nursery),
            changes=None,
        )
    )
    return Filesystem(
        Parts(
            catalog=gallery.catalog,
            inodes=gallery.inodes,
            handles=handles,
            tree=gallery.tree,
            control=control,
            xattrs=Xattrs((), gallery.catalog),
            attrs=AttrOptions(uid=1, gid=1, started_s=1),
            files=files,
        )
    )


@pytest.fixture
def mounted(planted, backend, tmp_path):
    """A file system, opened by `async with mounted() as (fs, gallery)`."""
    from contextlib import asynccontextmanager

    @asynccontextmanager
    async def open_it(views=Views.HIDDEN):
        options = ContentOptions(directory=tmp_path / "cache")
        async with (
            planted() as gallery,
            open_content(backend, options, Threads()) as content,
            open_background() as nursery,
        ):
            control = Control({"status": lambda: b"all is well\n"}, views)
            inos = await gallery.state.inodes(keys(gallery.root.item, [THUMB]))
            control.open(gallery.root.item, [THUMB], inos)
            yield filesystem_of(gallery, content, control, nursery), gallery

    return open_it


async def listed(fs, ino):
    fh = await fs.opendir(ino)
    names = Names()
    await fs.readdir(fh, 0, names)
    fs.release(fh)
    return names.taken


async def test_a_file_is_looked_up_opened_and_read(mounted, backend):
    backend.add_media("a.jpg", b"0123456789")
    async with mounted() as (fs, _):
        attr = await fs.lookup(ROOT, "a.jpg")
        assert attr.size_bytes == 10
        opened = await fs.open(attr.ino, os.O_RDONLY)
        assert await fs.read(opened.fh, 3, 4) == b"3456"
        assert await fs.read(opened.fh, 8, 100) == b"89"
        fs.release(opened.fh)


async def test_a_missing_name_is_remembered_by_the_kernel(mounted):
    async with mounted() as (fs, _):
        answer = await fs.lookup(ROOT, "nothing.jpg")
        assert isinstance(answer, NoEntry)
        assert answer.timeout_s > 0


async def test_junk_names_do_not_fetch_a_listing(mounted, backend):
    async with mounted() as (fs, _):
        assert isinstance(await fs.lookup(ROOT, ".hidden"), NoEntry)
        assert backend.calls["list"] == 0


async def test_every_name_that_readdir_gave_counts_one_lookup(mounted, backend):
    for number in range(5):
        backend.add_media(f"{number}.jpg", b"x")
    async with mounted() as (fs, gallery):
        fh = await fs.opendir(ROOT)
        names = Names(room=2)
        await fs.readdir(fh, 0, names)
        taken = [names.attrs[name].ino for name in names.taken]
        assert [gallery.inodes[ino].lookups for ino in taken] == [1, 1]
        assert len(gallery.inodes) == 1 + 2, "the others are not known to the kernel"
        fs.forget((ino, 1) for ino in taken)
        assert len(gallery.inodes) == 1


async def test_an_old_stream_shows_what_is_known_now_of_the_names_that_it_has(mounted, backend):
    media = backend.add_media("a.jpg", b"old")
    async with mounted() as (fs, gallery):
        fh = await fs.opendir(ROOT)
        backend.new_version(media, b"newer")
        await gallery.refresh()
        names = Names()
        await fs.readdir(fh, 0, names)
        assert names.attrs["a.jpg"].size_bytes == 5
        assert fs.getattr(names.attrs["a.jpg"].ino).size_bytes == 5


async def test_a_stream_goes_on_where_the_kernel_left_it_and_starts_anew_when_rewound(
    mounted, backend
):
    for number in range(5):
        backend.add_media(f"{number}.jpg", b"x")
    async with mounted() as (fs, gallery):
        fh = await fs.opendir(ROOT)
        first = Names(room=2)
        await fs.readdir(fh, 0, first)
        gone = backend.children[gallery.root.item.id][3].item.id
        backend.remove(gone)
        await gallery.refresh()
        rest = Names()
        await fs.readdir(fh, first.offset, rest)
        assert [*first.taken, *rest.taken] == [f"{n}.jpg" for n in range(5)]
        again = Names()
        await fs.readdir(fh, 0, again)
        assert again.taken == ["0.jpg", "1.jpg", "2.jpg", "4.jpg"]


async def test_an_inode_lives_on_while_a_handle_is_open(mounted, backend):
    media = backend.add_media("a.jpg", b"x")
    async with mounted() as (fs, _):
        attr = await fs.lookup(ROOT, "a.jpg")
        opened = await fs.open(attr.ino, os.O_RDONLY)
        fs.forget([(attr.ino, 1)])
        assert isinstance(fs.getattr(attr.ino), Attr)
        fs.release(opened.fh)
        with pytest.raises(Stale):
            fs.getattr(attr.ino)
        assert media.id in backend.items


async def test_writing_is_refused_at_open(mounted, backend):
    backend.add_media("a.jpg", b"x")
    async with mounted() as (fs, _):
        attr = await fs.lookup(ROOT, "a.jpg")
        for flags in (os.O_WRONLY, os.O_RDWR, os.O_RDONLY | os.O_TRUNC):
            with pytest.raises(ReadOnly, match=r"/a\.jpg"):
                await fs.open(attr.ino, flags)


@pytest.mark.parametrize(
    ("readable", "error"), [(Readable.LOST, BytesLost), (Readable.FORBIDDEN, AccessDenied)]
)
async def test_an_original_that_cannot_be_read_is_refused_at_open(
    mounted, backend, readable, error
):
    media = backend.add_media("a.jpg", b"x", thumb=b"small")
    backend.change(replace(media, readable=readable))
    async with mounted() as (fs, _):
        attr = await fs.lookup(ROOT, "a.jpg")
        with pytest.raises(error, match=r"/a\.jpg"):
            await fs.open(attr.ino, os.O_RDONLY)
        control = await fs.lookup(ROOT, ".g3fs")
        renditions = await fs.lookup(control.ino, "renditions")
        thumbs = await fs.lookup(renditions.ino, "thumb")
        small = await fs.lookup(thumbs.ino, "a.jpg")
        opened = await fs.open(small.ino, os.O_RDONLY)
        assert await fs.read(opened.fh, 0, 100) == b"small"


async def test_a_listed_file_that_turns_out_to_be_gone_is_an_input_output_error(mounted, backend):
    media = backend.add_media("a.jpg", b"x")
    async with mounted() as (fs, _):
        attr = await fs.lookup(ROOT, "a.jpg")
        backend.remove(media.id)
        opened = await fs.open(attr.ino, os.O_RDONLY)
        with pytest.raises(BytesLost):
            await fs.read(opened.fh, 0, 1)
        assert isinstance(await fs.lookup(ROOT, "b.jpg"), NoEntry)


async def test_a_replaced_photo_is_stale_and_then_listed_anew(mounted, backend):
    media = backend.add_media("a.jpg", b"old")
    async with mounted() as (fs, gallery):
        attr = await fs.lookup(ROOT, "a.jpg")
        opened = await fs.open(attr.ino, os.O_RDONLY)
        backend.new_version(media, b"newer")
        with pytest.raises(Stale):
            await fs.read(opened.fh, 0, 3)
        fs.release(opened.fh)
        with trio.fail_after(5):
            while (await fs.lookup(ROOT, "a.jpg")).size_bytes != 5:
                await trio.lowlevel.checkpoint()
        opened = await fs.open(attr.ino, os.O_RDONLY)
        assert await fs.read(opened.fh, 0, 9) == b"newer"
        assert ("content", attr.ino) in gallery.notices.told


async def test_an_untold_size_is_found_when_the_file_is_opened(mounted, backend):
    backend.add_media("a.jpg", b"0123456789", size_known=False)
    async with mounted() as (fs, gallery):
        attr = await fs.lookup(ROOT, "a.jpg")
        assert attr.size_bytes == 0
        opened = await fs.open(attr.ino, os.O_RDONLY)
        assert opened.direct
        assert fs.getattr(attr.ino).size_bytes == 10
        assert ("attributes", attr.ino) in gallery.notices.told
        assert await fs.read(opened.fh, 0, 100) == b"0123456789"


async def test_the_control_tree_is_hidden_but_can_be_entered(mounted, backend):
    backend.add_media("a.jpg", b"x")
    async with mounted() as (fs, _):
        assert await listed(fs, ROOT) == ["a.jpg"]
        control = await fs.lookup(ROOT, ".g3fs")
        assert set(await listed(fs, control.ino)) == {"status", "renditions"}
        status = await fs.lookup(control.ino, "status")
        opened = await fs.open(status.ino, os.O_RDONLY)
        assert opened.direct
        assert await fs.read(opened.fh, 4, 100) == b"is well\n"


async def test_the_control_tree_is_shown_or_without_views_as_the_option_says(mounted):
    async with mounted(Views.SHOWN) as (fs, _):
        assert await listed(fs, ROOT) == [".g3fs"]
    async with mounted(Views.OFF) as (fs, _):
        control = await fs.lookup(ROOT, ".g3fs")
        assert await listed(fs, control.ino) == ["status"]


async def read_whole(fs, name, length=100):
    attr = await fs.lookup(ROOT, name)
    opened = await fs.open(attr.ino, os.O_RDONLY)
    data = await fs.read(opened.fh, 0, length)
    fs.release(opened.fh)
    return data


async def test_files_read_one_after_the_other_are_fetched_ahead(mounted, backend):
    media = [backend.add_media(f"{n:02}.jpg", b"0123456789") for n in range(30)]
    async with mounted() as (fs, _):
        await read_whole(fs, "00.jpg")
        await read_whole(fs, "01.jpg")
        with trio.fail_after(5):
            while backend.sent_bytes() < 18 * 10:
                await trio.lowlevel.checkpoint()
        assert backend.sent_bytes(media[18].id) == 0, "so far ahead, and no further"
        asked = backend.calls["open"]
        assert await read_whole(fs, "02.jpg") == b"0123456789"
        with trio.fail_after(5):
            while backend.sent_bytes(media[18].id) < 10:
                await trio.lowlevel.checkpoint()
        assert backend.calls["open"] == asked + 1, "what was fetched ahead is not fetched again"


async def test_nothing_is_fetched_ahead_of_who_looks_at_heads_or_jumps_about(mounted, backend):
    for n in range(12):
        backend.add_media(f"{n:02}.jpg", b"x" * 1_000_000)
    async with mounted() as (fs, _):
        for n in range(5):
            await read_whole(fs, f"{n:02}.jpg", length=4096)
        await read_whole(fs, "05.jpg", length=1_000_000)
        await read_whole(fs, "08.jpg", length=1_000_000)
        await read_whole(fs, "11.jpg", length=1_000_000)
        await trio.testing.wait_all_tasks_blocked()
        assert backend.calls["open"] <= 8


def test_only_so_many_bytes_are_fetched_ahead(backend):
    sizes = [1_000_000, 40_000_000, 1_000_000]
    media = [replace(backend.add_media("a.jpg"), size_bytes=size) for size in sizes]
    children = [Child("a.jpg", ROOT, MediaNode(each)) for each in media]
    assert worth_fetching(children) == children[:1]


async def test_links_of_the_server_are_symbolic_links(mounted, backend):
    sea = backend.add_album("By the/sea")
    backend.add_link("elsewhere", Step("By the/sea", sea.id), depth=1)
    async with mounted() as (fs, _):
        attr = await fs.lookup(ROOT, "elsewhere")
        target = fs.readlink(attr.ino)
        up, name = target.split("/")
        assert up == ".."
        assert isinstance(await fs.lookup(ROOT, name), Attr), "with its id it looks up"
        assert attr.size_bytes == len(os.fsencode(target))


async def test_a_refresh_is_asked_for_by_an_attribute(mounted, backend):
    backend.add_media("a.jpg", b"x")
    async with mounted() as (fs, _):
        attr = await fs.lookup(ROOT, "a.jpg")
        backend.add_media("b.jpg", b"x")
        assert await fs.getxattr(attr.ino, DO_REFRESH) == b"2 items"
        assert isinstance(await fs.lookup(ROOT, "b.jpg"), Attr)


async def test_attributes_of_the_control_tree_are_none(mounted):
    async with mounted() as (fs, _):
        control = await fs.lookup(ROOT, ".g3fs")
        assert await fs.listxattr(control.ino) == []
        with pytest.raises(NoSuchAttribute):
            await fs.getxattr(control.ino, "user.xdg.tags")
        with pytest.raises(NotSupported):
            await fs.getxattr(control.ino, "security.selinux")


async def test_what_is_known_is_told_while_the_server_is_down(mounted, backend):
    backend.add_media("a.jpg", b"x")
    backend.add_album("b")
    async with mounted() as (fs, _):
        names = await listed(fs, ROOT)
        album = await fs.lookup(ROOT, "b")
        backend.down = Unreachable("nobody there")
        assert await listed(fs, ROOT) == names
        assert isinstance(fs.getattr(album.ino), Attr)
        with pytest.raises(Unreachable):
            await fs.opendir(album.ino)


def all_errors(kind=GalleryError):
    for error in kind.__subclasses__():
        yield error
        yield from all_errors(error)


def test_every_gallery_error_has_an_errno_that_tools_understand():
    never = {errno.ENOSYS, errno.EAGAIN, errno.EINTR, errno.EXDEV}
    for kind in all_errors():
        assert errno_of(kind("x")) not in never, kind
