"""Records for the tests, and queues with records and data in them."""

from contextlib import AsyncExitStack
from pathlib import Path

from g3fs.cache.queue.queue import Queue, open_queue
from g3fs.cache.queue.record import Record, Stage
from g3fs.gallery.ids import ItemId
from g3fs.tasks.threads import Threads

NOW_S = 1_700_000_000


def record(**changes) -> Record:
    values = {
        "id": "00",
        "sequence": 1,
        "stage": Stage.QUEUED,
        "album": ItemId("album"),
        "name": "a.jpg",
        "data": "0" * 32,
        "size_bytes": 4,
    }
    return Record(**(values | changes))


async def add(queue: Queue, name: str, data: bytes = b"data", **changes) -> Record:
    """A record with synced data, put."""
    file = await queue.create()
    await file.write(0, data)
    await file.sync()
    file.close()
    given = {"data": file.name, "size_bytes": len(data), "name": name} | changes
    given.setdefault("id", queue.new_record_id())
    if "sequence" not in given:
        given["sequence"] = queue.next_sequence()
    added = record(**given)
    await queue.put(added)
    return added


async def contents(queue: Queue) -> list[tuple[str, bytes]]:
    """Names and bytes of all records, sorted; every spool file belongs to one of them."""
    found = []
    for it in queue.records.values():
        if it.data:
            file = await queue.open(it.data)
            found.append((it.name, await file.read(0, it.size_bytes + 1)))
            file.close()
        else:
            found.append((it.name, b""))
    names = {path.name for path in (queue.directory / "spool").iterdir()}
    records = queue.records.values()
    assert names == {name for it in records for name in (it.data, it.carried) if name}
    return sorted(found)


async def fill(parent: Path, *names: tuple[str, ...]) -> None:
    """As many directories as tuples, each with files of these names, made by mounts at once."""
    async with AsyncExitStack() as opened:
        for several in names:
            queue = await opened.enter_async_context(open_queue(parent, Threads()))
            for name in several:
                await add(queue, name, name.encode())
