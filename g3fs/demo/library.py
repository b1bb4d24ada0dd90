"""What a demo gallery holds, told without any server's words: albums, photos, movies, remarks."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Literal

Audience = Literal["guests", "members"]
Right = Literal["view", "view_full", "edit", "add"]

UPLOADED = 1725187200
"""When the first item of a library came to the server: 2024-09-01; the others follow by seconds."""


class Content:
    """The bytes of a file, made when they are first asked for and the same ever after."""

    def __init__(self, make: Callable[[], bytes]) -> None:
        self._make: Callable[[], bytes] | None = make
        self._data = b""

    def read(self) -> bytes:
        """All bytes. Two threads may make them twice; they are equal."""
        make = self._make
        if make is not None:
            self._data = make()
            self._make = None
        return self._data


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """A comment; `author` is a user of the server, or None for a visitor who left a name."""

    text: str
    author: str | None = None
    visitor: str | None = None
    created: int = UPLOADED
    published: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """A photo or movie. What is said here about the bytes must be true of them."""

    name: str
    content: Content
    mime_type: str = "image/jpeg"
    width: int = 1200
    height: int = 800
    title: str | None = None
    """None: the server makes one from the name."""
    caption: str | None = None
    captured: int | None = None
    """Unix seconds; None when the file carries no EXIF date."""
    tags: tuple[str, ...] = ()
    remarks: tuple[Remark, ...] = ()
    # What not all servers know:
    favorite: bool = False
    private: bool = False
    archived: bool = False
    unreviewed: bool = False
    """Nobody has looked at it yet."""
    people: tuple[str, ...] = ()
    place: tuple[float, float, str, str] | None = None
    """Latitude, longitude, country (two letters), state."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Who may or may not do something in an album and, unless told otherwise there, below it."""

    audience: Audience
    right: Right
    allowed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Album:
    """A directory of albums and media."""

    name: str
    title: str | None = None
    caption: str | None = None
    tags: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()
    children: "tuple[Album | Media, ...]" = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """A set of media beside the tree, on servers that have such sets."""

    title: str
    members: tuple[str, ...] = ()
    """Paths from the root, joined by slashes."""
    kind: str = "album"
    """`album`, or `moment` or `state`: a stored search."""
    search: str = ""
    description: str = ""
    category: str = ""
    location: str = ""
    favorite: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """A whole gallery; its root has a title and children."""

    title: str = "Gallery"
    children: tuple[Album | Media, ...] = ()
    users: tuple[str, ...] = field(default=("bob",))
    """Who has an account beside the administrator."""
    collections: tuple[Collection, ...] = ()
    rules: tuple[Rule, ...] = ()
    """Who may or may not do something everywhere, unless told otherwise in an album."""

    def media(self) -> Iterator[tuple[tuple[str, ...], Media]]:
        """Every photo and movie with the names on the way to it, its own included."""
        stack: list[tuple[tuple[str, ...], Album | Media]] = [((), c) for c in self.children]
        while stack:
            above, node = stack.pop()
            path = (*above, node.name)
            if isinstance(node, Media):
                yield path, node
            else:
                stack.extend((path, child) for child in node.children)
