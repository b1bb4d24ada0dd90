"""Which certificates are trusted."""

import ssl

import certifi

from g3fs.gallery.errors import TlsFailed
from g3fs.http.options import HttpOptions


def tls_context(options: HttpOptions) -> ssl.SSLContext:
    """One context for all connections of a client; making one takes milliseconds.

    Without cafile= both the system's certificates and those that come with requests are trusted:
    the former hold what an administrator added, the latter are there on every machine.

    Raises:
        TlsFailed: cafile= cannot be used.
    """
    if options.insecure:
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return context
    if options.cafile is None:
        context = ssl.create_default_context()
        context.load_verify_locations(certifi.where())
        return context
    try:
        return ssl.create_default_context(cafile=str(options.cafile))
    except OSError as exc:
        reason = exc.strerror if isinstance(exc, FileNotFoundError | PermissionError) else "no PEM"
        raise TlsFailed(f"cafile={options.cafile} cannot be used: {reason}") from None
