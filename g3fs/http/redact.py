"""What may be logged or said: secrets are replaced wherever they would show."""

import logging
import re
import threading
from typing import Any
from urllib.parse import quote

MASK = "***"

_MIN_SECRET = 4
"""Shorter secrets are not searched for: masking every "a" would hide the text, not the secret."""

_PARAMETERS = re.compile(
    r"(?i)(?<![\w-])(access_key|api_?key|key|password|passwd|secret|session_?id|t|(?:\w+_)?token)"
    r"=[^&\s\"'<>]+"
)
_USERINFO = re.compile(r"(?i)\b([a-z][a-z0-9+.-]*://)[^/\s@\"']+@")


class Redactor:
    """Knows the secrets of one process or client; may be used from several threads."""

    def __init__(self, *secrets: str) -> None:
        self._lock = threading.Lock()
        self._secrets: tuple[str, ...] = ()
        self.add(*secrets)

    def add(self, *secrets: str | None) -> None:
        """Remember more secrets; None and very short ones are ignored."""
        forms = {form for text in secrets if text for form in (text, quote(text, safe=""))}
        with self._lock:
            known = forms.union(self._secrets)
            usable = (text for text in known if len(text) >= _MIN_SECRET)
            self._secrets = tuple(sorted(usable, key=lambda text: (-len(text), text)))

    def forget(self, secret: str) -> None:
        """One that is no longer in use; for secrets that change all the time."""
        with self._lock:
            forms = (secret, quote(secret, safe=""))
            self._secrets = tuple(text for text in self._secrets if text not in forms)

    def text(self, text: str) -> str:
        """The same text without secrets, known ones and those that look like it in addresses."""
        for secret in self._secrets:
            text = text.replace(secret, MASK)
        text = _USERINFO.sub(rf"\1{MASK}@", text)
        return _PARAMETERS.sub(rf"\1={MASK}", text)

    def __repr__(self) -> str:
        return f"<Redactor of {len(self._secrets)} secrets>"


class RedactingFilter(logging.Filter):
    """For log handlers: the finished message and the traceback lose their secrets."""

    def __init__(self, redactor: Redactor) -> None:
        super().__init__()
        self._redactor = redactor

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = self._redactor.text(record.getMessage())
        record.args = None
        if record.exc_info:
            text = record.exc_text or logging.Formatter().formatException(record.exc_info)
            record.exc_text = self._redactor.text(text)
            record.exc_info = None
        return True


def masked(value: Any) -> str:  # noqa: ANN401 - anything that a repr may be asked for
    """For a repr: whether there is a value, but not which."""
    return "None" if value is None else MASK
