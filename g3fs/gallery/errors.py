"""Every failure in gallery terms; `fuse/errnos.py` is the only place that makes an errno of one.

GalleryError
 +-- NotFound            no such item, or hidden from this user
 |    +-- BytesLost      the item exists, its file on the server does not
 |    +-- NotAGallery    something answers there, but it is not a gallery server
 |         +-- OtherPlace  there is one, at another address of the same server
 +-- AccessDenied        this user may not do this
 |    +-- LoginRefused   wrong name, password or key
 +-- NotPermitted        nobody may ever do this here
 +-- ReadOnly            the mount or the server takes no changes
 +-- NotSupported        the server cannot do this
 +-- Stale               the item is no longer at the version that is being read
 +-- AlreadyExists       the name is taken
 +-- NotEmpty            the album has items, shown or not
 +-- Invalid             the server will not take this value
 |    +-- NameTooLong
 |    +-- BadName        characters that cannot be stored
 |    +-- ValueTooLong
 +-- TooLarge            the server takes no file of this size
 +-- NoSpace             quota or disk full
 +-- Busy                asked to come back later, and the deadline does not allow it
 +-- ServerError         the server failed, or answered what cannot be understood
 |    +-- BadReply       an answer that is not what the API promises (HTML, truncated, odd fields)
 |    +-- Maintenance    the server says it is being worked on
 +-- Unreachable         no connection: refused, no such host, no route, breaker open
 |    +-- TlsFailed      the certificate is not trusted, or no TLS there
 +-- TimedOut            no answer, or no progress, within the deadline
 +-- Cancelled           the work was given up because nobody wants it any more
"""


class GalleryError(Exception):
    """Anything that can go wrong between us and a gallery; str() is one line for people."""


class NotFound(GalleryError):
    """There is no such item, or this user may not see it."""


class BytesLost(NotFound):
    """The item is listed, but the server has lost its file."""


class NotAGallery(NotFound):
    """Something answers at the address, but no gallery that we know."""


class OtherPlace(NotAGallery):
    """No gallery at the address, but at another one of the same server, which the text names."""


class AccessDenied(GalleryError):
    """This user may not do this."""


class LoginRefused(AccessDenied):
    """The name, password or key is not accepted."""


class NotPermitted(GalleryError):
    """Nobody may do this here, whatever the rights."""


class ReadOnly(GalleryError):
    """The mount, or the server, takes no changes."""


class NotSupported(GalleryError):
    """The server has no such function (an old version, a module that is off)."""


class Stale(GalleryError):
    """The item is no longer at the version that was asked for."""


class AlreadyExists(GalleryError):
    """The name is taken by another item."""


class NotEmpty(GalleryError):
    """The album still has items, shown or not."""


class Invalid(GalleryError):
    """The server will not take this value; nothing was changed."""


class NameTooLong(Invalid):
    """The name, or the path that it makes, is longer than the server stores."""


class BadName(Invalid):
    """The name has characters that the server cannot store."""


class ValueTooLong(Invalid):
    """A text is longer than the server stores."""


class TooLarge(GalleryError):
    """The file is larger than the server takes."""


class NoSpace(GalleryError):
    """Quota or disk of the server, or of our own cache, is full."""


class Busy(GalleryError):
    """The server asked to come back later than the deadline allows."""

    def __init__(self, message: str, *, retry_after_s: float | None = None) -> None:
        """Remember how long the server asked us to wait, in seconds; None: it did not say."""
        super().__init__(message)
        self.retry_after_s = retry_after_s


class ServerError(GalleryError):
    """The server failed."""


class BadReply(ServerError):
    """The answer is not what the API promises; the message names what was odd."""


class Maintenance(ServerError):
    """The server is being worked on and answers nothing else."""


class Unreachable(GalleryError):
    """No connection to the server."""


class TlsFailed(Unreachable):
    """The secure connection could not be made."""


class TimedOut(GalleryError):
    """No answer, or no byte moved, within the deadline."""


class Cancelled(GalleryError):
    """The work was given up because nobody wants it any more."""
