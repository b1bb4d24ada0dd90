"""Everything that one site knows: rows, disks, accounts, what is under way."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from g3fs.demo.photoprism.accounts import Accounts
from g3fs.demo.photoprism.catalog import Catalog
from g3fs.demo.photoprism.disk import Disk, MemoryDisk
from g3fs.demo.photoprism.events import Events
from g3fs.demo.photoprism.indexing import Indexer
from g3fs.demo.photoprism.options import Options
from g3fs.demo.photoprism.realdisk import RealDisk
from g3fs.demo.photoprism.rendering.photos import photo_details
from g3fs.demo.photoprism.rows import Photo
from g3fs.demo.photoprism.searching.matching import Matcher
from g3fs.demo.photoprism.uids import Uids


@dataclass(slots=True)
class Work:
    """Whether an index or import runs, and how to end it early."""

    busy: threading.Lock = field(default_factory=threading.Lock)
    cancelled: threading.Event = field(default_factory=threading.Event)


class State:
    """The parts of a site. `lock` guards the catalog and the accounts."""

    def __init__(self, options: Options, names: tuple[str, ...], data: Path | None = None) -> None:
        self.lock = threading.RLock()
        self.options = options
        self.clock: Callable[[], int] = time.time_ns
        # With files that stay, a later run must not give the names of this one again.
        seed = options.uid_seed if data is None else None
        self.catalog = Catalog(Uids(seed), self._now)
        self.accounts = Accounts(self.catalog, options, names)
        self.originals: Disk = MemoryDisk() if data is None else RealDisk(data / "originals")
        self.imports: Disk = MemoryDisk() if data is None else RealDisk(data / "import")
        self.sidecars: Disk = MemoryDisk()
        self.indexer = Indexer(self.catalog, self.originals, self.sidecars, options)
        self.matcher = Matcher(self.catalog)
        self.events = Events()
        self.work = Work()
        self.uploads: dict[str, list[tuple[str, bytes]]] = {}
        """By user and token: names and bytes that wait for the second step."""
        self.zips: dict[str, bytes] = {}
        self.folder_answers: dict[str, tuple[int, dict[str, object]]] = {}
        """Answers about folders that are given again for a while, and since when."""
        self.thumbs: dict[tuple[str, str], bytes] = {}
        self.written_at: int | None = None
        """When WebDAV last wrote; an index by itself is due some time later."""

    def _now(self) -> int:
        return self.clock()

    @property
    def caption(self) -> str:
        """What this version calls the caption of a photo."""
        return "Caption" if self.options.captions else "Description"

    def details(self, photo: Photo) -> dict[str, object]:
        """One photo as JSON."""
        return photo_details(self.catalog, photo, caption=self.caption)

    def disk_of(self, root: str) -> Disk:
        """The disk of a file's root."""
        return {"/": self.originals, "sidecar": self.sidecars, "import": self.imports}[root]
