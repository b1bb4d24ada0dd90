"""The queue against a dictionary: put, remove and open again, in any order."""

from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from g3fs.cache.queue.queue import Queue, open_queue
from g3fs.cache.queue.record import Record, Stage
from g3fs.tasks.threads import Threads
from tests.unit.cache.queue.drafts import NOW_S, add, contents

IDS = st.sampled_from(["a", "b", "c"])


@dataclass(frozen=True)
class Put:
    id: str
    stage: Stage
    data: bytes


@dataclass(frozen=True)
class Restage:
    id: str
    stage: Stage
    durable: bool


@dataclass(frozen=True)
class Remove:
    id: str


@dataclass(frozen=True)
class Reopen:
    pass


STAGES = st.sampled_from([Stage.OPEN, Stage.STAGED, Stage.QUEUED, Stage.FAILED])
OPERATIONS = st.lists(
    st.builds(Put, IDS, STAGES, st.sampled_from([b"", b"1", b"22"]))
    | st.builds(Restage, IDS, STAGES, st.booleans())
    | st.builds(Remove, IDS)
    | st.builds(Reopen),
    max_size=20,
)


async def apply(queue: Queue, model: dict[str, tuple[Record, bytes]], operation: object) -> None:
    match operation:
        case Put(record_id, stage, data):
            old = model.get(record_id)
            added = await add(queue, record_id, data, id=record_id, stage=stage)
            model[record_id] = (added, data)
            if old is not None and old[1]:  # what was empty is left for the opening to sweep
                await queue.discard(old[0].data)
        case Restage(record_id, stage, durable) if record_id in model:
            before, data = model[record_id]
            model[record_id] = (replace(before, stage=stage), data)
            await queue.put(model[record_id][0], durable)
        case Remove(record_id):
            await queue.remove(record_id)
            model.pop(record_id, None)


def ended(model: dict[str, tuple[Record, bytes]]) -> dict[str, tuple[Record, bytes]]:
    """What is left when the mount ends."""
    left = {}
    for record_id, (it, data) in model.items():
        if it.stage is not Stage.OPEN:
            left[record_id] = (it, data)
        elif data:
            reason = "was still being written when the mount ended"
            failed = replace(it, stage=Stage.FAILED, reason=reason, refused_s=NOW_S)
            left[record_id] = (failed, data)
    return left


@settings(deadline=None)  # the disk may be busy
@given(operations=OPERATIONS)
async def test_the_queue_does_what_a_dictionary_does(operations, tmp_path_factory) -> None:
    parent: Path = tmp_path_factory.mktemp("queue")
    model: dict[str, tuple[Record, bytes]] = {}
    async with AsyncExitStack() as opened:
        queue = await opened.enter_async_context(open_queue(parent, Threads(), lambda: NOW_S))
        for operation in [*operations, Reopen()]:
            if operation == Reopen():
                await opened.aclose()
                queue = await opened.enter_async_context(
                    open_queue(parent, Threads(), lambda: NOW_S)
                )
                model = ended(model)
                assert await contents(queue) == sorted((it, data[1]) for it, data in model.items())
            await apply(queue, model, operation)
            assert queue.records == {it: record for it, (record, _) in model.items()}
        assert queue.directory == parent / "queue-1"
