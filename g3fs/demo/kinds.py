"""The kinds of servers that can be imitated: how each is built, and what it shows by default."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from g3fs.demo.faulty import Gallery
from g3fs.demo.gallery3.site import Gallery3Site
from g3fs.demo.gallery3.site import Options as Gallery3Options
from g3fs.demo.library import Library
from g3fs.demo.photoprism.options import Options as PhotoPrismOptions
from g3fs.demo.photoprism.site import PhotoPrismSite
from g3fs.demo.photoprism_samples import sample_library as photoprism_library
from g3fs.demo.samples import sample_library
from g3fs.demo.stash.options import Options as StashOptions
from g3fs.demo.stash.samples import stash_library
from g3fs.demo.stash.site import StashSite


class Admin(Protocol):
    """Whoever may do everything."""

    @property
    def username(self) -> str: ...
    @property
    def password(self) -> str: ...
    @property
    def api_key(self) -> str: ...


class Site(Gallery, Protocol):
    """A whole server: state and answers."""

    @property
    def path(self) -> str:
        """What a user would type behind host and port."""
        ...

    @property
    def admin(self) -> Admin: ...

    def harm(self, data: Mapping[str, object]) -> object:
        """Damage something, as JSON data says; ValueError if that makes no sense."""
        ...

    def close(self) -> None:
        """Write everything down and give the files back."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One of the servers."""

    build: Callable[[Library, object | None, Path | None], Site]
    """From what it holds when new, its options (None: the usual ones), and where to keep it."""
    sample: Callable[[], Library]


def _gallery3(library: Library, options: object | None, data: Path | None) -> Site:
    options = Gallery3Options() if options is None else options
    assert isinstance(options, Gallery3Options)
    return Gallery3Site(library, options, data)


def _photoprism(library: Library, options: object | None, data: Path | None) -> Site:
    options = PhotoPrismOptions() if options is None else options
    assert isinstance(options, PhotoPrismOptions)
    return PhotoPrismSite(library, options, data)


def _stash(library: Library, options: object | None, data: Path | None) -> Site:
    options = StashOptions() if options is None else options
    assert isinstance(options, StashOptions)
    return StashSite(library, options, data)


KINDS: Mapping[str, Kind] = {
    "gallery3": Kind(build=_gallery3, sample=sample_library),
    "stash": Kind(build=_stash, sample=stash_library),
    "photoprism": Kind(build=_photoprism, sample=photoprism_library),
}
