"""Waiting for uploads: how far they are, and when it makes no sense to wait on."""

from dataclasses import replace

import pytest

from g3fs.cache.queue.record import Stage
from g3fs.cli.showing import followed
from g3fs.cli.uploads import STANDSTILL_S, until_sent
from tests.unit.cli.queues import waiting


class World:
    """A clock that only sleeping moves, and a queue that is a function of the time."""

    def __init__(self, queue):
        self.now_s = 100.0
        self.begin_s = self.now_s
        self.queue = queue

    def look(self):
        return self.queue(self.now_s - self.begin_s)

    def sleep(self, seconds):
        assert seconds > 0
        self.now_s += seconds

    def steps(self, limit_s=None):
        return list(until_sent(self.look, limit_s, lambda: self.now_s, self.sleep))

    @property
    def waited_s(self):
        return self.now_s - self.begin_s


def test_an_empty_queue_is_not_waited_for():
    world = World(lambda _: [waiting(1, Stage.FAILED), waiting(2, Stage.STAGED)])
    (only,) = world.steps()
    assert only.over
    assert len(only.files) == 2
    assert world.waited_s == 0


def test_it_ends_when_everything_is_sent():
    world = World(lambda t: [waiting(1)] if t < 20 else [])
    last = world.steps()[-1]
    assert (last.over, last.queued, last.percent) == (True, [], 100)
    assert world.waited_s < 22


def test_the_progress_counts_bytes_and_files():
    def queue(t):
        first = [replace(waiting(1), sent_bytes=int(100 * t))] if t < 10 else []
        return [*first, waiting(2)] if t < 15 else []

    percents = [step.percent for step in World(queue).steps()]
    assert percents == sorted(percents)
    assert {0, 50, 100} <= set(percents)


def test_no_limit_means_as_long_as_something_moves():
    world = World(lambda t: [replace(waiting(1), size_bytes=10**6, sent_bytes=int(t))][: t < 500])
    assert world.steps()[-1].queued == []
    assert world.waited_s > 5 * STANDSTILL_S


def test_a_queue_that_stands_still_is_given_up():
    world = World(lambda t: [waiting(1), waiting(2)] if t < 10 else [waiting(2)])
    last = world.steps()[-1]
    assert [file.id for file in last.queued] == [waiting(2).id]
    assert STANDSTILL_S <= world.waited_s <= STANDSTILL_S + 12


def test_an_upload_that_begins_again_and_again_is_no_progress():
    world = World(lambda t: [replace(waiting(1), sent_bytes=int(100 * t) % 1000)])
    assert world.steps()[-1].queued
    assert world.waited_s <= STANDSTILL_S + 12


@pytest.mark.parametrize("limit_s", [0.0, 0.05, 7.0])
def test_a_limit_holds_whatever_moves(limit_s):
    world = World(lambda t: [replace(waiting(1), sent_bytes=int(10 * t))])
    assert world.steps(limit_s)[-1].over
    assert world.waited_s == pytest.approx(limit_s)


def test_away_from_a_terminal_each_change_is_a_line(capsys):
    world = World(lambda t: [waiting(1), waiting(2)] if t < 3 else [waiting(2)] if t < 9 else [])
    last = followed(until_sent(world.look, None, lambda: world.now_s, world.sleep))
    assert last.over
    assert capsys.readouterr().out.splitlines() == [
        "Sending 2 files ... 0 %",
        "Sending 1 file ... 50 %",
    ]
