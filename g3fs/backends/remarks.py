"""Log lines about what is odd on a server: each once, however often it is met."""

import logging

_MOST = 1000
"""After so many different ones the rest is at debug level: the log is for people."""


class Remarks:
    """Remembers what was said."""

    def __init__(self, log: logging.Logger) -> None:
        self._log = log
        self._said: set[tuple[object, ...]] = set()

    def once(self, text: str, *args: object) -> None:
        """Warn, with `args` filled into `text`; nothing when that was said before."""
        remark = (text, *args)
        if remark in self._said:
            return
        if len(self._said) >= _MOST:
            self._log.debug(text, *args)
            return
        self._said.add(remark)
        self._log.warning(text, *args)
