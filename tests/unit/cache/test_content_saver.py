"""What cannot be stored stays in memory, within bounds."""

from pathlib import Path

import trio

from g3fs.cache.blockindex import Facts, Label
from g3fs.cache.blocks import Blocks
from g3fs.cache.blockstore import StoreOptions
from g3fs.cache.pieces import Held, Pieces, Stored
from g3fs.cache.saver import Origin, Saver
from g3fs.gallery.ids import ItemId, Version
from g3fs.gallery.items import ORIGINAL


def origin() -> Origin:
    return Origin(Label(ItemId("a"), ORIGINAL, Version("v1")), Facts())


async def saved(directory: Path, limit: int, nursery: trio.Nursery) -> tuple[Saver, Pieces]:
    """Five pieces of ten bytes after the saver has done what it can."""
    blocks = Blocks(StoreOptions(directory=directory, limit_bytes=limit), trio.CapacityLimiter(2))
    saver, pieces = Saver(blocks, nursery, unsaved_bytes=30), Pieces()
    for start in range(0, 50, 10):
        held = Held(start, bytes(10))
        pieces.add(held)
        saver.save(pieces, held, origin)
        await saver.idle()
    blocks.close()
    return saver, pieces


async def test_what_is_stored_leaves_memory(tmp_path: Path, nursery: trio.Nursery) -> None:
    _, pieces = await saved(tmp_path, 10**9, nursery)
    assert [type(piece) for piece in pieces] == [Stored] * 5


async def test_what_cannot_be_stored_is_kept_until_there_is_too_much(
    tmp_path: Path, nursery: trio.Nursery
) -> None:
    saver, pieces = await saved(tmp_path, 0, nursery)
    assert [piece.start for piece in pieces] == [20, 30, 40]
    saver.forget(pieces)
    assert len(pieces) == 0
