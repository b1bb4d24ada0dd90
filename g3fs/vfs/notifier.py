"""How the kernel is told to forget; a list in tests."""

from typing import Protocol

from g3fs.vfs.nodes import Ino


class Notifier(Protocol):
    """Takes notices without waiting: the kernel may hold the very directory that is answered."""

    def forget_entry(self, parent: Ino, name: str) -> None:
        """The name in that directory is not, or no longer, what the kernel remembers."""
        ...

    def forget_attributes(self, ino: Ino) -> None:
        """The attributes have changed; the bytes have not."""
        ...

    async def forget_size(self, ino: Ino) -> None:
        """The same as for attributes, and the kernel has forgotten them when this returns."""
        ...

    def forget_content(self, ino: Ino) -> None:
        """The bytes, and the attributes, have changed."""
        ...
