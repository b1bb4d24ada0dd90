"""What a mount tells of itself in its control directory."""

import time
from collections.abc import Callable, Mapping
from dataclasses import asdict

from g3fs.app.writing import Reading
from g3fs.backends.guarded import Guarded
from g3fs.config.options import MountOptions
from g3fs.vfs.control import Document
from g3fs.vfs.logbook import Logbook
from g3fs.vfs.status import Report as StatusReport
from g3fs.vfs.status import as_json, as_text
from g3fs.vfs.writing.report import Report


def documents(
    status: Callable[[], StatusReport], logbook: Logbook, queue: Report | None
) -> Mapping[str, Document]:
    """The files of the control tree."""
    files: dict[str, Document] = {
        "status": lambda: as_text(status()),
        "status.json": lambda: as_json(status()),
        "log": logbook.text,
    }
    if queue is not None:
        files |= {"queue": queue.as_text, "queue.json": queue.as_json}
    return files


def report(
    options: MountOptions,
    backend: Guarded,
    reading: Reading,
    queue: Report | None,
    logbook: Logbook,
) -> StatusReport:
    """The content of `status`."""
    capabilities, guard = backend.capabilities, backend.statistics()
    return {
        "server": {
            "address": capabilities.url,
            "kind": capabilities.server,
            "user": capabilities.user or "guest",
            "state": guard.state.value,
            "since": time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(guard.since_s)),
            "last_error": guard.last_error,
        },
        "mount": {
            "mountpoint": str(options.mountpoint),
            "directory": f"/{options.subdir}",
            "read_only": queue is None,
            "ttl_s": options.ttl_s,
            "timeout_s": options.source.timeout_s,
        },
        "listings": asdict(reading.catalog.statistics()),
        "bytes": asdict(reading.content.statistics()),
        **({"queue": queue.facts()} if queue is not None else {}),
        "log": {"last_errors": logbook.errors},
    }
