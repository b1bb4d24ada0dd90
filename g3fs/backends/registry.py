"""Which server is it, and who opens it: the explicit table of kinds."""

import logging
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from g3fs.backends.options import IssuedKey, ServerOptions
from g3fs.gallery.backend import Backend
from g3fs.gallery.errors import NotAGallery, NotSupported, OtherPlace

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """Into one kind of server. Both raise NotAGallery, cheaply, where it is of another."""

    open: Callable[[ServerOptions], AbstractAsyncContextManager[Backend]]
    log_in: Callable[[ServerOptions], IssuedKey]
    """Name and password in, a key that lasts out; blocking."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of server."""

    name: str
    """For people."""
    ways: Callable[[], Ways]
    """Imports its code, so that a mount need not wait for that of the others."""


def _gallery3() -> Ways:
    from g3fs.backends.gallery3.login import log_in_gallery3
    from g3fs.backends.gallery3.opening import open_gallery3

    return Ways(open=open_gallery3, log_in=log_in_gallery3)


def _photoprism() -> Ways:
    from g3fs.backends.photoprism.login import log_in_photoprism
    from g3fs.backends.photoprism.opening import open_photoprism

    return Ways(open=open_photoprism, log_in=log_in_photoprism)


def _stash() -> Ways:
    from g3fs.backends.stash.login import log_in_stash
    from g3fs.backends.stash.opening import open_stash

    return Ways(open=open_stash, log_in=log_in_stash)


KINDS: Mapping[str, Kind] = {
    "gallery3": Kind(name="Gallery 3", ways=_gallery3),
    "photoprism": Kind(name="PhotoPrism", ways=_photoprism),
    "stash": Kind(name="Stash", ways=_stash),
}
"""In the order in which a server is asked what it is. No server answers to two of them: each is
known by what only its own API says."""


@asynccontextmanager
async def open_backend(options: ServerOptions) -> AsyncIterator[Backend]:
    """A backend for the server; it is asked which kind it is of where the user did not say.

    Raises:
        NotSupported: this version has no backend for that kind.
        NotAGallery: no server of that kind, or of any, answers there.
        Others: as of the opener of its kind; the first that is not NotAGallery tells the reason.
    """
    refusals: list[NotAGallery] = []
    async with AsyncExitStack() as stack:
        for kind in _candidates(options):
            try:
                backend = await stack.enter_async_context(kind.ways().open(options))
            except NotAGallery as exc:
                refusals.append(exc)
                continue
            yield backend
            return
        raise _nothing(options, refusals)


def log_in(options: ServerOptions) -> IssuedKey:
    """Log in once, by name and password, and get the key that lasts; errors as of open_backend."""
    refusals: list[NotAGallery] = []
    for kind in _candidates(options):
        try:
            return kind.ways().log_in(options)
        except NotAGallery as exc:
            refusals.append(exc)
    raise _nothing(options, refusals)


def _candidates(options: ServerOptions) -> list[Kind]:
    if options.kind is None:
        return list(KINDS.values())
    if options.kind not in KINDS:
        raise NotSupported(f"{options.kind!r} is no known kind of server ({', '.join(KINDS)})")
    return [KINDS[options.kind]]


def _nothing(options: ServerOptions, refusals: Sequence[NotAGallery]) -> NotAGallery:
    """What is told when no kind has taken the server: a hint of where one is, if there is any."""
    for refusal in refusals:
        log.debug("%s", refusal)
        if isinstance(refusal, OtherPlace):
            return refusal
    names = _names() if options.kind is None else KINDS[options.kind].name
    return NotAGallery(f"there is no {names} at {options.url}")


def _names() -> str:
    *others, last = (kind.name for kind in KINDS.values())
    return f"{', '.join(others)} or {last}"
