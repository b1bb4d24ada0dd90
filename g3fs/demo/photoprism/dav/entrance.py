"""WebDAV: who may enter, and which method does what."""

from werkzeug.wrappers import Request

from g3fs.demo.photoprism.replies import Answer, not_found
from g3fs.demo.photoprism.state import State

DAV_ROOTS = ("originals", "import")


def answer_dav(state: State, request: Request, path: str) -> Answer:
    """Any request below originals or import."""
    return not_found(request.headers.get("Accept", ""))
