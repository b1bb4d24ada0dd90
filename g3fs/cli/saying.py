"""Lines for the user: one each, whatever the text has in it, and never a traceback."""

import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import platformdirs

from g3fs.cli.exits import BUG, FAILED, Failure
from g3fs.config.errors import ConfigError
from g3fs.gallery.errors import GalleryError, LoginRefused
from g3fs.http.redact import Redactor


def say(line: str) -> None:
    """One line on stderr, with our name in front."""
    print(f"g3fs: {one_line(line)}", file=sys.stderr, flush=True)


def one_line(text: str) -> str:
    """`text` without line breaks or control characters: it may quote what a server sent."""
    joined = " ".join(text.split())
    return "".join(char if char.isprintable() else f"\\x{ord(char):02x}" for char in joined)


def explain(
    exc: Exception, code: int = FAILED, *, about: str = "", bugs: Path | None = None
) -> Failure:
    """Why a command failed; `code` is for what does not bring its own.

    `about` is the address of the server, for lines that do not name it. The traceback of a bug
    is written to the file `bugs` (by default in the user's state directory), and the line says
    where that is.
    """
    if isinstance(exc, Failure):
        return exc
    if isinstance(exc, ConfigError):
        return Failure(str(exc), code)
    if isinstance(exc, GalleryError):
        return Failure(_with_subject(str(exc) or type(exc).__name__, about) + _advice(exc), code)
    return Failure(
        f"internal error: {type(exc).__name__}; {_write_down(exc, bugs or _bugs())}", BUG
    )


def _with_subject(line: str, about: str) -> str:
    host = urlsplit(about).netloc
    return f"{about}: {line}" if host and host not in line else line


def _advice(exc: GalleryError) -> str:
    return " (`g3fs login` stores a key that works)" if isinstance(exc, LoginRefused) else ""


def _bugs() -> Path:
    return platformdirs.user_state_path("g3fs") / "bugs.log"


def _write_down(exc: Exception, file: Path) -> str:
    """Append the traceback to `file`; says for people where it is."""
    text = Redactor().text("".join(traceback.format_exception(exc)))
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with file.open("a", encoding="utf-8") as stream:
            stream.write(f"{datetime.now(UTC).isoformat(timespec='seconds')}\n{text}\n")
    except OSError:
        return "its details could not be written down"
    return f"please report it with what is at the end of {file}"
