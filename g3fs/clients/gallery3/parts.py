"""What structural changes are made with."""

from dataclasses import dataclass

from g3fs.clients.gallery3.changes import Changes
from g3fs.clients.gallery3.places import Places
from g3fs.clients.gallery3.repairs import Repairs
from g3fs.clients.gallery3.stored import StoredFiles


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Shared by uploads and moves."""

    places: Places
    changes: Changes
    files: StoredFiles
    repairs: Repairs
