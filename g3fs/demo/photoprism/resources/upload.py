"""users/:user/upload/:token: files are sent, then imported."""

from g3fs.demo.photoprism.calls import MEMBERS, Call, Route
from g3fs.demo.photoprism.importing import import_files
from g3fs.demo.photoprism.options import feature_on
from g3fs.demo.photoprism.replies import Answer, disabled, forbidden, message, refused


def send(call: Call) -> Answer:
    """Step 1: nothing is looked at yet. The client's bytes are read outside of the lock."""
    if not feature_on(call.state.options, "upload"):
        raise refused(403, "Not available in read-only mode")
    _check_user(call)
    if not call.request.mimetype.startswith("multipart/"):
        raise refused(400, "Upload failed")
    files = [
        (sent.filename or "", sent.stream.read()) for sent in call.request.files.getlist("files")
    ]
    with call.state.lock:
        call.state.uploads.setdefault(_key(call), []).extend(files)
    return message(f"{len(files)} files uploaded in 0 s")


def process(call: Call) -> Answer:
    """Step 2: 200 whatever becomes of the files."""
    _check_user(call)
    if not feature_on(call.state.options, "import"):
        raise disabled()
    albums = call.strings("albums")
    files = call.state.uploads.pop(_key(call), [])
    if call.damage("dropped_upload") is None:
        now = call.state.clock()
        sent = [(name, data, now) for name, data in files]
        import_files(call.state, sent, albums, call.user.uid)
        call.state.events.tell("upload.saved", uid=call.user.uid)
    return message("Upload has been processed")


def _check_user(call: Call) -> None:
    if call.role != "admin" or call.user.uid != call.args["user"]:
        raise forbidden()


def _key(call: Call) -> str:
    return f"{call.args['user']}/{call.args['token']}"


ROUTES = (
    Route(method="POST", pattern="users/:user/upload/:token", view=send, kind="upload",
          scope="files", roles=MEMBERS, locked=False),
    Route(method="PUT", pattern="users/:user/upload/:token", view=process, kind="upload",
          scope="files", roles=MEMBERS),
)  # fmt: skip
