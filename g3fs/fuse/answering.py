"""What every handler has in common: a deadline, and no exception but FUSEError.

Any other exception that leaves a handler ends the whole mount (measured with pyfuse3 3.5.0), so
what nobody foresaw is logged with its traceback and answered with EIO.
"""

import errno
import functools
import logging
from collections.abc import Callable, Coroutine
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

import pyfuse3
import trio

from g3fs.fuse.errnos import QUIET, errno_of
from g3fs.gallery.errors import GalleryError, TimedOut

log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")


class HasDeadline(Protocol):
    """Whose handlers are guarded."""

    @property
    def deadline_s(self) -> float:
        """In which every reply is given."""
        ...


S = TypeVar("S", bound=HasDeadline)

Handler = Callable[Concatenate[S, P], Coroutine[Any, Any, T]]


def answering(handler: Handler[S, P, T]) -> Handler[S, P, T]:
    """Answer within the deadline, with a result or an errno."""

    @functools.wraps(handler)
    async def guarded(self: S, /, *args: P.args, **kwargs: P.kwargs) -> T:
        with trio.move_on_after(self.deadline_s) as scope:
            return await _translated(handler(self, *args, **kwargs), _name(handler))
        assert scope.cancelled_caught  # nothing else leads here
        raise refusal(_name(handler), TimedOut(f"no answer within {self.deadline_s:g} s"))

    return guarded


def answering_with_progress(handler: Handler[S, P, T]) -> Handler[S, P, T]:
    """Answer with a result or an errno; whoever moves the bytes watches that they move."""

    @functools.wraps(handler)
    async def guarded(self: S, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await _translated(handler(self, *args, **kwargs), _name(handler))

    return guarded


def refusal(operation: str, error: GalleryError) -> pyfuse3.FUSEError:
    """The errno for a gallery error, with one line in the log."""
    code = errno_of(error)
    level = logging.DEBUG if code in QUIET else logging.WARNING
    log.log(level, "%s: %s (%s)", operation, error, errno.errorcode[code])
    return pyfuse3.FUSEError(code)


async def _translated(answer: Coroutine[Any, Any, T], operation: str) -> T:
    try:
        return await answer
    except pyfuse3.FUSEError:
        raise
    except GalleryError as error:
        raise refusal(operation, error) from None
    except Exception:  # whatever it is, the mount must live on
        log.exception("%s: a defect in g3fs", operation)
        raise pyfuse3.FUSEError(errno.EIO) from None


def _name(handler: Callable[..., object]) -> str:
    return getattr(handler, "__name__", "call")
