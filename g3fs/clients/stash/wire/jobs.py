"""Work that the server does in the background: scans, cleanings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from g3fs.clients.stash.wire.fields import Fields, Stamp
from g3fs.clients.stash.wire.shapes import Operation, Selection, setting
from g3fs.gallery.errors import BadReply, Invalid

JobState = Literal["READY", "RUNNING", "FINISHED", "STOPPING", "CANCELLED", "FAILED"]

_JOB_STATES: tuple[JobState, ...] = (
    *("READY", "RUNNING", "FINISHED", "STOPPING", "CANCELLED", "FAILED"),
)


JOB = Selection(
    "Job",
    (
        *("id", "status", "subTasks", "description", "progress"),
        *("startTime", "endTime", "addTime", "error"),
    ),
    needed=frozenset({"id", "status"}),
)
FIND_JOB = Operation(name="findJob", arguments={"input": "FindJobInput!"}, result=JOB)
JOB_QUEUE = Operation(name="jobQueue", result=JOB)
STOP_JOB = Operation(kind="mutation", name="stopJob", arguments={"job_id": "ID!"})
SCAN = setting("metadataScan", "ScanMetadataInput!")
CLEAN = setting("metadataClean", "CleanMetadataInput!")

OPERATIONS = (FIND_JOB, JOB_QUEUE, STOP_JOB, SCAN, CLEAN)


@dataclass(frozen=True, slots=True, kw_only=True)
class WireJob:
    """Work that the server does in the background; ids begin anew when it starts."""

    id: int
    state: JobState
    description: str = ""
    progress: float | None = None
    """0 to 1; None: not known."""
    sub_tasks: tuple[str, ...] = ()
    added: Stamp | None = None
    started: Stamp | None = None
    ended: Stamp | None = None
    error: str = ""

    @property
    def over(self) -> bool:
        """Whether nothing more will happen."""
        return self.state in ("FINISHED", "CANCELLED", "FAILED")


def job_from(fields: Fields) -> WireJob:
    """Read a job."""
    state = fields.text("status")
    if state not in _JOB_STATES:
        raise BadReply(f"a job is in the odd state {state!r}")
    return WireJob(
        id=fields.id(),
        state=state,
        description=fields.text("description"),
        progress=fields.real("progress"),
        sub_tasks=fields.texts("subTasks"),
        added=fields.optional_stamp("addTime"),
        started=fields.optional_stamp("startTime"),
        ended=fields.optional_stamp("endTime"),
        error=fields.text("error"),
    )


def scan_input(
    paths: Sequence[str] | None, *, rescan: bool, generate: bool
) -> Mapping[str, object]:
    """What `metadataScan` is told; None: all libraries."""
    plain: Mapping[str, object] = {
        "scanGenerateThumbnails": generate,
        "scanGenerateCovers": generate,
    }
    # Only when wanted: servers before v0.26 do not know it.
    again: Mapping[str, object] = {"rescan": True} if rescan else {}
    return {**_paths(paths), **plain, **again}


def clean_input(paths: Sequence[str] | None, *, dry_run: bool) -> Mapping[str, object]:
    """What `metadataClean` is told; None: all libraries."""
    return {**_paths(paths), "dryRun": dry_run}


def _paths(paths: Sequence[str] | None) -> Mapping[str, object]:
    if paths is None:
        return {}
    if isinstance(paths, str) or not paths or not all(paths):
        # The server takes an empty list for all libraries.
        raise Invalid("which paths? An empty list would mean everything; say None for that")
    return {"paths": list(paths)}
