"""Waiting until the files of a queue are on the server, or it makes no sense to wait on."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from g3fs.cache.queue.record import Stage
from g3fs.cli.queuefile import Waiting
from g3fs.gallery.clock import Clock

STANDSTILL_S = 60.0
"""When nothing moves for so long, the server is probably away."""
_FIRST_PAUSE_S = 0.1
_LONGEST_PAUSE_S = 1.0


@dataclass(frozen=True, slots=True)
class Sending:
    """A look at the queue; a step for showing.py."""

    files: Sequence[Waiting]
    """All that were looked at."""
    queued: Sequence[Waiting]
    """Those of them that are not sent yet."""
    percent: int | None
    over: bool

    @property
    def text(self) -> str:
        """What is going on."""
        return f"Sending {files_in_words(len(self.queued))} ..."


def until_sent(
    look: Callable[[], Sequence[Waiting]],
    limit_s: float | None,
    clock: Clock = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[Sending]:
    """Look at a queue again and again until nothing is queued.

    Ends earlier after `limit_s`; None: as soon as nothing moves any more.
    """
    tally = _Tally()
    patience_s = STANDSTILL_S if limit_s is None else limit_s
    begin_s, pause_s = clock(), _FIRST_PAUSE_S
    while True:
        files = look()
        queued = [file for file in files if file.stage is Stage.QUEUED]
        if tally.moved(queued) and limit_s is None:
            begin_s = clock()
        left_s = begin_s + patience_s - clock()
        over = not queued or left_s <= 0
        yield Sending(files, queued, tally.percent, over)
        if over:
            return
        sleep(min(pause_s, left_s))
        pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)


def files_in_words(count: int) -> str:
    """`1 file`, `2 files`."""
    return "1 file" if count == 1 else f"{count} files"


class _Tally:
    """What of all the files that were ever seen queued has been sent."""

    def __init__(self) -> None:
        self._sizes: dict[str, int] = {}
        self._sent: dict[str, int] = {}

    def moved(self, queued: Sequence[Waiting]) -> bool:
        """Note how far it is; whether that is farther than before.

        An upload that begins again from its first byte is no progress: it may fail for ever.
        """
        before = sum(self._sent.values())
        still = {file.id: file for file in queued}
        for file in queued:
            self._sizes[file.id] = file.size_bytes + 1  # the verdict counts too
            sent = min(file.sent_bytes, file.size_bytes)
            self._sent[file.id] = max(sent, self._sent.get(file.id, 0))
        self._sent.update({id_: size for id_, size in self._sizes.items() if id_ not in still})
        return sum(self._sent.values()) > before

    @property
    def percent(self) -> int | None:
        """None before anything was seen."""
        total = sum(self._sizes.values())
        return 100 * sum(self._sent.values()) // total if total else None
