"""Which server is it, and who opens it: the explicit table of kinds."""

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager

from g3fs.backends.gallery3.opening import open_gallery3
from g3fs.backends.options import ServerOptions
from g3fs.gallery.backend import Backend
from g3fs.gallery.errors import NotSupported

Opener = Callable[[ServerOptions], AbstractAsyncContextManager[Backend]]

OPENERS: Mapping[str, Opener] = {"gallery3": open_gallery3}

PLANNED: Mapping[str, str] = {"photoprism": "PhotoPrism", "stash": "Stash"}
"""Kinds that are known by name and cannot be opened yet."""


def open_backend(options: ServerOptions) -> AbstractAsyncContextManager[Backend]:
    """A backend for the server; errors, on entering, as of the opener of its kind.

    Where the user did not say the kind, the server is asked. Each opener begins by looking whether
    the server is of its kind (NotAGallery if not), and there is one so far.

    Raises:
        NotSupported: this version has no backend for that kind.
    """
    kind = options.kind or "gallery3"
    if kind in PLANNED:
        raise NotSupported(f"{PLANNED[kind]} is not built yet: this version mounts Gallery 3")
    if kind not in OPENERS:
        raise NotSupported(f"{kind!r} is no known kind of server ({', '.join(OPENERS)})")
    return OPENERS[kind](options)
