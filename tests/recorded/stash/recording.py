"""Reads the recorded exchanges: *.http files, one request and its answer under each ### title."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
_SHORTENED = re.compile(r"\.\.\. \d+ more$")


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
    status: int | None
    """None: only the request was recorded."""
    headers: dict[str, str]
    body: str
    """JSON indented, HTML and bytes replaced by a remark in brackets."""

    @property
    def key(self) -> str:
        """File and place in it, as in "07-gallery-images/3"."""
        return f"{self.file}/{self.number}"

    @property
    def asks_graphql(self) -> bool:
        return self.target.startswith("/graphql") and self.request_body.startswith("{")

    @property
    def is_json(self) -> bool:
        return self.body.startswith("{")

    def answer(self) -> Any:
        """The JSON of the answer; what was left out of long lists is left out."""
        return _unshortened(json.loads(self.body))


def exchanges() -> Iterator[Exchange]:
    """All but those over websockets, in the order in which they were recorded."""
    for path in sorted(HERE.glob("*.http")):
        parts = re.split(r"^### ", path.read_text(), flags=re.MULTILINE)[1:]
        for number, part in enumerate(parts, 1):
            exchange = _exchange(path.stem, number, part)
            if "Upgrade" not in exchange.request_headers:
                yield exchange


def _exchange(file: str, number: int, text: str) -> Exchange:
    title, _, rest = text.partition("\n")
    plain = "".join(ln for ln in rest.splitlines(True) if not ln.startswith("# "))
    request, *answers = re.split(r"^(?=HTTP/1\.1 )", plain, maxsplit=1, flags=re.MULTILINE)
    first, request_headers, request_body = _message(request)
    status_line, headers, body = _message(answers[0]) if answers else ("", {}, "")
    method, target, _ = first.split(" ")
    return Exchange(
        file=file,
        number=number,
        title=title,
        method=method,
        target=target,
        request_headers=request_headers,
        request_body=request_body,
        status=int(status_line.split(" ")[1]) if status_line else None,
        headers=headers,
        body="" if body == "(empty body)" else body,
    )


def _message(text: str) -> tuple[str, dict[str, str], str]:
    head, _, body = text.strip("\n").partition("\n\n")
    first, *lines = head.splitlines()
    headers = dict(re.split(": ?", line, maxsplit=1) for line in lines)
    return first, headers, body.strip("\n")


def _unshortened(value: Any) -> Any:
    if isinstance(value, list):
        kept = (e for e in value if not (isinstance(e, str) and _SHORTENED.match(e)))
        return [_unshortened(entry) for entry in kept]
    if isinstance(value, dict):
        return {name: _unshortened(entry) for name, entry in value.items()}
    return value
