"""Addresses where nobody answers."""

import socket
from functools import cache


@cache
def refused_port() -> int:
    """A port of this machine that refuses connections, and that nobody can take meanwhile."""
    _holder.bind(("127.0.0.1", 0))  # and does not listen
    port: int = _holder.getsockname()[1]
    return port


_holder = socket.socket()
