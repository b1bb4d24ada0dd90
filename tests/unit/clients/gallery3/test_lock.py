"""Readers and writers of the structure exclude each other."""

import threading
from contextlib import ExitStack

import pytest

from g3fs.clients.gallery3.lock import ThreadStructure
from g3fs.gallery.errors import TimedOut


def in_thread(call) -> BaseException | None:
    """What a call in another thread raised."""
    caught: list[BaseException] = []

    def run() -> None:
        try:
            with call():
                pass
        except TimedOut as exc:
            caught.append(exc)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    return caught[0] if caught else None


def test_readers_do_not_exclude_each_other():
    lock = ThreadStructure(0.01)
    with lock.reading():
        assert in_thread(lock.reading) is None


def test_a_reader_keeps_writers_out():
    lock = ThreadStructure(0.01)
    with lock.reading():
        assert isinstance(in_thread(lock.writing), TimedOut)
    assert in_thread(lock.writing) is None


def test_a_writer_keeps_everybody_out():
    lock = ThreadStructure(0.01)
    with lock.writing():
        assert isinstance(in_thread(lock.reading), TimedOut)
        assert isinstance(in_thread(lock.writing), TimedOut)
    assert in_thread(lock.reading) is None


def test_the_writer_may_read_and_write_again():
    lock = ThreadStructure(0.01)
    with lock.writing(), lock.reading(), lock.writing():
        pass
    assert in_thread(lock.writing) is None


def test_a_waiting_writer_goes_before_new_readers():
    lock = ThreadStructure(5)
    order: list[str] = []
    waiting = threading.Event()

    def write() -> None:
        waiting.set()
        with lock.writing():
            order.append("writer")

    def read() -> None:
        with lock.reading():
            order.append("reader")

    with ExitStack() as hold:
        hold.enter_context(lock.reading())
        writer = threading.Thread(target=write)
        writer.start()
        waiting.wait()
        while not lock.writer_waits:
            waiting.wait(0.001)
        reader = threading.Thread(target=read)
        reader.start()
    writer.join()
    reader.join()
    assert order == ["writer", "reader"]


def test_an_exception_gives_the_lock_back():
    lock = ThreadStructure(0.01)
    with pytest.raises(KeyError), lock.writing():
        raise KeyError
    assert in_thread(lock.writing) is None


def test_a_reader_that_waited_for_a_writer_goes_before_the_next_writer():
    lock = ThreadStructure(5)
    order: list[str] = []

    def write() -> None:
        with lock.writing():
            order.append("writer")

    def read() -> None:
        with lock.reading():
            order.append("reader")

    with lock.writing():
        threads = [threading.Thread(target=write), threading.Thread(target=read)]
        for thread in threads:
            thread.start()
        while not (lock.writer_waits and lock.reader_waits):
            threading.Event().wait(0.001)
    for thread in threads:
        thread.join()
    assert order == ["reader", "writer"]


def test_readers_that_gave_up_keep_no_writer_waiting():
    lock = ThreadStructure(0.05)
    with lock.writing():
        assert isinstance(in_thread(lock.reading), TimedOut)
    assert in_thread(lock.writing) is None


def test_who_waits_for_his_turn_tells_so():
    lock = ThreadStructure(20)
    held = threading.Event()
    enough = threading.Event()

    def hold() -> None:
        with lock.writing():
            held.set()
            enough.wait()

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait()
    with lock.writing(enough.set):
        assert enough.is_set()
    holder.join()
