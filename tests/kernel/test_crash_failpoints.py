"""Uploads whose mount is killed at every step of the journal end on the server exactly once.

Each case mounts with a failpoint, works until the mount kills itself there, mounts again, and
compares; then what had failed is done again by hand.
"""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.kernel.crashing import ALBUM, OLD, Job, Scene, digest, library, photo, wait_for_death
from tests.kernel.support import run

COPY = 'cp "$1" "$2"'
COPY_WITH_TAGS = 'cp --preserve=xattr "$1" "$2"'
RSYNC = 'rsync -a "$1" "$2"'
RENAME_AWAY = 'mv "$2" "$2~" && cp "$1" "$2" && rm "$2~"'
"""As mogrify does."""
AFTER_RENAMING_AWAY = 'cp "$1" "$2" && rm -f "$2~"'

JOBS = {
    "new": [Job(name=f"new-{number}.jpg", tool=COPY) for number in range(3)],
    "over": [Job(name=name, tool=COPY) for name in OLD[:3]],
    "rsync": [Job(name=name, tool=RSYNC) for name in ("new.jpg", *OLD[:2])],
    "renamed away": [
        Job(name=name, tool=RENAME_AWAY, again=AFTER_RENAMING_AWAY) for name in OLD[:3]
    ],
    "tagged": [
        Job(name=f"new-{number}.jpg", tool=COPY_WITH_TAGS, tagged=True) for number in range(3)
    ],
}
"""What is done on one mount: three uploads, one after the other."""

CLOSE, BACKGROUND = "upload=close", "upload=background"

KILLS = {
    "new": {
        CLOSE: [
            "spool.after_sync:2",
            "journal.before_put:2",
            "journal.after_put:2",
            "upload.after_mark:1",
            "upload.before_send:3",
            "upload.after_send:3",
            "upload.after_note:2",
            "journal.before_remove:2",
            "journal.after_remove:3",
        ],
        BACKGROUND: ["journal.before_put:4", "journal.after_put:1", "upload.after_send:2"],
    },
    "over": {
        CLOSE: ["journal.after_put:2", "replace.after_send:1", "journal.before_remove:3"],
        BACKGROUND: ["replace.after_send:2"],
    },
    "rsync": {
        CLOSE: [
            "spool.after_sync:1",
            "journal.before_put:2",
            "journal.before_put:3",
            "journal.after_put:4",
            "upload.after_send:1",
            "replace.after_send:2",
        ],
        BACKGROUND: ["journal.after_put:3", "replace.after_send:1"],
    },
    "renamed away": {
        CLOSE: [
            "journal.after_put:1",
            "journal.before_put:2",
            "replace.after_backup:1",
            "journal.after_remove:1",
            "replace.after_send:2",
        ],
        BACKGROUND: ["replace.after_send:2", "journal.after_remove:2"],
    },
    "tagged": {
        CLOSE: ["upload.after_note:2", "attributes.after_apply:1", "attributes.after_apply:4"],
        BACKGROUND: ["attributes.after_apply:3"],
    },
}
"""Where the mount is killed: at which occurrence of which failpoint."""

AT_ONCE = 4
"""Mounts; much of the time they wait for processes to start, or for the server to settle."""


@pytest.mark.parametrize("jobs", KILLS)
def test_the_next_mount_goes_on_with_what_a_killed_one_left(mount, serve, tmp_path, jobs):
    kills = [(options, name) for options, names in KILLS[jobs].items() for name in names]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        killed = [
            pool.submit(
                _kill,
                JOBS[jobs],
                options,
                Scene(mount, serve(library=library()), tmp_path / options / failpoint),
                failpoint,
            )
            for options, failpoint in kills
        ]
        for each in killed:
            each.result()


@pytest.mark.parametrize(
    ("jobs", "failpoint", "then"),
    [
        ("new", "upload.after_send:2", "upload.after_note:1"),
        ("rsync", "upload.after_note:1", "journal.after_remove:1"),
        ("renamed away", "replace.after_backup:1", "replace.after_send:1"),
        ("tagged", "upload.after_note:1", "attributes.after_apply:1"),
    ],
)
def test_a_mount_that_is_killed_while_it_goes_on_leaves_it_to_the_next(
    mount, serve, tmp_path, jobs, failpoint, then
):
    scene = Scene(mount, serve(library=library()), tmp_path / "scene")
    _kill(JOBS[jobs], CLOSE, scene, failpoint, then)


@pytest.mark.parametrize(
    ("failpoint", "kept"), [("journal.before_put:3", "first"), ("journal.after_put:3", "second")]
)
def test_a_file_that_waits_is_there_until_its_successor_is(mount, serve, tmp_path, failpoint, kept):
    scene = Scene(mount, serve(library=library()), tmp_path / "scene")
    sources = {name: tmp_path / name for name in ("first", "second")}
    for name, source in sources.items():
        source.write_bytes(photo(name))
    victim = scene.mount(BACKGROUND, failpoint=failpoint)
    run("ls", scene.album).ok()
    scene.server.hang_up()
    run("cp", sources["first"], scene.album / "new.jpg").ok()
    run("rsync", sources["second"], scene.album / "new.jpg")
    wait_for_death(victim)
    scene.server.listen()
    mounted = scene.mount(BACKGROUND)
    scene.settle()
    now = scene.server.site.snapshot()
    assert now[f"{ALBUM}/new.jpg"].sha256 == digest(photo(kept)), mounted.log
    assert len(now) == len(OLD) + 3
    assert mounted.unmount() == 0


def _kill(jobs: list[Job], options: str, scene: Scene, failpoint: str, *then: str) -> None:
    victim = scene.mount(options, failpoint=failpoint)
    done = scene.bring(jobs)
    wait_for_death(victim)
    for failpoint in then:
        wait_for_death(scene.mount(options, failpoint=failpoint, wait=False))
    scene.recover(jobs, done, options)
