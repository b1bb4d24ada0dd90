"""index, import: both answer when they are done, and run one at a time."""

from g3fs.demo.photoprism.calls import Call, Route
from g3fs.demo.photoprism.disk import read, walk
from g3fs.demo.photoprism.importing import import_files
from g3fs.demo.photoprism.replies import Answer, message
from g3fs.demo.photoprism.running import one_at_a_time, run_index


def start(call: Call) -> Answer:
    """Only folders are looked at; an unknown one is no error."""
    body = call.body
    call.need("library")
    path = str(body.get("path", ""))
    events = call.state.events
    with one_at_a_time(call.state):
        events.tell("notify.info", message=f"Indexing files in {path or '/'}")
        events.tell("index.folder", filePath=path.strip("/"), uid=call.session_user_uid())
        slow = call.damage("slow_index")
        if slow is not None:
            call.state.work.cancelled.wait(slow.seconds)
        if call.damage("cancelled_index") is None and not call.state.work.cancelled.is_set():
            report = run_index(call.state, path, rescan=body.get("rescan") is True)
            for name in report.files:
                events.tell("index.indexing", action="index", fileName=name, fileRoot="/")
        events.tell("notify.success", message="Indexing completed in 0 s")
        events.tell("index.completed", action="index", path=path, seconds=0)
    return message("Indexing completed in 0 s")


def cancel(call: Call) -> Answer:
    """The call that runs answers as if it were done."""
    call.state.work.cancelled.set()
    return message("Indexing canceled")


def start_import(call: Call) -> Answer:
    """Files below the import folder; a missing folder is no error."""
    body = call.body
    call.need("import")
    top = str(body.get("path", "")).strip("/")
    with one_at_a_time(call.state), call.state.lock:
        disk = call.state.imports
        found = [(name, stat) for name, stat in walk(disk, top) if not stat.is_dir]
        if call.damage("dropped_upload") is None:
            sent = [(name, read(disk, name), stat.mtime_ns) for name, stat in found]
            import_files(call.state, sent, call.strings("albums"), call.session_user_uid())
        if body.get("move") is True:
            for name, _ in found:
                disk.remove(name)
    return message("Import completed in 0 s")


def cancel_import(call: Call) -> Answer:
    """Ends the import that runs, if any."""
    call.state.work.cancelled.set()
    return message("Import canceled")


ROUTES = (
    Route(method="POST", pattern="index", view=start, kind="index", scope="files", locked=False),
    Route(method="DELETE", pattern="index", view=cancel, kind="index", scope="files",
          locked=False),
    Route(method="POST", pattern="import/", view=start_import, kind="import", scope="files",
          locked=False),
    Route(method="DELETE", pattern="import", view=cancel_import, kind="import", scope="files",
          locked=False),
)  # fmt: skip
