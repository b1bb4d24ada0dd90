"""Blocks on disk: a hard cap, the oldest go first, and damage is a miss."""

import shutil
import subprocess
import sys
import zlib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
import trio

from g3fs.cache.blockfiles import BlockMissing
from g3fs.cache.blockindex import Block, Facts, Label, Totals, taken_bytes
from g3fs.cache.blocks import Blocks
from g3fs.cache.blockstore import LAYOUT, BlockStore, DiskUsage, StoreOptions
from g3fs.cache.pieces import Stored
from g3fs.gallery.ids import ItemId, Version
from g3fs.gallery.items import ORIGINAL

KIB = 1024
FACTS = Facts(told=None, size=None, ranges=None)

Opener = Callable[..., BlockStore]


def label(item: str, version: str = "v1") -> Label:
    return Label(ItemId(item), ORIGINAL, Version(version))


def empty_disk(_: Path) -> tuple[int, int, int]:
    return (10**12, 0, 10**12)


@pytest.fixture
def opener(tmp_path: Path) -> Opener:
    def open_store(limit: int = 10**9, disk_usage: DiskUsage = empty_disk) -> BlockStore:
        options = StoreOptions(directory=tmp_path, limit_bytes=limit, disk_usage=disk_usage)
        return BlockStore(options)

    return open_store


def on_disk(directory: Path) -> int:
    """What all block files take, in whole pages."""
    return sum(taken_bytes(path.stat().st_size) for path in directory.glob(f"{LAYOUT}/??/*"))


def items(store: BlockStore, names: str) -> str:
    """Which of the items, one letter each, have a block."""
    return "".join(name for name in names if store.remembered(ItemId(name), ORIGINAL))


def put(store: BlockStore, item: str, data: bytes = b"x" * 64 * KIB, start: int = 0) -> Block:
    block = store.put(label(item), FACTS, start, data)
    assert block is not None
    return block


def test_a_stored_block_is_remembered_after_a_restart(opener: Opener) -> None:
    store = opener()
    facts = Facts(told=9, size=5, ranges=False)
    block = store.put(label("a"), facts, 3, b"bytes")
    store.close()

    (remembered,) = opener().remembered(ItemId("a"), ORIGINAL)

    assert remembered.label == label("a")
    assert remembered.facts == facts
    assert remembered.blocks == (block,)


def test_the_cap_is_kept_at_every_moment(opener: Opener, tmp_path: Path) -> None:
    limit = 200 * KIB
    store = opener(limit)
    for n in range(40):
        store.put(label(f"item {n}"), FACTS, 0, bytes([n]) * (n * 2000 + 1))
        assert on_disk(tmp_path) <= limit
        assert store.totals_seen.taken_bytes == on_disk(tmp_path)


def test_what_is_larger_than_the_cap_is_not_stored_and_evicts_nothing(opener: Opener) -> None:
    store = opener(100 * KIB)
    put(store, "a")
    assert store.put(label("b"), FACTS, 0, bytes(101 * KIB)) is None
    assert items(store, "ab") == "a"


def test_the_block_not_used_for_longest_goes_first(opener: Opener) -> None:
    store = opener(3 * 64 * KIB)
    blocks = {name: put(store, name) for name in "abc"}
    store.touch([blocks["a"].number])
    put(store, "d")
    assert items(store, "abcd") == "acd"
    put(store, "e")
    assert items(store, "acde") == "ade"


def test_small_files_take_one_page_each(opener: Opener) -> None:
    store = opener()
    for n in range(10):
        put(store, f"thumb {n}", b"x" * 3000)
    assert store.totals_seen.taken_bytes == 10 * 4096


def test_a_part_of_the_disk_stays_free(opener: Opener, tmp_path: Path) -> None:
    free = 60 * KIB  # of 1000 KiB: 50 must stay

    def disk_usage(_: Path) -> tuple[int, int, int]:
        return (1000 * KIB, 0, free - on_disk(tmp_path))

    store = opener(disk_usage=disk_usage)
    put(store, "a", b"x" * 8 * KIB)
    put(store, "b", b"x" * 8 * KIB)
    assert items(store, "ab") == "b"
    free = 40 * KIB
    assert store.put(label("c"), FACTS, 0, b"x") is None


def test_dropping_a_version_leaves_the_others(opener: Opener) -> None:
    store = opener()
    store.put(label("a", "v1"), FACTS, 0, b"one")
    store.put(label("a", "v2"), FACTS, 0, b"two")
    store.drop(label("a", "v1"))
    assert [known.label.version for known in store.remembered(ItemId("a"), ORIGINAL)] == ["v2"]


def test_blocks_go_by_another_version_without_being_written_again(opener: Opener) -> None:
    store = opener()
    block = put(store, "a")
    store.relabel(label("a", "v1"), label("a", "v2"))
    (known,) = store.remembered(ItemId("a"), ORIGINAL)
    assert (known.label.version, known.blocks) == ("v2", (block,))


def test_a_deleted_directory_is_made_again(opener: Opener, tmp_path: Path) -> None:
    store = opener()
    before = put(store, "a")
    shutil.rmtree(tmp_path)
    assert store.remembered(ItemId("a"), ORIGINAL) == []
    after = put(store, "a")
    assert store.path(after.number).exists()
    assert after.number != before.number


def test_a_damaged_index_is_replaced_by_an_empty_one(
    opener: Opener, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store = opener()
    put(store, "a")
    store.close()
    (tmp_path / LAYOUT / "index.db").write_bytes(b"no database" * 1000)

    store = opener()
    assert store.remembered(ItemId("a"), ORIGINAL) == []
    put(store, "b")

    assert items(store, "ab") == "b"
    assert "index was damaged" in caplog.text


def test_a_directory_that_cannot_be_written_means_no_caching(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("in the way")
    options = StoreOptions(directory=tmp_path / "file", limit_bytes=10**9)
    store = BlockStore(options)
    assert store.put(label("a"), FACTS, 0, b"x") is None
    assert store.put(label("a"), FACTS, 0, b"x") is None
    assert store.remembered(ItemId("a"), ORIGINAL) == []
    assert len(caplog.records) == 1


def test_files_that_no_block_owns_are_swept(opener: Opener, tmp_path: Path) -> None:
    store = opener()
    block = put(store, "a")
    orphan = tmp_path / LAYOUT / "07" / "7"
    orphan.parent.mkdir(exist_ok=True)
    orphan.write_bytes(b"left by a crash")
    store.sweep()
    assert not orphan.exists()
    assert store.path(block.number).exists()


def test_a_block_that_another_process_evicts_while_it_is_written_leaves_nothing(
    tmp_path: Path,
) -> None:
    options = StoreOptions(directory=tmp_path, limit_bytes=10**9, disk_usage=empty_disk)

    class Overtaken(BlockStore):
        def _write(self, number: int, data: bytes) -> None:
            BlockStore(options).remove(number)
            super()._write(number, data)

    assert Overtaken(options).put(label("a"), FACTS, 0, b"x") is None
    assert on_disk(tmp_path) == 0


def test_a_file_is_taken_as_it_is_and_outlives_its_first_name(
    opener: Opener, tmp_path: Path
) -> None:
    store, path = opener(), tmp_path / "sent"
    path.write_bytes(b"bytes")
    block = store.take(label("a"), Facts(told=5, size=5), path)
    assert block is not None
    path.unlink()
    store.sweep()
    assert store.path(block.number).read_bytes() == b"bytes"
    (remembered,) = opener().remembered(ItemId("a"), ORIGINAL)
    assert remembered.blocks == (block,)
    assert (block.length, block.crc) == (5, zlib.crc32(b"bytes"))


def test_a_file_of_another_size_or_that_is_gone_is_not_taken(
    opener: Opener, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store, path = opener(), tmp_path / "sent"
    path.write_bytes(b"bytes")
    assert store.take(label("a"), Facts(told=4, size=4), path) is None
    assert store.take(label("a"), Facts(told=5, size=5), tmp_path / "nowhere") is None
    assert items(store, "a") == ""
    assert not caplog.records


def test_a_file_that_can_have_no_second_name_is_not_taken_and_leaves_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    class OnAnotherDisk(BlockStore):
        def path(self, number: int) -> Path:
            return Path(f"/proc/self/{number}")

    (tmp_path / "sent").write_bytes(b"bytes")
    store = OnAnotherDisk(StoreOptions(directory=tmp_path / "cache", limit_bytes=10**9))
    assert store.take(label("a"), Facts(told=5, size=5), tmp_path / "sent") is None
    assert items(store, "a") == ""
    assert store.totals_seen == Totals(0, 0)
    assert not caplog.records


WRITER = """
import sys
import zlib
from pathlib import Path
from g3fs.cache.blockindex import Facts, Label
from g3fs.cache.blockstore import BlockStore, StoreOptions
from g3fs.gallery.items import ORIGINAL
store = BlockStore(StoreOptions(directory=Path(sys.argv[1]), limit_bytes=int(sys.argv[2])))
for n in range(60):
    store.put(Label(f"{sys.argv[3]} {n}", ORIGINAL, "v1"), Facts(), 0, bytes([n]) * 20_000)
"""


def test_two_processes_share_a_directory_and_keep_its_cap(opener: Opener, tmp_path: Path) -> None:
    limit = 500 * KIB
    command = [sys.executable, "-c", WRITER, str(tmp_path), str(limit)]
    writers = [subprocess.Popen([*command, name]) for name in ("first", "second")]
    assert [writer.wait(60) for writer in writers] == [0, 0]

    store = opener(limit)
    store.sweep()
    assert 400 * KIB < store.totals_seen.taken_bytes == on_disk(tmp_path) <= limit
    kept = [
        name for name in ("first", "second") if store.remembered(ItemId(f"{name} 59"), ORIGINAL)
    ]
    assert kept


@pytest.fixture
def blocks(tmp_path: Path) -> Blocks:
    options = StoreOptions(directory=tmp_path, limit_bytes=10**9, disk_usage=empty_disk)
    return Blocks(options, trio.CapacityLimiter(2))


async def stored(blocks: Blocks, data: bytes, start: int = 0) -> Stored:
    block = await blocks.put(label("a"), FACTS, start, data)
    assert block is not None
    return Stored(block)


async def test_a_block_is_read_at_once_after_it_was_read_before(blocks: Blocks) -> None:
    piece = await stored(blocks, b"0123456789", start=100)
    assert blocks.read_now(piece, 102, 3) is None
    assert await blocks.read(piece, 102, 3) == b"234"
    assert blocks.read_now(piece, 102, 3) in (b"234", None)  # None: not in the page cache
    blocks.close()


async def test_a_damaged_block_is_a_miss_and_is_removed(blocks: Blocks, tmp_path: Path) -> None:
    piece = await stored(blocks, b"0123456789")
    path = the_file(tmp_path)
    path.write_bytes(b"012345678X")
    with pytest.raises(BlockMissing):
        await blocks.read(piece, 0, 5)
    assert not path.exists()
    assert await blocks.remembered(ItemId("a"), ORIGINAL) == []
    blocks.close()


async def test_a_block_whose_file_is_gone_is_a_miss(blocks: Blocks, tmp_path: Path) -> None:
    piece = await stored(blocks, b"0123456789")
    path = the_file(tmp_path)
    path.unlink()
    with pytest.raises(BlockMissing):
        await blocks.read(piece, 0, 5)
    blocks.close()


async def test_an_open_block_is_read_although_another_process_evicted_it(
    blocks: Blocks, tmp_path: Path
) -> None:
    piece = await stored(blocks, b"0123456789")
    await blocks.read(piece, 0, 1)
    path = the_file(tmp_path)
    path.unlink()
    assert await blocks.read(piece, 5, 5) == b"56789"
    blocks.close()


async def test_no_more_files_stay_open_than_allowed(blocks: Blocks) -> None:
    before = open_files()
    for n in range(100):
        await blocks.read(await stored(blocks, b"x" * 10, start=n * 10), n * 10, 10)
    assert open_files() - before <= 64 + 4  # and the index
    blocks.close()


def the_file(directory: Path) -> Path:
    """The one block file that there is."""
    (path,) = directory.glob(f"{LAYOUT}/??/*")
    return path


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def open_names() -> list[str]:
    """Of all open files, as the kernel tells them: with "(deleted)" when they have none."""
    names = []
    for fd in Path("/proc/self/fd").iterdir():
        with suppress(FileNotFoundError):  # the directory that is being listed
            names.append(str(fd.readlink()))
    return names


async def test_reading_a_block_saves_it_from_eviction(tmp_path: Path) -> None:
    options = StoreOptions(directory=tmp_path, limit_bytes=3 * 4096, disk_usage=empty_disk)
    blocks = Blocks(options, trio.CapacityLimiter(2))
    first = await stored(blocks, b"first", start=0)
    second = await stored(blocks, b"second", start=10)
    await stored(blocks, b"third", start=20)
    await blocks.read(first, 0, 5)
    await blocks.note_uses()
    await stored(blocks, b"fourth", start=30)
    assert await blocks.read(first, 0, 5) == b"first"
    with pytest.raises(BlockMissing):
        await blocks.read(second, 10, 6)
    blocks.close()


async def test_an_evicted_block_takes_no_room_by_being_open(tmp_path: Path) -> None:
    options = StoreOptions(directory=tmp_path, limit_bytes=3 * 4096, disk_usage=empty_disk)
    blocks = Blocks(options, trio.CapacityLimiter(2))
    for n in range(9):
        await blocks.read(await stored(blocks, b"x" * 10, start=n * 10), n * 10, 10)
    assert not [name for name in open_names() if str(tmp_path) in name and "deleted" in name]
    blocks.close()
