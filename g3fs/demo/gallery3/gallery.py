"""The gallery itself: tables, files and indexes, under one lock. No HTTP, no permissions."""

import random
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from g3fs.demo.gallery3.files import DiskFiles, Files, MemoryFiles
from g3fs.demo.gallery3.names import Kind
from g3fs.demo.gallery3.refusals import PathTooLong, not_found
from g3fs.demo.gallery3.rows import ROOT_ID, Comment, Distortion, Grants, Item, Tag, User
from g3fs.demo.gallery3.siblings import Siblings
from g3fs.demo.gallery3.tables import Keeper, Table

DISK_NAME_MAX = 255
"""Bytes; linux/limits.h."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Settings of the site."""

    guest_access: bool = False
    """Whether requests without a key act as the guest."""
    path_limit: int = 255
    """Characters of an encoded path: 255 up to schema 58, 768 from schema 59."""
    thumb_size: int = 200
    resize_size: int = 640


class Gallery:
    """All state of one site. Hold `lock` while you look at it or change it."""

    def __init__(
        self,
        rules: Rules,
        data: Path | None = None,
        *,
        clock: Callable[[], float] = time.time,
        rng: random.Random | None = None,
    ) -> None:
        self.rules = rules
        self.lock = threading.RLock()
        self.clock = clock
        self.rng = rng or random.Random()  # noqa: S311 - sort keys, not secrets
        self.items: Table[Item] = Table("item", Item)
        self.tags: Table[Tag] = Table("tag", Tag)
        self.comments: Table[Comment] = Table("comment", Comment)
        self.users: Table[User] = Table("user", User)
        self.grants: Table[Grants] = Table("grants", Grants)
        self.tags_of: dict[int, list[int]] = {}
        self.distortions: dict[int, Distortion] = {}
        self.recent_uploads: dict[str, tuple[float, int]] = {}
        self._children: dict[int, dict[int, None]] = {}
        self._siblings: dict[int, Siblings] = {}
        self._paths: dict[int, tuple[str, str]] = {}
        self._strays: dict[int, int] = {}
        self._weight = 0
        self.files: Files
        self._keeper: Keeper | None = None
        if data is None:
            self.files = MemoryFiles(clock)
        else:
            self.files = DiskFiles(data / "var")
            self._keeper = Keeper(data / "gallery3.sqlite")
            self._keeper.load(self._tables)
            self._index()

    @property
    def _tables(self) -> list[Table[Any]]:
        return [self.items, self.tags, self.comments, self.users, self.grants]

    def _index(self) -> None:
        for item in self.items:
            self._children.setdefault(item.parent_id, {})[item.id] = None
            self._weight = max(self._weight, item.weight)
            if item.listed_below is not None:
                self._strays[item.id] = item.listed_below
        for tag in self.tags:
            for item_id in tag.items:
                self.tags_of.setdefault(item_id, []).append(tag.id)

    def save(self) -> None:
        """Write down what changed since the last call, if the gallery is kept at all."""
        if self._keeper is not None:
            self._keeper.save(self._tables)

    def close(self) -> None:
        """Save and give the files back."""
        with self.lock:
            self.save()
            if self._keeper is not None:
                self._keeper.close()

    def now(self) -> int:
        """Unix seconds."""
        return int(self.clock())

    def next_weight(self) -> int:
        """Newer items weigh more."""
        self._weight += 1
        return self._weight

    # The tree.

    @property
    def root(self) -> Item:
        """The album that is always there."""
        return self.items[ROOT_ID]

    def item(self, item_id: int) -> Item:
        """The item, or the refusal 404."""
        item = self.items.get(item_id)
        if item is None:
            raise not_found()
        return item

    def parent(self, item: Item) -> Item | None:
        """The album that holds it; None for the root."""
        return self.items.get(item.parent_id)

    def ancestors(self, item: Item) -> list[Item]:
        """The albums above it, from the root down."""
        found: list[Item] = []
        above = self.parent(item)
        while above is not None:
            found.append(above)
            above = self.parent(above)
        return found[::-1]

    def children(self, album: Item) -> list[Item]:
        """What has this album as parent, in no particular order."""
        return [self.items[item_id] for item_id in self._children.get(album.id, ())]

    def below(self, album: Item, depth: int | None = None) -> Iterator[tuple[int, Item]]:
        """Distance and item of all below, as the tree order has them; it may lag behind parents."""
        level = [album]
        distance = 0
        while level and distance != depth:
            distance += 1
            level = [child for node in level if node.is_album for child in self._listed(node)]
            yield from ((distance, child) for child in level)

    def _listed(self, album: Item) -> list[Item]:
        if not self._strays:
            return self.children(album)
        here = [child for child in self.children(album) if child.id not in self._strays]
        return here + [self.items[i] for i, where in self._strays.items() if where == album.id]

    def tags_on(self, item: Item) -> list[int]:
        """Ids of its tags, ascending."""
        return sorted(self.tags_of.get(item.id, ()))

    def insert(self, item: Item) -> Item:
        """A new row, under its parent."""
        self.items.put(item)
        self._children.setdefault(item.parent_id, {})[item.id] = None
        self._occupy(item)
        return item

    def take_out(self, item: Item) -> None:
        """The row goes, with what hangs on it; not the rows below, not the files."""
        self._vacate(item)
        self._children.get(item.parent_id, {}).pop(item.id, None)
        self._children.pop(item.id, None)
        self._siblings.pop(item.id, None)
        self._strays.pop(item.id, None)
        self.items.drop(item.id)
        self.grants.drop(item.id)

    def relocate(self, item: Item, parent_id: int, name: str | None, slug: str | None) -> None:
        """Give an item another parent, name or slug, and its levels with it."""
        self._vacate(item)
        self._children.get(item.parent_id, {}).pop(item.id, None)
        item.parent_id, item.name, item.slug = parent_id, name, slug
        self._children.setdefault(parent_id, {})[item.id] = None
        self._occupy(item)
        parent = self.parent(item)
        shift = (parent.level + 1 if parent else 1) - item.level
        if shift:
            for node in (item, *(child for _, child in self.below(item))):
                node.level += shift
                self.items.put(node)
        self.items.put(item)

    def stray(self, item: Item, listed_below: int | None) -> None:
        """Damage: let the tree order list the item below another album than its parent."""
        item.listed_below = listed_below
        self._paths.clear()
        self._strays.pop(item.id, None)
        if listed_below is not None:
            self._strays[item.id] = listed_below
        self.items.put(item)

    # Names and paths.

    def siblings(self, album_id: int) -> Siblings:
        """The names in use in an album."""
        index = self._siblings.get(album_id)
        if index is None:
            index = self._siblings[album_id] = Siblings()
            for item_id in self._children.get(album_id, ()):
                child = self.items[item_id]
                index.add(child.name or "", child.slug or "")
        return index

    def free_names(
        self, album_id: int, kind: Kind, names: tuple[str, str], mover: Item | None = None
    ) -> tuple[str, str]:
        """The name and slug that an item gets in an album; `mover` gives up those that it has."""
        siblings = self.siblings(album_id)
        if mover is None or mover.parent_id != album_id:
            return siblings.settle(kind, *names, self.rng)
        siblings.drop(mover.name or "", mover.slug or "")
        try:
            return siblings.settle(kind, *names, self.rng)
        finally:
            siblings.add(mover.name or "", mover.slug or "")

    def _occupy(self, item: Item) -> None:
        if item.parent_id in self._siblings:
            self._siblings[item.parent_id].add(item.name or "", item.slug or "")

    def _vacate(self, item: Item) -> None:
        if item.is_album:
            self._paths.clear()
        if item.parent_id in self._siblings:
            self._siblings[item.parent_id].drop(item.name or "", item.slug or "")

    def path(self, item: Item) -> str:
        """Where its original is on the shelf, by the names; PathTooLong if it cannot be."""
        return self._paths_of(item)[0]

    def stored_path(self, item: Item) -> str:
        """Where the server believes its original to be."""
        path = self._paths_of(item)[0]
        return path if item.stored_path is None else item.stored_path

    def slug_path(self, item: Item) -> str:
        """The slugs on the way to it, joined; PathTooLong if they are too long."""
        return self._paths_of(item)[1]

    def _paths_of(self, item: Item) -> tuple[str, str]:
        known = self._paths.get(item.id)
        if known is not None:
            return known
        # It is the tree order that tells the server what stands above an item.
        above_id = item.parent_id if item.listed_below is None else item.listed_below
        parent = self.items.get(above_id)
        if parent is None:
            return "", ""
        above = self._paths_of(parent)
        name, slug = item.name or "", item.slug or ""
        path = f"{above[0]}/{name}" if above[0] else name
        slugs = f"{above[1]}/{slug}" if above[1] else slug
        limit = self.rules.path_limit
        long = len(encoded(path)) > limit or len(slugs) > limit
        if long or len(name.encode(errors="replace")) > DISK_NAME_MAX:
            raise PathTooLong(f"item {item.id}")
        if item.is_album:
            self._paths[item.id] = path, slugs
        return path, slugs


def encoded(path: str) -> str:
    """A path as the database and addresses have it: rawurlencode() of each element."""
    return quote(path, safe="/", errors="replace")
