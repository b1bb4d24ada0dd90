import logging

import pytest

from g3fs.vfs.logbook import FOLDED_FOR_S, Folding, Logbook


@pytest.fixture
def clock():
    class Clock:
        now = 0.0

        def __call__(self):
            return self.now

    return Clock()


@pytest.fixture
def logbook(clock):
    book = Logbook(lines=3, errors=2)
    book.setFormatter(logging.Formatter("%(levelname)s %(message)s"))
    book.addFilter(Folding(clock))
    return book


def tell(book, message, *args, level=logging.WARNING):
    book.handle(logging.LogRecord("g3fs", level, __file__, 1, message, args, None))


def lines(book):
    return book.text().decode().splitlines()


def test_only_the_last_lines_are_kept(logbook):
    for number in range(5):
        tell(logbook, "line %d", number)
    assert lines(logbook) == ["WARNING line 2", "WARNING line 3", "WARNING line 4"]
    assert logbook.errors == ("WARNING line 3", "WARNING line 4")


def test_a_line_that_comes_again_is_told_once_and_counted(logbook, clock):
    for _ in range(4):
        tell(logbook, "read: %s", "gone")
    clock.now = FOLDED_FOR_S + 0.1
    tell(logbook, "read: %s", "gone")
    assert lines(logbook) == ["WARNING read: gone", "WARNING read: gone (3 times more before)"]


def test_information_is_no_error(logbook):
    tell(logbook, "mounted", level=logging.INFO)
    assert logbook.errors == ()
