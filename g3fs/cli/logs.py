"""Where log records go: the terminal, syslog (and so the journal), or a file of the user's."""

import logging
import logging.handlers
import os
from pathlib import Path

from g3fs.config.errors import ConfigError
from g3fs.config.options import LogOptions
from g3fs.http.redact import RedactingFilter, Redactor

SYSLOG = Path("/dev/log")
_FILE_BYTES = 5 * 1024 * 1024
"""Then a second file is begun; two are kept."""


def start_log(
    options: LogOptions, redactor: Redactor, *, foreground: bool, syslog: Path = SYSLOG
) -> None:
    """Send the records of this process to where they belong, without secrets.

    Raises:
        ConfigError: the log file cannot be written.
    """
    # A record that cannot be written (the disk is full) is lost. `logging` would print a traceback
    # for each; the user has the last lines in `.g3fs/log` all the same.
    logging.raiseExceptions = False
    handler = _handler(options, syslog, foreground=foreground)
    handler.addFilter(RedactingFilter(redactor))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    logging.getLogger("g3fs").setLevel(logging.DEBUG if options.debug else logging.INFO)


def _handler(options: LogOptions, syslog: Path, *, foreground: bool) -> logging.Handler:
    handler: logging.Handler
    if foreground and not options.chosen:
        handler = logging.StreamHandler()
    elif not options.chosen and syslog.is_socket():
        handler = logging.handlers.SysLogHandler(str(syslog))
        handler.ident = f"g3fs[{os.getpid()}]: "
        handler.setFormatter(logging.Formatter("%(levelname)s %(message)s"))
        return handler
    else:
        handler = _file_handler(options.file)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    return handler


def _file_handler(file: Path) -> logging.Handler:
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600))
        return logging.handlers.RotatingFileHandler(
            file, maxBytes=_FILE_BYTES, backupCount=1, encoding="utf-8", errors="backslashreplace"
        )
    except OSError as exc:
        raise ConfigError(f"cannot write the log {file}: {exc.strerror}") from exc
