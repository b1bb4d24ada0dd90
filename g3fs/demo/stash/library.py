"""What a Stash holds beyond albums and media: galleries made by hand, aliases, studios."""

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field

from g3fs.demo.library import Content, Library, Media

ZIP_TIME = (2024, 9, 1, 12, 0, 0)
Place = tuple[str, ...]
"""Where a file is: names of the albums and its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandMade:
    """A gallery made by hand."""

    title: str
    images: tuple[Place, ...] = ()
    details: str = ""
    tags: tuple[str, ...] = ()
    cover: Place | None = None
    chapters: tuple[tuple[str, int], ...] = ()
    """Titles and positions from 1."""
    studio: str | None = None
    performers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """What is known of an image or scene beyond its file."""

    place: Place
    rating: int | None = None
    studio: str | None = None
    performers: tuple[str, ...] = ()
    photographer: str = ""
    code: str = ""
    urls: tuple[str, ...] = ()
    organized: bool = False
    o_counter: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class StashLibrary(Library):
    """A library with all that only a Stash knows."""

    hand_made: tuple[HandMade, ...] = ()
    credits: tuple[Credit, ...] = ()
    aliases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Of tags, by name."""
    parents: Mapping[str, str] = field(default_factory=dict)
    """Tags above others, by name."""
    studios: tuple[str, ...] = ()
    performers: tuple[str, ...] = ()


def archive(name: str, entries: Mapping[str, Content]) -> Media:
    """A zip with these files; equal entries give equal bytes."""

    def make() -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as opened:
            for inner, content in entries.items():
                opened.writestr(zipfile.ZipInfo(inner, ZIP_TIME), content.read())
        return out.getvalue()

    return Media(name=name, content=Content(make), mime_type="application/zip")
