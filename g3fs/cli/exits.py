"""The exit codes of every command; docs/exit-codes.md explains them to people."""

from g3fs.config.errors import ConfigError
from g3fs.gallery.errors import GalleryError

OK = 0
FAILED = 1
"""What was asked for could not be done."""
USAGE = 2
"""The command line cannot be understood, or asks for what is not built yet."""
BUG = 4
"""g3fs itself is wrong; mount(8) has the same number for the same case."""
BUSY = 5
"""Something still uses the mount."""
LEFT = 6
"""Unmounted, and something that should be on the server is not there yet."""
MOUNT_FAILED = 32
"""Nothing was mounted; the number that mount(8) has for it."""
INTERRUPTED = 130
"""Ctrl-C, as shells number it."""


class Failure(Exception):
    """A command cannot go on; str() is the line for the user."""

    def __init__(self, line: str, code: int = FAILED) -> None:
        super().__init__(line)
        self.code = code


EXPECTED = (Failure, ConfigError, GalleryError)
"""What commands may raise; anything else is a bug."""
