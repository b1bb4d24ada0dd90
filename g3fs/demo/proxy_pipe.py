"""One direction of one proxied connection: reader, delay line, writer."""

import asyncio
import socket
from collections.abc import Callable

from g3fs.demo.proxy_link import Lane, Link

_CHUNK = 64 * 1024


class Pipe:
    """One direction of one connection: what was read waits its time, then is written."""

    def __init__(self, link: Link, lane: Lane, starts_at: float) -> None:
        self._link = link
        self._lane = lane
        self._starts_at = starts_at  # when the handshake is over: nothing sets out before it
        self._under_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        self._flying = 0
        self._delivered = 0
        self._sink_full = False
        self._moved = asyncio.Event()

    async def fill(self, source: socket.socket, seen: Callable[[bytes], None]) -> None:
        """Reads until the end, as far as the window allows; empty bytes mark the end."""
        loop = asyncio.get_running_loop()
        data = b"-"
        while data:
            while self._sink_full or (room := self._room()) <= 0:
                self._moved.clear()
                await self._moved.wait()
            data = await loop.sock_recv(source, min(room, _CHUNK))
            seen(data)
            self._flying += len(data)
            departure = max(loop.time(), self._starts_at)
            half_way_s = self._link.conditions.round_trip_s / 2
            self._under_way.put_nowait((departure + half_way_s, data))

    def _room(self) -> int:
        return self._lane.window(self._delivered) - self._flying

    async def drain(self, sink: socket.socket, allowed: Callable[[bytes], int]) -> None:
        """Writes what has arrived; raises ConnectionResetError where the conditions cut it."""
        while True:
            arrival, data = await self._under_way.get()
            await self._link.until(arrival)
            if not data:
                await self._link.open()
                sink.shutdown(socket.SHUT_WR)
                return
            while data:
                piece = data[: self._lane.piece()]
                data = data[len(piece) :]
                await self._deliver(sink, piece, allowed)

    async def _deliver(
        self, sink: socket.socket, piece: bytes, allowed: Callable[[bytes], int]
    ) -> None:
        await self._lane.pay(len(piece))
        await self._link.open()
        size = allowed(piece)
        await self._send(sink, piece[:size])
        if size < len(piece):
            raise ConnectionResetError("cut here on purpose")
        self._flying -= size
        self._delivered += size
        self._moved.set()

    async def _send(self, sink: socket.socket, data: bytes) -> None:
        try:
            sent = sink.send(data)
        except BlockingIOError:
            sent = 0
        if sent < len(data):
            # The other side does not read: nothing more is asked of the source meanwhile.
            self._sink_full = True
            await asyncio.get_running_loop().sock_sendall(sink, data[sent:])
            self._sink_full = False
