"""HTTP framing as far as a proxy must follow it: the heads of requests, the bodies of answers."""

from dataclasses import dataclass, field

_HEAD_END = b"\r\n\r\n"
# A head longer than this is not HTTP as we know it (TLS, garbage): the stream is then left alone.
_LONGEST_HEAD = 64 * 1024


@dataclass(frozen=True, slots=True)
class SeenRequest:
    """The first line of a request: `GET`, `/rest/item/1?scope=direct`."""

    method: str
    target: str

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]


@dataclass(slots=True)
class RequestFinder:
    """Finds the request heads in what a client sends; bodies, chunked ones too, are skipped."""

    _pending: bytes = b""
    _body_left: int = 0  # bytes of a body of known length still to come
    _chunked: bool = False  # inside a chunked body, at a size line
    _opaque: bool = False
    _found: list[SeenRequest] = field(default_factory=list)

    def feed(self, data: bytes) -> list[SeenRequest]:
        """The requests whose heads are complete with these bytes."""
        self._pending += data
        while self._pending and not self._opaque and self._step():
            pass
        if self._opaque:
            self._pending = b""
        found, self._found = self._found, []
        return found

    def _step(self) -> bool:
        """True if something was used up and there may be more."""
        if self._body_left:
            used = min(self._body_left, len(self._pending))
            self._body_left -= used
            self._pending = self._pending[used:]
            return True
        return self._chunk_line() if self._chunked else self._head()

    def _head(self) -> bool:
        head, end, rest = self._pending.partition(_HEAD_END)
        if not end:
            self._opaque = len(head) > _LONGEST_HEAD
            return False
        first, *lines = head.lstrip(b"\r\n").decode("latin-1").split("\r\n")
        words = first.split(" ")
        if len(words) != 3 or not words[2].startswith("HTTP/"):
            self._opaque = True
            return False
        self._found.append(SeenRequest(words[0], words[1]))
        fields = {name.lower(): text.strip() for name, _, text in (x.partition(":") for x in lines)}
        self._chunked = "chunked" in fields.get("transfer-encoding", "").lower()
        length = fields.get("content-length", "0")
        self._body_left = int(length) if length.isdecimal() and not self._chunked else 0
        self._pending = rest
        return True

    def _chunk_line(self) -> bool:
        line, end, rest = self._pending.partition(b"\r\n")
        if not end:
            return False
        try:
            size = int(line.partition(b";")[0], 16)
        except ValueError:
            self._opaque = True
            return False
        if size:
            self._body_left = size + len(b"\r\n")
        else:
            # No trailers: no HTTP client in use sends them with a request.
            self._chunked = False
            rest = rest.removeprefix(b"\r\n")
        self._pending = rest
        return True


@dataclass(slots=True)
class BodyMeter:
    """Tells how many bytes of an answer may pass before its body has had `limit` bytes."""

    _head: bytes | None = None  # None: in a body, or nothing is awaited
    _passed: int = 0

    def expect_answer(self) -> None:
        """A request was sent: what comes next is a head."""
        self._head, self._passed = b"", 0

    def allowed(self, data: bytes, limit: int | None) -> int:
        """How many of these bytes may pass; they count as passed. All, without a limit."""
        start = self._body_start(data)
        body = len(data) - start
        room = body if limit is None else min(body, max(0, limit - self._passed))
        self._passed += room
        return start + room

    def _body_start(self, data: bytes) -> int:
        if self._head is None:
            return 0
        known = len(self._head)
        self._head += data
        end = self._head.find(_HEAD_END)
        if end < 0:
            return len(data)
        if self._head.startswith((b"HTTP/1.1 1", b"HTTP/1.0 1")):
            # "100 Continue" is not the answer yet.
            rest = self._head[end + len(_HEAD_END) :]
            self._head = b""
            return len(data) - len(rest) + self._body_start(rest)
        self._head = None
        return end + len(_HEAD_END) - known
