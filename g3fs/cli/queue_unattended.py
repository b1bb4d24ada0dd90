"""Queues of galleries that are not mounted, or whose mounts do not answer."""

from collections.abc import Collection
from pathlib import Path

from g3fs.cache.queue.directories import Kept, kept_below
from g3fs.cli.saying import one_line
from g3fs.cli.uploads import files_in_words
from g3fs.vfs.status import in_units


def unattended(home: Path, attended: Collection[Path]) -> list[Kept]:
    """What this user's queues keep, but for those in `attended`."""
    return [kept for kept in kept_below(home) if kept.directory not in attended]


def told_unattended(kept: Kept) -> str:
    """A line that says where it is, and how it gets to the server."""
    server, _, _ = kept.directory.parent.name.rpartition("-")
    return one_line(
        f"Without a mount that answers: {files_in_words(kept.files)}"
        f" ({in_units(kept.size_bytes)}) for {server}, in {kept.directory}; mount that gallery,"
        " and what can be sent is sent."
    )
