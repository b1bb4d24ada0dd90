"""Deadlines and the circuit breaker, on trio's own clock."""

import logging
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack

import pytest
import trio
from trio.testing import MockClock, wait_all_tasks_blocked

from g3fs.backends.breaker import State
from g3fs.backends.guarded import Guarded, GuardOptions
from g3fs.gallery.backend import Extent
from g3fs.gallery.errors import Cancelled, NotFound, TimedOut, Unreachable
from g3fs.gallery.items import ORIGINAL, Group
from tests.fakes import ROOT, FakeBackend

NOON_S = 1_700_000_000.0
REFUSED = Unreachable("connection refused")


@pytest.fixture
def backend() -> FakeBackend:
    return FakeBackend()


@pytest.fixture
async def guarded(backend: FakeBackend) -> Guarded:
    options = GuardOptions(
        deadline_s=30, probe_deadline_s=5, wall_clock=lambda: NOON_S + trio.current_time()
    )
    return Guarded(backend, options)


@pytest.fixture
async def probing(guarded: Guarded, nursery: trio.Nursery) -> Guarded:
    nursery.start_soon(guarded.run)
    return guarded


async def opened(backend: FakeBackend, guarded: Guarded) -> None:
    backend.down = REFUSED
    for _ in range(2):
        with pytest.raises(Unreachable):
            await guarded.root()
    assert guarded.statistics().state is State.SILENT
    backend.calls.clear()


@pytest.mark.parametrize("method", ["root", "list", "stat", "details", "same_bytes", "open"])
async def test_every_call_ends_at_its_deadline(
    method: str, backend: FakeBackend, guarded: Guarded, autojump_clock: MockClock
) -> None:
    media = backend.add_media("a.jpg", b"data")
    backend.hold(method)
    calls: dict[str, Callable[[], Awaitable[object]]] = {
        "root": guarded.root,
        "list": lambda: guarded.list(ROOT),
        "stat": lambda: guarded.stat(ROOT),
        "details": lambda: guarded.details(Group.TAGS, [ROOT]),
        "same_bytes": lambda: guarded.same_bytes(media, media.version),
        "open": lambda: guarded.open(media, ORIGINAL, Extent(0)).__aenter__(),
    }

    with pytest.raises(TimedOut, match=r"gallery did not send .* within 30 s"):
        await calls[method]()

    assert trio.current_time() == 30


async def test_a_stream_is_judged_by_progress(
    backend: FakeBackend, guarded: Guarded, autojump_clock: MockClock
) -> None:
    media = backend.add_media("a.jpg", b"0123456789")
    gate = backend.delivery[media.id, ORIGINAL].gate(5)

    async with guarded.open(media, ORIGINAL, Extent(0)) as stream:
        assert await stream.read_some(5) == b"01234"
        await trio.sleep(100)
        with pytest.raises(TimedOut, match="more of item"):
            await stream.read_some(5)
        assert trio.current_time() == 130
        gate.set()

    assert backend.requests[0].closed


async def test_a_guarded_stream_tells_what_the_server_said(
    backend: FakeBackend, guarded: Guarded
) -> None:
    media = backend.add_media("a.jpg", b"0123456789")

    async with guarded.open(media, ORIGINAL, Extent(4)) as stream:
        assert (stream.offset, stream.size_bytes, stream.media_type) == (4, 10, "image/jpeg")
        assert await stream.read_some(100) == b"456789"
        assert await stream.read_some(100) == b""


async def test_one_deadline_opens_the_breaker(
    backend: FakeBackend, guarded: Guarded, autojump_clock: MockClock
) -> None:
    backend.hold("list")
    with pytest.raises(TimedOut):
        await guarded.list(ROOT)

    assert guarded.statistics().state is State.SILENT


async def test_one_refused_connection_does_not_open_the_breaker(
    backend: FakeBackend, guarded: Guarded
) -> None:
    backend.fail_next("root", REFUSED)
    with pytest.raises(Unreachable):
        await guarded.root()

    assert guarded.statistics().state is State.ANSWERING
    assert guarded.statistics().failures == 1


async def test_an_answer_between_two_refused_connections_keeps_the_breaker_closed(
    backend: FakeBackend, guarded: Guarded
) -> None:
    for _ in range(2):
        backend.fail_next("root", REFUSED)
        with pytest.raises(Unreachable):
            await guarded.root()
        backend.fail_next("root", NotFound("even a refusal is an answer"))
        with pytest.raises(NotFound):
            await guarded.root()

    assert guarded.statistics().state is State.ANSWERING


async def test_while_open_no_call_touches_the_server(
    backend: FakeBackend, guarded: Guarded
) -> None:
    media = backend.add_media("a.jpg", b"data")
    await opened(backend, guarded)

    with pytest.raises(Unreachable, match=r"is not answering since \d\d:\d\d$"):
        await guarded.list(ROOT)
    with pytest.raises(Unreachable, match="is not answering since"):
        await guarded.open(media, ORIGINAL, Extent(0)).__aenter__()

    assert backend.calls.total() == 0


async def test_it_probes_after_1_2_4_seconds_and_then_every_30(
    backend: FakeBackend, probing: Guarded, autojump_clock: MockClock
) -> None:
    await opened(backend, probing)
    moments: list[float] = []

    while len(moments) < 8:
        before = backend.calls["root"]
        await trio.sleep(0.5)
        await wait_all_tasks_blocked()
        moments += [trio.current_time()] * (backend.calls["root"] - before)

    assert moments == [1, 3, 7, 15, 31, 61, 91, 121]


async def test_after_a_deadline_it_probes_at_once_because_one_call_may_be_slow(
    backend: FakeBackend, probing: Guarded, autojump_clock: MockClock
) -> None:
    backend.hold("list")
    with pytest.raises(TimedOut):
        await probing.list(ROOT)
    await wait_all_tasks_blocked()

    assert probing.statistics().state is State.ANSWERING
    assert trio.current_time() == 30


async def test_only_one_probe_runs_and_it_has_a_short_deadline(
    backend: FakeBackend, probing: Guarded, autojump_clock: MockClock
) -> None:
    await opened(backend, probing)
    backend.down = None
    gate = backend.hold("root")

    await trio.sleep(6.5)
    assert backend.calls["root"] == 1  # begun after 1 s, given up after 6 s
    assert probing.statistics().last_error == "gallery did not answer within 5 s"
    gate.set()
    await trio.sleep(2)

    assert backend.calls["root"] == 2  # begun after 8 s
    assert probing.statistics().state is State.ANSWERING


async def test_it_closes_by_itself_and_says_so_once(
    backend: FakeBackend,
    probing: Guarded,
    autojump_clock: MockClock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    await opened(backend, probing)
    await trio.sleep(2)
    backend.down = None
    await trio.sleep(5)

    assert (await probing.root()).id == ROOT
    assert [record.levelname for record in caplog.records] == ["WARNING", "INFO"]
    assert "does not answer (connection refused)" in caplog.messages[0]
    assert caplog.messages[1] == "gallery answers again, after 3 s"


async def test_it_tells_when_the_server_is_back(
    backend: FakeBackend, probing: Guarded, autojump_clock: MockClock
) -> None:
    for _ in range(2):
        await opened(backend, probing)
        with trio.move_on_after(60):
            await probing.wait_back()
            pytest.fail("it is not back")
        backend.down = None
        with trio.fail_after(60):
            await probing.wait_back()
        await probing.root()


async def test_a_refusal_closes_the_breaker_too(
    backend: FakeBackend, probing: Guarded, autojump_clock: MockClock
) -> None:
    await opened(backend, probing)
    backend.down = NotFound("no gallery here any more")
    await trio.sleep(1.5)

    assert probing.statistics().state is State.ANSWERING


async def test_it_can_open_again(
    backend: FakeBackend, probing: Guarded, autojump_clock: MockClock
) -> None:
    for _ in range(2):
        await opened(backend, probing)
        backend.down = None
        await trio.sleep(1.5)
        assert probing.statistics().state is State.ANSWERING


async def test_a_cancelled_caller_is_no_failure(backend: FakeBackend, guarded: Guarded) -> None:
    gate = backend.hold("list")
    async with trio.open_nursery() as nursery:
        nursery.start_soon(guarded.list, ROOT)
        await wait_all_tasks_blocked()
        nursery.cancel_scope.cancel()
    gate.set()
    backend.fail_next("root", Cancelled("nobody wants it"))
    with pytest.raises(Cancelled):
        await guarded.root()

    assert guarded.statistics().failures == 0


async def test_an_old_call_that_ends_well_does_not_close_an_open_breaker(
    backend: FakeBackend, guarded: Guarded, nursery: trio.Nursery
) -> None:
    gate = backend.hold("list")
    nursery.start_soon(guarded.list, ROOT)
    await wait_all_tasks_blocked()
    await opened(backend, guarded)
    backend.down = None
    gate.set()
    await wait_all_tasks_blocked()

    assert guarded.statistics().state is State.SILENT


async def test_statistics_tell_since_when_and_why(
    backend: FakeBackend, guarded: Guarded, autojump_clock: MockClock
) -> None:
    assert guarded.statistics().since_s == NOON_S
    await trio.sleep(60)
    await opened(backend, guarded)

    statistics = guarded.statistics()
    assert statistics.since_s == NOON_S + 60
    assert statistics.failures == 2
    assert statistics.last_error == "connection refused"


async def test_another_probe_can_be_given(
    backend: FakeBackend, nursery: trio.Nursery, autojump_clock: MockClock
) -> None:
    probed = trio.Event()

    async def probe() -> None:
        await trio.lowlevel.checkpoint()
        probed.set()

    guarded = Guarded(backend, GuardOptions(), probe=probe)
    nursery.start_soon(guarded.run)
    await opened(backend, guarded)
    await probed.wait()

    assert trio.current_time() == 1
    assert backend.calls["root"] == 0


async def test_leaving_the_context_ends_the_transfer(
    backend: FakeBackend, guarded: Guarded
) -> None:
    media = backend.add_media("a.jpg", b"data")
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(guarded.open(media, ORIGINAL, Extent(0)))
        assert not backend.requests[0].closed

    assert backend.requests[0].closed
