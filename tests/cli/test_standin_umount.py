"""Unmounting a mount that has something to send."""

import os
import signal

from tests.cli.scenes import FAILED, LIMIT_S, QUEUED, STAGED, on_a_terminal
from tests.kernel.support import mounted_device
from tests.unit.cli.queues import waiting


def test_unmounting_waits_until_everything_is_sent(g3fs, scene):
    place = scene.mount([QUEUED, waiting(2)], [waiting(2)], [waiting(2)], [])
    done = g3fs("umount", place).ok()
    assert done.stdout.splitlines() == ["Sending 2 files ... 0 %", "Sending 1 file ... 50 %"]
    assert mounted_device(place) is None


def test_on_a_terminal_the_uploads_are_a_bar(g3fs, scene):
    place = scene.mount([QUEUED, waiting(2)], [waiting(2)], [waiting(2)], [])
    done = on_a_terminal(g3fs, "umount", place).ok()
    assert "Sending 1 file ..." in done.stdout
    assert "━" in done.stdout
    assert mounted_device(place) is None


def test_unmounting_tells_what_is_left(g3fs, scene):
    place = scene.mount([waiting(2, reason="server away"), FAILED, STAGED])
    done = g3fs("umount", place, "--timeout", "0.3")
    assert done.returncode == 6
    assert {line.partition(": ")[2] for line in done.stdout.splitlines()} == {
        "album/2.jpg: server away",
        "album/1.jpg: no JPEG",
        "album/.x.jpg.part",
    } | {""}
    assert "2 files did not get to the server" in done.stderr
    assert mounted_device(place) is None


def test_unmounting_with_no_time_does_not_wait(g3fs, scene):
    place = scene.mount([QUEUED])
    done = g3fs("umount", place, "--timeout", "0")
    assert (done.returncode, mounted_device(place)) == (6, None)


def test_what_stays_here_on_purpose_is_no_failure_of_unmounting(g3fs, scene):
    done = g3fs("umount", scene.mount([STAGED])).ok()
    assert ".x.jpg.part" in done.stdout


def test_a_mount_that_hangs_can_be_unmounted_all_the_same(g3fs, scene):
    place = scene.mount([QUEUED])
    os.kill(scene.mounted.process.pid, signal.SIGSTOP)
    try:
        done = g3fs("umount", place, timeout=20)
        assert "does not answer" in done.stderr
        assert mounted_device(place) is None
        assert done.seconds < 15
    finally:
        os.kill(scene.mounted.process.pid, signal.SIGCONT)


def test_who_interrupts_the_waiting_keeps_the_mount(g3fs, scene):
    place = scene.mount([QUEUED])
    with g3fs.start("umount", place) as process:
        assert "Sending" in process.stdout.readline()
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=LIMIT_S)
    assert (process.returncode, err.strip()) == (130, "g3fs: interrupted")
    assert mounted_device(place) is not None
