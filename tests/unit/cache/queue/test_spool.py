"""Files of the spool: exact bytes, all or an error, and descriptors that are never mixed up."""

import errno
import os
from pathlib import Path

import pytest
import trio
import trio.testing

from g3fs.cache.queue import spoolcalls
from g3fs.cache.queue.failures import QueueFailed, named_errors
from g3fs.cache.queue.spool import Spool
from g3fs.gallery.errors import GalleryError, NoSpace, NotFound, TooLarge

MIB = 1024 * 1024


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path, trio.CapacityLimiter(2))


async def test_what_was_written_is_read_and_holes_are_zeros(spool: Spool) -> None:
    file = await spool.create()
    await file.write(10, b"later")
    await file.write(2, b"sooner")
    assert file.size_bytes == 15
    assert await file.read(0, 15) == b"\0\0sooner\0\0later"
    assert await file.read(12, 100) == b"ter"
    assert await file.read(15, 100) == b""
    assert await file.read(0, 0) == b""
    file.close()


async def test_writing_nothing_does_not_make_a_file_longer(spool: Spool) -> None:
    file = await spool.create()
    await file.write(1000, b"")
    assert file.size_bytes == file.path.stat().st_size == 0
    file.close()


async def test_truncate_cuts_and_extends(spool: Spool) -> None:
    file = await spool.create()
    await file.write(0, b"0123456789")
    await file.truncate(3)
    await file.truncate(6)
    assert file.size_bytes == 6
    assert await file.read(0, 100) == b"012\0\0\0"
    file.close()


async def test_a_file_opened_by_its_name_is_the_same_file(spool: Spool) -> None:
    file = await spool.create()
    await file.write(0, b"data")
    again = await spool.open(file.name)
    assert (again.name, again.path, again.size_bytes) == (file.name, file.path, 4)
    await again.write(4, b" more")
    assert await file.read(0, 100) == b"data more"
    file.close()
    again.close()


async def test_only_its_owner_may_read_a_file(spool: Spool) -> None:
    file = await spool.create()
    assert file.path.stat().st_mode & 0o777 == 0o600
    file.close()


async def test_a_file_that_is_missing_is_not_found(spool: Spool) -> None:
    with pytest.raises(NotFound, match="is missing"):
        await spool.open("0" * 32)


async def test_a_link_in_place_of_a_file_is_not_followed(spool: Spool, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    (tmp_path / ("0" * 32)).symlink_to("secret")
    with pytest.raises(QueueFailed, match="cannot be used"):
        await spool.open("0" * 32)


async def test_a_discarded_file_stays_readable_for_who_has_it_open(spool: Spool) -> None:
    file = await spool.create()
    await file.write(0, b"data")
    await spool.discard(file.name)
    await spool.discard(file.name)
    assert not file.path.exists()
    assert await file.read(0, 4) == b"data"
    file.close()


async def test_a_file_that_grows_too_large_keeps_its_size(spool: Spool) -> None:
    file = await spool.create()
    await file.write(0, b"data")
    with pytest.raises(TooLarge):
        await file.write(2**62, b"x")
    with pytest.raises(TooLarge):
        await file.truncate(2**62)
    assert file.size_bytes == file.path.stat().st_size == 4
    file.close()


async def test_after_close_nothing_reaches_another_file_with_the_same_number(spool: Spool) -> None:
    file = await spool.create()
    number = file.fileno()
    file.close()
    other = await spool.create()
    assert other.fileno() == number
    with pytest.raises(QueueFailed, match="closed"):
        await file.write(0, b"x")
    file.close()
    assert other.size_bytes == os.fstat(other.fileno()).st_size == 0
    other.close()


async def test_closing_waits_for_the_calls_under_way(tmp_path: Path) -> None:
    limiter = trio.CapacityLimiter(1)
    spool = Spool(tmp_path, limiter)
    file = await spool.create()
    await limiter.acquire()
    async with trio.open_nursery() as nursery:
        nursery.start_soon(file.write, 0, b"late")
        await trio.testing.wait_all_tasks_blocked()
        file.close()
        assert os.fstat(file.fileno()).st_size == 0
        limiter.release()
    assert file.fileno() == -1
    assert file.path.read_bytes() == b"late"


async def test_the_size_is_right_whether_or_not_a_cancelled_write_happened(spool: Spool) -> None:
    file = await spool.create()
    async with trio.open_nursery() as nursery:
        nursery.start_soon(file.write, 0, b"x" * (64 * MIB))
        nursery.start_soon(file.write, 0, b"y" * (64 * MIB))
        nursery.start_soon(file.write, 0, b"waits for its turn, and is not written")
        await trio.testing.wait_all_tasks_blocked()
        nursery.cancel_scope.cancel()
    assert file.size_bytes == file.path.stat().st_size == 64 * MIB
    file.close()


@pytest.mark.parametrize("size", [0, 1, 3 * MIB + 5])
async def test_a_copy_has_the_same_bytes_and_a_life_of_its_own(spool: Spool, size: int) -> None:
    file = await spool.create()
    data = os.urandom(size)
    await file.write(0, data)
    twin = await file.copy()
    await file.write(0, b"changed")
    await file.truncate(7)
    assert twin.name != file.name
    assert twin.size_bytes == size
    assert await twin.read(0, size + 1) == data
    file.close()
    twin.close()


async def test_a_copy_of_holes_takes_no_room(spool: Spool) -> None:
    file = await spool.create()
    await file.truncate(10 * MIB)
    await file.write(4 * MIB, b"middle")
    twin = await file.copy()
    assert twin.size_bytes == twin.path.stat().st_size == 10 * MIB
    assert await twin.read(4 * MIB - 1, 8) == b"\0middle\0"
    assert twin.path.stat().st_blocks == file.path.stat().st_blocks < MIB // 512
    file.close()
    twin.close()


async def test_a_copy_that_fails_leaves_no_file(spool: Spool) -> None:
    file = await spool.create()
    await file.write(0, b"data")
    file.close()
    with pytest.raises(QueueFailed, match="closed"):
        await file.copy()
    assert list(spoolcalls.sizes(file.path.parent)) == [file.name]


def test_where_the_kernel_cannot_copy_bytes_go_through_memory(tmp_path: Path) -> None:
    memory = os.memfd_create("source")  # on another file system than any directory
    data = os.urandom(3 * MIB)
    os.write(memory, data)
    target, _ = spoolcalls.open_file(tmp_path / "target", os.O_CREAT)
    with pytest.raises(OSError, match="Invalid cross-device link"):
        os.copy_file_range(memory, target, len(data))
    offset = 0
    while offset < len(data):
        offset = spoolcalls.copy_some(memory, target, offset, len(data))
    assert (tmp_path / "target").read_bytes() == data
    os.close(memory)
    os.close(target)


def test_only_files_named_as_a_spool_names_them_are_counted(tmp_path: Path) -> None:
    (tmp_path / ("a" * 32)).write_bytes(b"data")
    (tmp_path / ("b" * 32)).symlink_to("a" * 32)
    (tmp_path / ("c" * 32)).mkdir()
    for name in (".nfs0001", "A" * 32, "a" * 33, "a" * 31):
        (tmp_path / name).write_bytes(b"foreign")
    assert spoolcalls.sizes(tmp_path) == {"a" * 32: 4}


async def test_sync_makes_no_difference_to_what_is_read(spool: Spool) -> None:
    file = await spool.create()
    await file.write(0, b"data")
    await file.sync()
    await file.sync()
    assert await file.read(0, 10) == b"data"
    file.close()


async def test_a_sync_that_failed_once_fails_for_ever(tmp_path: Path) -> None:
    (tmp_path / "spool").mkdir()
    spool = Spool(tmp_path / "spool", trio.CapacityLimiter(1))
    file = await spool.create()
    (tmp_path / "spool").rename(tmp_path / "elsewhere")
    with pytest.raises(GalleryError):
        await file.sync()
    (tmp_path / "elsewhere").rename(tmp_path / "spool")
    with pytest.raises(QueueFailed, match="is not safe"):
        await file.sync()
    file.close()


@pytest.mark.parametrize(
    ("code", "kind", "said"),
    [
        (errno.ENOSPC, NoSpace, "the disk is full"),
        (errno.EDQUOT, NoSpace, "quota"),
        (errno.EFBIG, TooLarge, "no larger file"),
        (errno.ENOENT, NotFound, "is missing"),
        (errno.EIO, QueueFailed, "Input/output error"),
        (errno.EACCES, QueueFailed, "Permission denied"),
    ],
)
def test_what_the_system_says_has_a_name(code: int, kind: type[GalleryError], said: str) -> None:
    with pytest.raises(GalleryError, match=said) as caught, named_errors(Path("/spool/file")):
        raise OSError(code, os.strerror(code))
    assert type(caught.value) is kind
    assert "/spool/file" in str(caught.value)
