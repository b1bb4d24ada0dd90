"""What the writing half stands on: put together in app/, used by all modules beside this one."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import trio

from g3fs.cache.catalog import Catalog
from g3fs.cache.content import Content
from g3fs.cache.queue.queue import Queue
from g3fs.cache.state import State
from g3fs.gallery.ids import ItemId
from g3fs.gallery.items import Item
from g3fs.gallery.writing import Writer
from g3fs.vfs.inodes import InodeTable
from g3fs.vfs.notifier import Notifier
from g3fs.vfs.tree import Tree
from g3fs.vfs.writing.drafts import Drafts
from g3fs.vfs.writing.errands import Errands
from g3fs.vfs.xattrs import Xattrs


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What the user decided."""

    may_delete: bool = True
    """`delete=deny` also refuses to replace data."""
    background: bool = False
    """`upload=background`: close(2) is answered when the journal has the file."""
    verdict_s: float = 5.0
    """How long a rename waits for the verdict on an upload: the kernel holds the directory."""
    hold_s: float = 2.0
    """How long a deletion is held back for the successor to take the name."""
    settling_s: float = 5.0
    """For how long a server may go on with an upload whose mount has ended: as long as it takes to
    make smaller pictures of a large photo."""
    first_pause_s: float = 5.0
    longest_pause_s: float = 300.0
    """Between attempts to send an accepted file; each pause is twice as long as the last."""
    attempts: int = 8
    """So often a server may fail on one file before that counts as refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """Everything that changes are made with."""

    catalog: Catalog
    content: Content
    state: State
    tree: Tree
    inodes: InodeTable
    notifier: Notifier
    xattrs: Xattrs
    queue: Queue
    drafts: Drafts
    writer: Writer
    stat: Callable[[ItemId], Awaitable[Item]]
    """Asks the server for one item."""
    nursery: trio.Nursery
    errands: Errands
    """For what goes on after its caller was answered, and is waited for at the end."""
    disk: trio.CapacityLimiter
    """For threads that look at local files."""
    policy: Policy
