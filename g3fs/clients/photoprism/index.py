"""Making the server look at its disk: the resources `index` and `import`.

Both answer when they are done. The server runs one at a time; others are refused, and lost.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from g3fs.clients.photoprism.api import AGAIN, Api, Call
from g3fs.clients.photoprism.wire import bodies
from g3fs.gallery.errors import Busy
from g3fs.http.cancel import Cancel
from g3fs.http.retry import Pace

_PAUSE_S = 0.3
"""Between two attempts while another one runs; most are over sooner."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long to wait for work on the server, in seconds."""

    work_s: float = 3600.0
    """For the work itself: new files take 0.15 to 0.5 s each, unchanged ones hardly anything."""
    busy_s: float = 60.0
    """For another index or import to end, which a full rescan does not do soon."""


PATIENT = Patience()


class Index:
    """Indexing: what was put on the disk by WebDAV or otherwise becomes known."""

    def __init__(self, api: Api, pace: Pace) -> None:
        self._api = api
        self._pace = pace

    def run(
        self,
        path: str = "/",
        *,
        rescan: bool = False,
        cleanup: bool = False,
        patience: Patience = PATIENT,
        cancel: Cancel | None = None,
    ) -> None:
        """POST index: index a folder and what is below it; returns when it is done.

        A path of a file, or of no folder at all, indexes nothing, and is no error. Look at the
        result: the index may have been stopped by somebody, and skips what is there already.

        Args:
            path: below the originals, with or without slash at the beginning.
            rescan: also files that did not change (18 ms each); what people wrote stays.
            cleanup: remove what no original has any more.
            patience: how long to wait.
            cancel: gives up waiting; the server goes on (see `stop`).

        Raises:
            Busy: another index ran all the time.
            AccessDenied: the role or the settings forbid it.
        """
        body = bodies.index_body(path, rescan=rescan, cleanup=cleanup)
        work = _Work(path="index", body=body, patience=patience, cancel=cancel, changes_files=False)
        _run(self._api, self._pace, work)

    def stop(self) -> None:
        """DELETE index: stop the one that runs, whoever started it; its call ends well."""
        self._api.send("DELETE", "index", call=AGAIN)


class Imports:
    """Importing: files of the import area become originals, under names made of their time."""

    def __init__(self, api: Api, pace: Pace) -> None:
        self._api = api
        self._pace = pace

    def run(
        self,
        path: str = "",
        *,
        move: bool = False,
        albums: Iterable[str] = (),
        patience: Patience = PATIENT,
        cancel: Cancel | None = None,
    ) -> None:
        """POST import/: import a folder of the import area; returns when it is done.

        `albums` are uids, or titles of albums that are made. A missing folder is no error.

        Raises:
            Busy: another import or index ran all the time.
            ReadOnly, AccessDenied: the site, its settings or the role forbid it.
        """
        body = bodies.import_body(path, move=move, albums=albums)
        # Without the slash the server redirects, which a POST does not follow.
        work = _Work(
            path="import/", body=body, patience=patience, cancel=cancel, changes_files=True
        )
        _run(self._api, self._pace, work)

    def stop(self) -> None:
        """DELETE import: stop the one that runs."""
        self._api.send("DELETE", "import", call=AGAIN)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Work:
    path: str
    body: bodies.Body
    patience: Patience
    cancel: Cancel | None
    changes_files: bool


def _run(api: Api, pace: Pace, work: _Work) -> None:
    call = Call(
        changes_files=work.changes_files, timeout_s=work.patience.work_s, cancel=work.cancel
    )
    until = pace.clock() + work.patience.busy_s
    while True:
        try:
            api.send("POST", work.path, work.body, call)
        except Busy:
            if pace.clock() + _PAUSE_S >= until:
                raise
            pace.sleep(_PAUSE_S)
            if work.cancel is not None:
                work.cancel.check()
        else:
            return
