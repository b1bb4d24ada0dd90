"""Files with secrets in them: read and written only where nobody else can."""

import os
import stat
from pathlib import Path

from g3fs.config.errors import ConfigError

_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_LARGEST_BYTES = 1024 * 1024


def read_private(file: Path) -> str:
    """The text of `file`.

    Raises:
        ConfigError: it cannot be read, is no plain text, or others may read it.
    """
    try:
        with file.open("rb") as stream:
            about = os.fstat(stream.fileno())
            if not stat.S_ISREG(about.st_mode):
                raise ConfigError(f"{file} is not a file")
            if about.st_mode & _OTHERS:
                raise ConfigError(f"{file} holds secrets, but others may read it: chmod 600 {file}")
            return stream.read(_LARGEST_BYTES).decode()
    except OSError as exc:
        raise ConfigError(f"cannot read {file}: {exc.strerror}") from exc
    except UnicodeDecodeError:
        raise ConfigError(f"{file} is not a text in UTF-8") from None


def write_private(file: Path, text: str) -> None:
    """Replace `file` in one step; nobody else can read it at any moment.

    Raises:
        ConfigError: it cannot be written.
    """
    draft = file.with_name(f"{file.name}.{os.getpid()}.new")
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft.unlink(missing_ok=True)
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(file)
    except OSError as exc:
        draft.unlink(missing_ok=True)
        raise ConfigError(f"cannot write {file}: {exc.strerror}") from exc
