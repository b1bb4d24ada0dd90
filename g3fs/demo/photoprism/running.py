"""Runs an index or an import: one at a time, told to listeners, sometimes cancelled."""

from collections.abc import Iterator
from contextlib import contextmanager

from g3fs.demo.photoprism.collecting import refresh_albums
from g3fs.demo.photoprism.indexing import Report
from g3fs.demo.photoprism.rendering.photos import photo_row
from g3fs.demo.photoprism.replies import refused_bare
from g3fs.demo.photoprism.state import State
from g3fs.demo.photoprism.times import SECOND


def run_index(state: State, path: str, *, rescan: bool = False) -> Report:
    """Look at everything below a folder of the originals."""
    with state.lock:
        state.written_at = None
        report = state.indexer.index(path, rescan=rescan)
        refresh_albums(state.catalog, rescan=rescan)
        tell_report(state, report)
    return report


def index_if_due(state: State) -> None:
    """Index after a while of quiet, where that is switched on."""
    quiet = state.options.auto_index_s
    if quiet is None or state.written_at is None:
        return
    if state.clock() - state.written_at >= quiet * SECOND and not state.work.busy.locked():
        run_index(state, "")


@contextmanager
def one_at_a_time(state: State) -> Iterator[None]:
    """Refused: another index or import is running; nothing was done."""
    if not state.work.busy.acquire(blocking=False):
        raise refused_bare(500, "Already running")
    state.work.cancelled.clear()
    try:
        yield
    finally:
        state.work.busy.release()


def tell_report(state: State, report: Report) -> None:
    """Publish what an index found."""
    for event, uids in (("photos.created", report.created), ("photos.updated", report.updated)):
        rows = [
            photo_row(photo, files[:1], merged=False, caption=state.caption)
            for uid in dict.fromkeys(uids)
            if (photo := state.catalog.photos.get(uid)) is not None
            and (files := state.catalog.files_of(photo))
        ]
        if rows:
            state.events.tell(event, entities=rows)
    if report.deleted:
        state.events.tell("photos.deleted", entities=report.deleted)
    if report.created:
        state.events.tell("count.photos", count=len(report.created))
