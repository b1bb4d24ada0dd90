"""The only place where a gallery error becomes an errno.

Why each is what it is: an errno decides what tools do next. EXDEV, EOPNOTSUPP and ENOSYS make them
copy and delete, EAGAIN and EINTR make them loop, ENOSYS switches a call off for the whole mount; so
none of these is ever the answer to one file. EOPNOTSUPP is right for attributes only.
"""

import errno
from collections.abc import Mapping

from g3fs.gallery import errors
from g3fs.vfs.xattrs import NoSuchAttribute

ERRNO_OF: Mapping[type[errors.GalleryError], int] = {
    errors.NotFound: errno.ENOENT,
    errors.BytesLost: errno.EIO,
    errors.NotAGallery: errno.EIO,
    errors.OtherPlace: errno.EIO,
    errors.AccessDenied: errno.EACCES,
    errors.LoginRefused: errno.EACCES,
    errors.NotPermitted: errno.EPERM,
    errors.ReadOnly: errno.EROFS,
    errors.NotSupported: errno.EOPNOTSUPP,
    errors.Stale: errno.ESTALE,
    errors.AlreadyExists: errno.EEXIST,
    errors.NotEmpty: errno.ENOTEMPTY,
    errors.Invalid: errno.EINVAL,
    errors.NameTooLong: errno.ENAMETOOLONG,
    errors.BadName: errno.EILSEQ,
    errors.ValueTooLong: errno.E2BIG,
    errors.TooLarge: errno.EFBIG,
    errors.NoSpace: errno.ENOSPC,
    errors.Busy: errno.EBUSY,
    errors.ServerError: errno.EIO,
    errors.BadReply: errno.EIO,
    errors.Maintenance: errno.EIO,
    errors.Unreachable: errno.EHOSTUNREACH,
    errors.TlsFailed: errno.EIO,
    errors.TimedOut: errno.ETIMEDOUT,
    errors.Cancelled: errno.EIO,
    NoSuchAttribute: errno.ENODATA,
}

QUIET = frozenset({errno.ENOENT, errno.ENODATA, errno.EOPNOTSUPP, errno.EROFS})
"""Answers that are no news: programs ask for what is not there all the time."""


def errno_of(error: errors.GalleryError) -> int:
    """What the kernel is told; the nearest kind counts."""
    for kind in type(error).__mro__:
        if kind in ERRNO_OF:
            return ERRNO_OF[kind]
    return errno.EIO
