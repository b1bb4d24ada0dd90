"""Building a directory from a listing: what is as it was before costs no question and no query."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast

from g3fs.cache.state import State
from g3fs.cache.statetables import Alias, Known, PinnedName, Question
from g3fs.gallery.ids import ItemId
from g3fs.gallery.items import ORIGINAL, Entry, Listing
from g3fs.gallery.tuples import shared_ends
from g3fs.vfs.directory import Contents, Directory, Index, Line
from g3fs.vfs.names import folded
from g3fs.vfs.naming import Shown, base_name, chosen_names, valid_aliases
from g3fs.vfs.nodes import AlbumNode, Child, GalleryNode, Ino, key_in, key_of, node_of
from g3fs.vfs.settimes import SetTimes, newest_arrival_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A directory that is to be built."""

    ino: Ino
    node: AlbumNode
    listing: Listing
    before: Directory | None
    """As it was built last."""
    touched: Collection[ItemId]
    """Items whose alias or times were set since; the album's own id stands for itself."""


@dataclass(frozen=True, slots=True)
class Built:
    """A directory, and what differs from the one before."""

    directory: Directory
    fresh: Sequence[Child]
    gone: Sequence[Child]
    """Of the one before; a child that changed is in both."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """What can be taken over, and what cannot."""

    lines: dict[ItemId, Line | None]
    """In the order of the listing; None: to be made."""
    fresh: Sequence[Shown]
    gone: Sequence[Line]


@dataclass(frozen=True, slots=True)
class _Names:
    shown: Mapping[str, str]
    aliases: Mapping[str, Alias]


NOTHING = Known(pins={}, aliases={}, inodes={}, times={})
"""What need not be asked."""


class Builder:
    """Gives every entry its name, its inode number and its times, all of which are in the state."""

    def __init__(self, state: State, times: SetTimes) -> None:
        self._state = state
        self._times = times

    async def build(self, task: Task) -> Built:
        """The directory of a listing. Adding to one of 10,000 names takes a few milliseconds."""
        plan = _planned(task)
        index = Index(None if task.before is None else task.before.contents.index)
        for line in plan.gone:
            index.remove(line)
        nodes = _timed(task, plan)
        known = await self._known(task, plan, nodes)
        names = _named(plan, index, known)
        inos = await self._entered(task, plan, names, known)
        believed = await self._times.believed(nodes, known.times)
        fresh: dict[ItemId, Line] = {}
        for entry, node in plan.fresh:
            item, key = node.item.id, key_of(node)
            child = Child(names.shown[item], Ino(inos[key]), node, believed.times.get(key))
            server = folded(base_name(entry.name, node)) if item in names.aliases else None
            fresh[item] = Line(entry, child, server)
            index.add(fresh[item])
        plan.lines.update(fresh)
        contents = Contents(
            lines=cast(dict[ItemId, Line], plan.lines),  # none is left to be made
            index=index,
            newest_arrival_s=_newest(task, plan),
            times=believed.times.get(key_of(task.node)),
            undecided=frozenset(
                node.item.id for _, node in plan.fresh if key_of(node) in believed.open
            ),
        )
        node = replace(task.node, item=task.listing.album)
        return Built(
            Directory(task.ino, task.listing, node, contents),
            fresh=[line.child for line in fresh.values()],
            gone=[line.child for line in plan.gone],
        )

    async def _known(self, task: Task, plan: _Plan, nodes: Mapping[str, GalleryNode]) -> Known:
        if not nodes:
            return NOTHING
        question = Question(
            album=key_of(task.node),
            aliased=key_in(ORIGINAL, task.node.item.id),
            items=None if task.before is None else [node.item.id for _, node in plan.fresh],
            keys=list(nodes),
        )
        return await self._state.look(question)

    async def _entered(
        self, task: Task, plan: _Plan, names: _Names, known: Known
    ) -> Mapping[str, int]:
        """The numbers of what is new; its names are pinned with that."""
        numbers = dict(known.inodes)
        pins: dict[str, PinnedName] = {}
        for entry, node in plan.fresh:
            item = node.item.id
            pin = PinnedName(entry.name, names.shown[item])
            if item not in names.aliases and known.pins.get(item) != pin:
                pins[item] = pin
        missing = [key for _, node in plan.fresh if (key := key_of(node)) not in numbers]
        if pins or missing:
            numbers |= await self._state.enter(key_of(task.node), pins, missing)
        return numbers


def _named(plan: _Plan, index: Index, known: Known) -> _Names:
    if not plan.fresh:
        return _Names({}, {})
    aliases = valid_aliases(plan.fresh, known.aliases)
    return _Names(chosen_names(plan.fresh, known.pins, aliases, index.by_name), aliases)


def _timed(task: Task, plan: _Plan) -> Mapping[str, GalleryNode]:
    """What has to be asked of the state: all that is new, and maybe the directory itself."""
    nodes: dict[str, GalleryNode] = {key_of(node): node for _, node in plan.fresh}
    before, own = task.before, task.node
    if before is None or before.times is not None or own.item.id in task.touched:
        nodes[key_of(own)] = own
    return nodes


def _planned(task: Task) -> _Plan:
    before = task.before
    if before is None:
        return _compared(task, {}, frozenset())
    anew = {*task.touched, *before.contents.undecided}
    return _followed(task, before, anew) or _compared(task, before.contents.lines, anew)


def _compared(task: Task, known: Mapping[ItemId, Line], anew: Collection[ItemId]) -> _Plan:
    """Entry by entry."""
    lines: dict[ItemId, Line | None] = {}
    fresh: list[Shown] = []
    album = task.listing.album.id
    for entry in task.listing.entries:
        item = entry.item.id
        if item in lines or item == album:
            continue
        line = known.get(item)
        if line is not None and line.entry is entry and item not in anew:
            lines[item] = line
        elif (node := node_of(entry.item, task.node.view)) is not None:
            lines[item] = None
            fresh.append((entry, node))
    gone = [line for item, line in known.items() if lines.get(item) is not line]
    return _Plan(lines, fresh, gone)


def _followed(task: Task, before: Directory, anew: Collection[ItemId]) -> _Plan | None:
    """The same at the price of what differs; None where it is not as simple as that.

    What is written comes at the end, one by one: of 10,000 names none is looked at for each.
    """
    known, old, new = before.contents.lines, before.listing.entries, task.listing.entries
    head, tail = shared_ends(old, new)
    out = [entry.item.id for entry in old[head : len(old) - tail]]
    come = {entry.item.id: entry for entry in new[head : len(new) - tail]}
    in_place = out == list(come)
    all_shown = len(known) == len(old) and len(come) == len(new) - head - tail
    if not all_shown or (come and tail and not in_place):
        return None
    again = {item: known[item].entry for item in anew if item in known and item not in out}
    lines: dict[ItemId, Line | None] = dict(known)
    for item in out:
        lines[item] = None
        if not in_place:
            del lines[item]
    fresh: list[Shown] = []
    for item, entry in {**again, **come}.items():
        node = node_of(entry.item, task.node.view)
        if node is None or item == task.listing.album.id:
            return None
        if item in come and lines.get(item) is not None:
            return None  # it stands there twice
        lines[item] = None
        fresh.append((entry, node))
    return _Plan(lines, fresh, [known[item] for item in (*again, *out)])


def _newest(task: Task, plan: _Plan) -> int:
    """When the newest entry was created; looks at all only where the newest one went."""
    if task.before is None:
        return newest_arrival_s(task.listing)
    newest = task.before.contents.newest_arrival_s
    if any(_created_s(line.entry) >= newest for line in plan.gone):
        return newest_arrival_s(task.listing)
    return max([newest, *(_created_s(entry) for entry, _ in plan.fresh)])


def _created_s(entry: Entry) -> int:
    return entry.item.times.created_s
