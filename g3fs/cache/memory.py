"""What listings and details of items share: one catalog's memory, questions and news."""

from dataclasses import dataclass

from g3fs.cache.changes import Changes
from g3fs.cache.questions import Asked, Questions
from g3fs.cache.revalidation import Revalidations
from g3fs.cache.shelf import Remembered, Shelf
from g3fs.gallery.backend import Backend
from g3fs.gallery.clock import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogOptions:
    """How long the catalog believes, how much it keeps, how it treats a server that fails."""

    ttl_s: float = 60.0
    """How long a listing or a detail is believed; `ttl=`."""
    max_items: int = 200_000
    """Albums and entries together; about 1.3 KB each, most of it the items themselves."""
    negative_ttl_s: float = 5.0
    """How long `no such album` is believed."""
    first_pause_s: float = 5.0
    """After a failed revalidation; it doubles with each further one."""
    longest_pause_s: float = 60.0
    max_behind: int = 4
    """Revalidations at a time; the rest of the server's attention is for those who wait."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """The parts of one catalog."""

    backend: Backend
    options: CatalogOptions
    clock: Clock
    shelf: Shelf
    questions: Questions
    revalidations: Revalidations
    changes: Changes

    def is_fresh(self, remembered: Remembered, asked: Asked) -> bool:
        """Whether an answer about `remembered` that was asked for at `asked` is still believed."""
        return self.questions.is_fresh(asked, remembered.contradicted)
