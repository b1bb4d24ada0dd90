"""The joint between requests and our own connections: watched sockets, one TLS context."""

import socket
import ssl
from typing import Any

from requests import PreparedRequest
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

from g3fs.http.deadline import Watch

_UNSENT_BYTES = 256 * 1024
"""What the system may hold of a body that has not left yet. By default it takes megabytes at once,
and for the time that these need on a slow line nothing seems to move."""

_SOCKET_OPTIONS = [
    *HTTPConnection.default_socket_options,
    (socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, _UNSENT_BYTES),
]


class WatchedAdapter(HTTPAdapter):
    """Holds one connection, whose waits the watch bounds."""

    def __init__(self, watch: Watch, context: ssl.SSLContext | None) -> None:
        self._pools = _pool_classes(watch)
        tls = {} if context is None else {"ssl_context": context}
        self._more: dict[str, Any] = {"socket_options": _SOCKET_OPTIONS, **tls}
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0)

    def init_poolmanager(
        self,
        connections: int,
        maxsize: int,
        block: bool = False,
        **kwargs: Any,  # noqa: ANN401 - as inherited
    ) -> None:
        super().init_poolmanager(connections, maxsize, block, **kwargs, **self._more)
        self.poolmanager.pool_classes_by_scheme = self._pools

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:  # noqa: ANN401 - as inherited
        manager = super().proxy_manager_for(proxy, **kwargs, **self._more)
        manager.pool_classes_by_scheme = self._pools
        return manager

    def build_connection_pool_key_attributes(
        self, request: PreparedRequest, verify: object, cert: object = None
    ) -> tuple[Any, Any]:
        """Only the place: the context, which the pool manager has, decides about TLS."""
        place, _ = super().build_connection_pool_key_attributes(request, verify=True)
        return place, {}

    def cert_verify(self, conn: object, url: object, verify: object, cert: object) -> None:
        """Nothing to do: the context decides, and requests would load its own file once more."""


def _pool_classes(watch: Watch) -> dict[str, type[HTTPConnectionPool]]:
    class Plain(HTTPConnection):
        def connect(self) -> None:
            super().connect()
            assert self.sock is not None
            self.sock = watch.adopt(self.sock)

    class Secure(HTTPSConnection):
        def connect(self) -> None:
            super().connect()
            assert self.sock is not None
            self.sock = watch.adopt(self.sock)
            # Only spares a warning per request: the user asked for `insecure` and was warned.
            self.is_verified = True

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}
