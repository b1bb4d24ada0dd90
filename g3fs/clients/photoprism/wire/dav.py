"""Answers of WebDAV: lists as XML, which is parsed without anything that XML could do to us."""

from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes, urlsplit
from xml.parsers import expat

from g3fs.gallery.errors import BadReply
from g3fs.http.bytestream import http_time_s

_DAV = "DAV:"


@dataclass(frozen=True, slots=True, kw_only=True)
class WireDavEntry:
    """A file or directory as it lies on the server's disk, indexed or not."""

    path: str
    """Below the root, without slashes at its ends; "" is the root. Hostile input; what is not
    UTF-8 survives (surrogateescape)."""
    directory: bool
    size_bytes: int | None
    """None for directories."""
    modified_s: int | None
    etag: str
    media_type: str


@dataclass(slots=True)
class _Response:
    href: str = ""
    texts: dict[str, str] = field(default_factory=dict)
    directory: bool = False


def entries_from(body: bytes, base: str) -> tuple[WireDavEntry, ...]:
    """The answer to PROPFIND; `base` is the path of the root on the server, such as `/originals`.

    Entries outside of the root are left out.

    Raises:
        BadReply: no XML, or XML with a document type, which is never needed.
    """
    read = (_entry(response, base) for response in _responses(body))
    return tuple(entry for entry in read if entry is not None)


def _responses(body: bytes) -> list[_Response]:
    reader = _Reader()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.StartDoctypeDeclHandler = _refuse
    try:
        parser.Parse(body, True)
    except (expat.ExpatError, UnicodeError, ValueError) as exc:
        raise BadReply(f"the directory list is no XML: {exc}") from None
    return reader.responses


class _Reader:
    """Collects what is inside of each `response`."""

    def __init__(self) -> None:
        self.responses: list[_Response] = []
        self._text = ""

    def start(self, name: str, _attributes: object) -> None:
        self._text = ""
        if name == f"{_DAV} response":
            self.responses.append(_Response())
        elif name == f"{_DAV} collection" and self.responses:
            self.responses[-1].directory = True

    def end(self, name: str) -> None:
        if not self.responses:
            return
        if name == f"{_DAV} href":
            self.responses[-1].href = self._text.strip()
        elif name.startswith(f"{_DAV} get"):
            self.responses[-1].texts[name.removeprefix(f"{_DAV} ")] = self._text.strip()
        self._text = ""

    def text(self, data: str) -> None:
        self._text += data


def _refuse(*_declaration: object) -> None:
    raise BadReply("the directory list has a document type, which nobody asked for")


def _entry(response: _Response, base: str) -> WireDavEntry | None:
    path = unquote_to_bytes(urlsplit(response.href).path).decode("utf-8", "surrogateescape")
    if not f"{path}/".startswith(f"{base}/"):
        return None
    size = response.texts.get("getcontentlength", "")
    return WireDavEntry(
        path=path.removeprefix(base).strip("/"),
        directory=response.directory,
        size_bytes=int(size) if size.isascii() and size.isdigit() else None,
        modified_s=http_time_s(response.texts.get("getlastmodified")),
        etag=response.texts.get("getetag", ""),
        media_type=response.texts.get("getcontenttype", ""),
    )
