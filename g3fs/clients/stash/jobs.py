"""Work that the server does in the background: the resources `jobs` and `library`."""

from collections.abc import Callable, Sequence

from g3fs.clients.stash.api import Api, Ending
from g3fs.clients.stash.documents import Call
from g3fs.clients.stash.wire import inputs
from g3fs.clients.stash.wire.fields import Fields, id_from
from g3fs.clients.stash.wire.jobs import (
    CLEAN,
    FIND_JOB,
    JOB_QUEUE,
    SCAN,
    STOP_JOB,
    WireJob,
    clean_input,
    job_from,
    scan_input,
)
from g3fs.gallery.errors import Cancelled, NotFound, ServerError, TimedOut
from g3fs.http.cancel import Cancel
from g3fs.http.retry import Pace

_FIRST_PAUSE_S = 0.05
"""A scan of a small directory without news takes 20 ms."""
_LONGEST_PAUSE_S = 2.0


class Jobs:
    """What the server is doing, one job at a time."""

    def __init__(self, api: Api, pace: Pace) -> None:
        self._api = api
        self._pace = pace

    def get(self, number: int) -> WireJob:
        """A job that waits, runs, or is among the last ten that ended.

        Raises:
            NotFound: the server does not know it, or no more.
        """
        return self._job(number, None)

    def queue(self) -> tuple[WireJob, ...]:
        """Those that wait or run."""
        return tuple(map(job_from, self._api.records(JOB_QUEUE)))

    def stop(self, number: int) -> None:
        """Ask for the end of a job; one that does not exist is no error."""
        self._api.done(STOP_JOB, job_id=str(number))

    def wait(
        self,
        number: int,
        *,
        progress: Callable[[WireJob], None] | None = None,
        timeout_s: float = 3600.0,
        cancel: Cancel | None = None,
    ) -> WireJob:
        """Wait until a job is finished.

        `progress` is told its state after each look. `cancel` gives up waiting; the job goes on.

        Raises:
            ServerError: the job failed.
            Cancelled: the job was stopped, or waiting for it was given up.
            NotFound: the server has forgotten it: it was restarted, or ten others ended since.
            TimedOut: it is not over in time, and goes on.
        """
        until = self._pace.clock() + timeout_s
        pause_s = _FIRST_PAUSE_S
        while True:
            job = self._job(number, cancel)
            if progress is not None:
                progress(job)
            if job.over:
                return _finished(job)
            if self._pace.clock() + pause_s > until:
                raise TimedOut(f"{job.description or 'the job'} is not over after {timeout_s:g} s")
            self._pace.sleep(pause_s)
            if cancel is not None:
                cancel.check()
            pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)

    def _job(self, number: int, cancel: Cancel | None) -> WireJob:
        call = Call(FIND_JOB, {"input": inputs.job(number)})
        value = self._api.values([call], Ending(cancel=cancel))[0]
        if value is None:
            raise NotFound(f"Stash knows no job {number}, or has forgotten it")
        return job_from(Fields(value, FIND_JOB.name))


class Library:
    """Making the server look at its disk; the answers are ids for `jobs.wait`."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def scan(
        self, paths: Sequence[str] | None, *, rescan: bool = False, generate: bool = False
    ) -> int:
        """metadataScan: files that are new or changed become known; nothing is forgotten.

        Args:
            paths: directories or files on the server; None: all libraries. Outside of these
                nothing happens, without an error.
            rescan: read unchanged files again too (65 ms each); from v0.26.
            generate: make thumbnails at once, not when they are first asked for.

        Raises:
            Invalid: an empty list.
            BadName: a path is not UTF-8, which cannot be said: scan the directory above.
        """
        body = scan_input(paths, rescan=rescan, generate=generate)
        return id_from(self._api.value(SCAN, input=body), "the job")

    def clean(self, paths: Sequence[str] | None, *, dry_run: bool = False) -> int:
        """metadataClean: what is gone from the disk is forgotten, **with all its tags and texts**.

        Args:
            paths: directories on the server; None: all libraries.
            dry_run: only write into the log of the server what would be forgotten.

        Raises:
            Invalid: an empty list.
        """
        return id_from(self._api.value(CLEAN, input=clean_input(paths, dry_run=dry_run)), "the job")


def _finished(job: WireJob) -> WireJob:
    if job.state == "FAILED":
        raise ServerError(
            f"{job.description or 'the job'} failed: {job.error or 'no reason given'}"
        )
    if job.state == "CANCELLED":
        raise Cancelled(f"{job.description or 'the job'} was stopped")
    return job
