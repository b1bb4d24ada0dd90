"""Places where a test lets the whole process die, as by a power cut or `kill -9`.

`G3FS_FAILPOINT=NAME` or `NAME:N` in the environment: the process ends itself with SIGKILL when it
reaches that place, or reaches it for the Nth time. Without the variable nothing happens.
"""

import os
import signal
from collections.abc import Callable
from typing import Literal, get_args

VARIABLE = "G3FS_FAILPOINT"

Failpoint = Literal[
    "journal.before_put",  # a record is about to be written
    "journal.after_put",  # it is on disk, nobody was told
    "journal.before_remove",  # a record and its data are about to go
    "journal.after_remove",  # the row has gone, the data file is there
    "spool.after_sync",  # the data is on disk, no record says so
    "upload.after_mark",  # the word to look for is in the journal, nothing was sent
    "upload.before_send",
    "upload.after_send",  # the server has it, the journal does not say so
    "upload.after_note",  # the journal says so
    "attributes.after_apply",  # the server has the attributes, the journal still lists them
    "replace.after_send",
    "replace.after_backup",
    "queue.after_merge_insert",  # rows are in the directory that takes over, their data is not
    "queue.after_merge_move",  # the data is, too, and the old row as well
]


def reached(name: Failpoint) -> None:
    """Die here, if that is what the environment asks for."""
    if _countdown is not None:
        _countdown(name)


def countdown(wish: str) -> Callable[[str], None]:
    """What dies when it was called as often as `wish` (NAME or NAME:N) says, with that name.

    Raises:
        ValueError: there is no such place, or N is no number above 0.
    """
    name, _, times = wish.partition(":")
    known = get_args(Failpoint)
    if name not in known or not (times or "1").isdecimal() or int(times or "1") < 1:
        raise ValueError(f"{VARIABLE}={wish}: none of {', '.join(known)}, with or without :N")
    left = int(times or "1")

    def count(reached_name: str) -> None:
        nonlocal left
        if reached_name == name:
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    return count


# Read once: a place that is reached a thousand times a second must cost nothing.
_countdown = countdown(os.environ[VARIABLE]) if VARIABLE in os.environ else None
