"""How a Gallery 3 says no."""

from collections.abc import Mapping

PAGE_SIZE = 1276
"""Bytes of the error page that everybody gets."""
TRACE_SIZE = 69_000
"""About what an administrator gets: the same with a stack trace."""


class Refusal(Exception):
    """A request that is answered with an error status and a body of JSON."""

    def __init__(self, status: int, body: object = None) -> None:
        super().__init__(f"{status}: {body}")
        self.status = status
        self.body: object = [] if body is None else body


class ServerError(Exception):
    """A request that ends in the HTML page 500: no permission, or the server is at a loss."""


class PathTooLong(ServerError):
    """The encoded path of an item is longer than its database column, or a name than a disk's."""


def not_found() -> Refusal:
    """No such item, or it is hidden, or one of its files is missing."""
    return Refusal(404)


def bad_request(body: object = None) -> Refusal:
    """Not understood."""
    return Refusal(400, body)


def invalid(errors: Mapping[str, str]) -> Refusal:
    """Understood, but not acceptable: field to code."""
    return Refusal(400, dict(errors))


def error_page(status: str, size: int) -> bytes:
    """An HTML page of exactly `size` bytes."""
    head = (
        "<!DOCTYPE html>\n<html><head><title>Something went wrong!</title></head>\n<body>"
        f"<h1>Dang... Something went wrong!</h1><p>{status}</p>\n"
    ).encode()
    tail = b"</body></html>\n"
    return head + b" " * (size - len(head) - len(tail)) + tail


def login_page(size: int = 4881) -> bytes:
    """What everybody sees while the site is under maintenance."""
    head = (
        b"<!DOCTYPE html>\n<html><head><title>Gallery - maintenance mode</title></head>\n<body>"
        b"<p>This site is currently down for maintenance.</p><form><label>Username</label></form>"
    )
    tail = b"</body></html>\n"
    return head + b" " * (size - len(head) - len(tail)) + tail
