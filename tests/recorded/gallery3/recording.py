"""Reads the recorded exchanges: *.http files, one request and its answer under each ### title."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent


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
    """JSON indented, HTML and bytes replaced by a remark in angle brackets."""

    @property
    def key(self) -> str:
        """File and place in it, as in "07-item-put/3"."""
        return f"{self.file}/{self.number}"


def exchanges() -> Iterator[Exchange]:
    """All of them, in the order in which they were recorded."""
    for path in sorted(HERE.glob("*.http")):
        parts = re.split(r"^### ", path.read_text(), flags=re.MULTILINE)[1:]
        for number, part in enumerate(parts, 1):
            yield _exchange(path.stem, number, part)


def _exchange(file: str, number: int, text: str) -> Exchange:
    title, _, rest = text.partition("\n")
    request, answer = re.split(r"^(?=HTTP/1\.1 )", rest, maxsplit=1, flags=re.MULTILINE)
    request = "".join(ln for ln in request.splitlines(True) if not ln.startswith("# "))
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
