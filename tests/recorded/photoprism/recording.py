"""Reads the recorded exchanges: *.http files, one request and its answer under each ### title."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent

BYTES_REMARK = re.compile(r"<(\d+) bytes(?: of (\w+))?>")
EVENTS = "17-websocket"
"""Messages of a websocket, not requests."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One request and what the real server answered."""

    file: str
    number: int
    title: str
    method: str
    target: str
    request_headers: dict[str, str]
    request_body: str
    status: int
    headers: dict[str, str]
    body: str
    """JSON indented and shortened, HTML and bytes replaced by a remark in angle brackets."""

    @property
    def key(self) -> str:
        """File and place in it, as in "05-albums-edit/3"."""
        return f"{self.file}/{self.number}"

    def json(self) -> object:
        """The answer's JSON, without the marks that say how it was shortened."""
        return whole(json.loads(self.body))

    def content(self) -> bytes:
        """An answer of the recorded size where only the size was recorded."""
        remark = BYTES_REMARK.fullmatch(self.body)
        if remark is None:
            typed = self.headers.get("Content-Type", "")
            if self.body.startswith(("{", "[")) and ("json" in typed or "text/plain" in typed):
                return json.dumps(self.json()).encode()
            return self.body.encode()
        size = int(remark[1])
        start = {None: b"", "SVG": b"<svg>", "HTML": b"<!DOCTYPE html>"}[remark[2]]
        return start.ljust(size, b"\0" if remark[2] is None else b" ")


def exchanges() -> Iterator[Exchange]:
    """All of them but the websocket's, in the order in which they were recorded."""
    for path in sorted(HERE.glob("*.http")):
        if path.stem == EVENTS:
            continue
        parts = re.split(r"^### ", path.read_text(), flags=re.MULTILINE)[1:]
        for number, part in enumerate(parts, 1):
            yield _exchange(path.stem, number, part)


def whole(value: object) -> object:
    """JSON without `"... 39 more"` in lists and `"...": "shortened"` in objects."""
    if isinstance(value, list):
        kept = [entry for entry in value if not _is_mark(entry)]
        return [whole(entry) for entry in kept]
    if isinstance(value, dict):
        return {name: whole(entry) for name, entry in value.items() if name != "..."}
    return value


def _is_mark(entry: object) -> bool:
    return isinstance(entry, str) and entry.startswith("... ")


def _exchange(file: str, number: int, text: str) -> Exchange:
    title, _, rest = text.partition("\n")
    request, answer = re.split(r"^(?=HTTP/1\.1 )", rest, maxsplit=1, flags=re.MULTILINE)
    request = "".join(line for line in request.splitlines(True) if not line.startswith("# "))
    first, request_headers, request_body = _message(request)
    status_line, headers, body = _message(answer)
    method, target, _ = first.split(" ")
    return Exchange(
        file=file,
        number=number,
        title=title,
        method=method,
        target=target,
        request_headers=request_headers,
        request_body=request_body,
        status=int(status_line.split(" ")[1]),
        headers=headers,
        body=body,
    )


def _message(text: str) -> tuple[str, dict[str, str], str]:
    head, _, body = text.strip("\n").partition("\n\n")
    first, *lines = head.splitlines()
    headers = dict(line.split(": ", 1) for line in lines)
    return first, headers, body.strip("\n")
