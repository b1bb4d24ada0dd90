"""Jobs: one at a time, in a thread of their own; told to whoever listens."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from g3fs.demo.stash.options import Options

log = logging.getLogger(__name__)

KEPT = 10
"""So many finished jobs can still be asked for."""
Update = tuple[str, "Job"]
"""`ADD`, `UPDATE` or `REMOVE`, and the job as it then was."""


@dataclass(slots=True, kw_only=True)
class Job:
    """Names as in the schema; times are unix seconds with a fraction."""

    id: int
    description: str
    addTime: float  # noqa: N815 - the schema's name
    status: str = "READY"
    progress: float | None = 0.0
    subTasks: list[str] | None = None  # noqa: N815
    startTime: float | None = None  # noqa: N815
    endTime: float | None = None  # noqa: N815
    error: str | None = None


class Stopped(Exception):
    """Somebody wants the job to end."""


class Progress:
    """How the work of a job tells how far it is."""

    def __init__(self, jobs: "Jobs", job: Job) -> None:
        self._jobs, self._job = jobs, job

    def task(self, text: str) -> None:
        """What it does now; how far is unknown.

        Raises:
            Stopped: it should end.
        """
        self._jobs.change(self._job, progress=None, subTasks=[text])

    def part(self, done: float) -> None:
        """How far it is, 0 to 1.

        Raises:
            Stopped: it should end.
        """
        self._jobs.change(self._job, progress=done)


Work = Callable[[Progress], None]


class Jobs:
    """The queue. Its thread starts with the first job and ends with `close`."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._changed = threading.Condition()
        self._waiting: list[tuple[Job, Work]] = []
        self._running: Job | None = None
        self._finished: list[Job] = []
        self.next_id = 1
        self._closed = False
        self._thread: threading.Thread | None = None
        self._listeners: list[Callable[[Update], None]] = []

    def add(self, description: str, work: Work) -> Job:
        """Put work into the queue."""
        with self._changed:
            job = Job(id=self.next_id, description=description, addTime=time.time())
            self.next_id += 1
            self._tell("ADD", job)
            self._waiting.append((job, work))
            if self._thread is None:
                self._thread = threading.Thread(target=self._serve, name="g3fs-jobs", daemon=True)
                self._thread.start()
            self._changed.notify_all()
        return job

    def get(self, ident: int) -> Job | None:
        """A job of the queue, or one of the last that are over, as it is now."""
        with self._changed:
            known = [*self._finished, *self._queue()]
        return next((replace(job) for job in known if job.id == ident), None)

    def queue(self) -> list[Job] | None:
        """What runs and waits; None when there is nothing."""
        with self._changed:
            return [replace(job) for job in self._queue()] or None

    def stop(self, ident: int | None) -> None:
        """Ask one job, or all, to end; unknown ones are fine."""
        with self._changed:
            for job, work in list(self._waiting):
                if ident in (None, job.id):
                    self._waiting.remove((job, work))
                    self._over(job, "CANCELLED")
            if self._running is not None and ident in (None, self._running.id):
                self._running.status = "STOPPING"
                self._tell("UPDATE", self._running)
            self._changed.notify_all()

    def wait(self, timeout_s: float = 10.0) -> bool:
        """Wait until nothing runs or waits; False when that takes too long."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._queue(), timeout_s)

    @contextmanager
    def listening(self, listener: Callable[[Update], None]) -> Iterator[None]:
        """Have every change told, from the thread in which it happens."""
        with self._changed:
            self._listeners.append(listener)
        try:
            yield
        finally:
            with self._changed:
                self._listeners.remove(listener)

    def close(self) -> None:
        """End the running job and the thread."""
        with self._changed:
            self._closed = True
            self._waiting.clear()
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join()

    def change(self, job: Job, **values: object) -> None:
        """Set columns of the running job; Stopped when it should end."""
        with self._changed:
            if self._closed or job.status == "STOPPING":
                raise Stopped
            news = {name for name, value in values.items() if getattr(job, name) != value}
            for name in news:
                setattr(job, name, values[name])
            if news:
                self._tell("UPDATE", job)
            pause = self._options.job_pause_s
            if pause and self._changed.wait_for(lambda: self._closed, pause):
                raise Stopped

    def _queue(self) -> list[Job]:
        running = [] if self._running is None else [self._running]
        return [*running, *(job for job, _work in self._waiting)]

    def _tell(self, kind: str, job: Job) -> None:
        for listener in self._listeners:
            listener((kind, replace(job)))

    def _serve(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._closed or self._waiting)
                if self._closed:
                    return
                job, work = self._waiting.pop(0)
                self._running = job
                job.status, job.startTime = "RUNNING", time.time()
                self._tell("UPDATE", job)
            status, error = self._run(job, work)
            with self._changed:
                self._running = None
                job.error = error
                self._over(job, status)
                self._changed.notify_all()

    def _run(self, job: Job, work: Work) -> tuple[str, str | None]:
        try:
            if self._options.job_trouble == "hang":
                self._hang(job)
            if self._options.job_trouble == "fail":
                return "FAILED", "the job was told to fail"
            work(Progress(self, job))
        except Stopped:
            return "CANCELLED", None
        except OSError as exc:
            log.warning("job %s: %s", job.description, exc)
            return "FAILED", str(exc)
        return "FINISHED", None

    def _hang(self, job: Job) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._closed or job.status == "STOPPING")
        raise Stopped

    def _over(self, job: Job, status: str) -> None:
        job.status, job.endTime, job.subTasks = status, time.time(), None
        if status == "FINISHED":
            job.progress = 1.0
        self._finished = [*self._finished, job][-KEPT:]
        self._tell("REMOVE", job)
