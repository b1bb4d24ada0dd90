"""A TCP proxy that turns loopback into a distant, slow or broken network, and counts.

    with DelayProxy("127.0.0.1", server.port, Conditions(round_trip_s=0.03)) as proxy:
        fetch(proxy.url("/rest/item/1"))
        proxy.black_hole()
        ...
        proxy.heal()
        proxy.counters().requests

Bytes spend half a round trip under way in each direction, and a new connection waits one more for
its handshake. No more is under way than TCP would allow (a window that starts small and grows with
what was taken), because a proxy that buffers megabytes makes a client that stops early look greedy.
"""

import asyncio
import contextlib
import socket
import struct
import threading
from collections.abc import Coroutine
from dataclasses import replace
from types import TracebackType
from typing import Any, Self, final

from g3fs.demo.proxy_heads import BodyMeter, RequestFinder
from g3fs.demo.proxy_link import Conditions, Counters, Lane, Link, Tally
from g3fs.demo.proxy_pipe import Pipe

# Bytes in the kernel's send queue look delivered although the other side has not taken them.
_UNSENT_LIMIT = 8 * 1024
_RECEIVE_BUFFER = 64 * 1024
_BACKLOG = 128
_HEALTHY = Conditions()


@final
class DelayProxy:
    """The proxy, on a port of its own from `with` to its end; usable from any thread.

    A change of conditions is in force when the call returns. It holds for connections that are
    open already, except that bytes under way keep the delay with which they set out.
    """

    def __init__(
        self, target_host: str, target_port: int, conditions: Conditions = _HEALTHY
    ) -> None:
        self._target = (target_host, target_port)
        self._first_conditions = conditions
        self._stack = contextlib.ExitStack()
        self._port = 0

    def __enter__(self) -> Self:
        with contextlib.ExitStack() as stack:
            # Keeps the port ours while nobody listens on it; connecting to it is then refused.
            holder = stack.enter_context(_socket())
            holder.bind(("127.0.0.1", 0))
            self._port = holder.getsockname()[1]
            self._network = _Network(self._target, self._port)
            loop = stack.enter_context(
                asyncio.Runner(loop_factory=asyncio.new_event_loop)
            ).get_loop()
            thread = threading.Thread(target=loop.run_forever, name="delay-proxy", daemon=True)
            thread.start()
            self._loop = loop
            stack.callback(thread.join)
            stack.callback(loop.call_soon_threadsafe, loop.stop)
            stack.callback(lambda: self._run(self._network.stop()))
            self._run(self._network.change(self._first_conditions))
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    @property
    def port(self) -> int:
        return self._port

    def url(self, path: str = "") -> str:
        return f"http://127.0.0.1:{self._port}{path}"

    @property
    def conditions(self) -> Conditions:
        return self._network.link.conditions

    def set(self, conditions: Conditions) -> None:
        self._run(self._network.change(conditions))

    def black_hole(self) -> None:
        """From now on connections are accepted and no byte moves, on open ones neither."""
        self.set(replace(self.conditions, black_hole=True))

    def refuse(self) -> None:
        """From now on connections are refused; those that are open are reset."""
        self.set(replace(self.conditions, refuse=True))

    def drip(self, bytes_per_s: float) -> None:
        """From now on answers arrive at this rate, heads included."""
        self.set(replace(self.conditions, down_bytes_per_s=bytes_per_s))

    def cut_after(self, body_bytes: int) -> None:
        """From now on an answer with a longer body is reset after so many bytes of it."""
        self.set(replace(self.conditions, cut_after=body_bytes))

    def heal(self) -> None:
        """Back to the conditions with which the proxy was made."""
        self.set(self._first_conditions)

    def counters(self) -> Counters:
        """What went through since the start or the last reset.

        Requests count when they are sent, whether they arrive or not; bytes down when the server
        parts with them.
        """
        return self._network.link.tally.snapshot()

    @property
    def open_connections(self) -> int:
        """How many connections are open at this moment."""
        return len(self._network.connections)

    def reset_counters(self) -> None:
        self._network.link.tally = Tally()

    def _run(self, step: Coroutine[Any, Any, None]) -> None:
        """Takes a step in the event loop and waits for it."""
        asyncio.run_coroutine_threadsafe(step, self._loop).result()


class _Network:
    """The part that lives in the event loop: the listener and the connections."""

    def __init__(self, target: tuple[str, int], port: int) -> None:
        self.link = Link(Conditions(refuse=True))
        self._target = target
        self._port = port
        self._up = Lane(self.link, down=False)
        self._down = Lane(self.link, down=True)
        self._acceptor: asyncio.Task[None] | None = None
        self.connections: set[asyncio.Task[None]] = set()

    async def change(self, conditions: Conditions) -> None:
        """Puts conditions in force; on return they are."""
        self.link.change(conditions)
        if conditions.refuse:
            await self.stop()
        elif self._acceptor is None:
            self._acceptor = asyncio.create_task(self._accept(_listener(self._port)))

    async def stop(self) -> None:
        """Closes the listener and resets every connection."""
        tasks = [*self.connections]
        if self._acceptor is not None:
            tasks.append(self._acceptor)
            self._acceptor = None
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _accept(self, listener: socket.socket) -> None:
        with listener:
            while True:
                client, _ = await asyncio.get_running_loop().sock_accept(listener)
                self.link.tally.connections += 1
                task = asyncio.create_task(self._serve(client))
                self.connections.add(task)
                task.add_done_callback(self.connections.discard)

    async def _serve(self, client: socket.socket) -> None:
        """One connection; whatever goes wrong on one side is a reset on the other."""
        with client, _socket() as server:
            _prepare(client)
            whole = False
            try:
                await self._exchange(client, server)
                whole = True
            except* OSError:
                pass  # told to both sides below
            finally:
                if not whole:
                    _reset_when_closed(client)
                    _reset_when_closed(server)

    async def _exchange(self, client: socket.socket, server: socket.socket) -> None:
        handshake = asyncio.get_running_loop().time() + self.link.conditions.round_trip_s
        up = Pipe(self.link, self._up, handshake)
        down = Pipe(self.link, self._down, handshake)
        watch = _Watch(self.link)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(up.fill(client, watch.sent))
            await self.link.open()
            await self.link.until(handshake)
            await asyncio.get_running_loop().sock_connect(server, self._target)
            tasks.create_task(up.drain(server, len))
            tasks.create_task(down.fill(server, watch.answered))
            tasks.create_task(down.drain(client, watch.may_pass))


class _Watch:
    """Counts what one connection carries and knows where it is to be cut."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._requests = RequestFinder()
        self._body = BodyMeter()

    def sent(self, data: bytes) -> None:
        if not data and self._link.conditions.black_hole:
            # The client gave up: its request must not reach the server after all.
            raise ConnectionResetError("closed inside a black hole")
        tally = self._link.tally
        tally.bytes_up += len(data)
        for request in self._requests.feed(data):
            tally.requests.append(request)
            self._body.expect_answer()

    def answered(self, data: bytes) -> None:
        self._link.tally.bytes_down += len(data)

    def may_pass(self, data: bytes) -> int:
        return self._body.allowed(data, self._link.conditions.cut_after)


def _socket() -> socket.socket:
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    _prepare(sock)
    return sock


def _listener(port: int) -> socket.socket:
    sock = _socket()
    sock.bind(("127.0.0.1", port))
    sock.listen(_BACKLOG)
    return sock


def _prepare(sock: socket.socket) -> None:
    sock.setblocking(False)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, _UNSENT_LIMIT)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BUFFER)


def _reset_when_closed(sock: socket.socket) -> None:
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
