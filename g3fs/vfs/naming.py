"""Which name an entry of a listing has in its directory; pure functions."""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

from g3fs.cache.statetables import Alias, PinnedName
from g3fs.gallery.ids import shown_id
from g3fs.gallery.items import ORIGINAL, Entry, Link, Listing, Media, Rendition, Step
from g3fs.vfs.names import Wanted, legal_name, numbered, unique_names, with_extension
from g3fs.vfs.nodes import GalleryNode, node_of

Shown = tuple[Entry, GalleryNode]
"""An entry, and what it is in the view of a directory."""


def base_name(server_name: str, node: GalleryNode) -> str:
    """The name that an entry would have, were it alone in its directory."""
    item = node.item
    media_type = item.media_type if isinstance(item, Media) else None
    name = legal_name(server_name, media_type=media_type, fallback=shown_id(item.id))
    if isinstance(item, Media) and node.view != ORIGINAL:
        name = with_extension(name, item.renditions[node.view].media_type)
    return name


def link_target(link: Link) -> str:
    """Where a link of the server points, relative to the directory in which it stands.

    With ids: a name with its id looks up whether or not the directory shows it so.
    """
    return "/".join([*[".."] * link.depth, *map(step_name, link.path)])


def step_name(step: Step) -> str:
    """A name that looks up, whatever else the directory has."""
    name = legal_name(step.name, media_type=None, fallback=shown_id(step.id or "-"))
    return name if step.id is None else numbered(name, step.id)


def shown(listing: Listing, view: Rendition) -> Iterator[Shown]:
    """The entries that have something to show in this view; each item once, never the album."""
    seen = {listing.album.id}
    for entry in listing.entries:
        node = node_of(entry.item, view)
        if node is not None and entry.item.id not in seen:
            seen.add(entry.item.id)
            yield entry, node


def named(listing: Listing, view: Rendition) -> list[tuple[str, GalleryNode]]:
    """What a listing shows in one view, with its names, when nothing was shown before."""
    entries = list(shown(listing, view))
    names = chosen_names(entries, {}, {})
    return [(names[node.item.id], node) for _, node in entries]


def chosen_names(
    entries: Sequence[Shown],
    pins: Mapping[str, PinnedName],
    aliases: Mapping[str, Alias],
    others: Container[str] = (),
) -> dict[str, str]:
    """The name of each entry by its item; `others` are those that the directory has, folded."""
    wanted = [
        Wanted(
            id=node.item.id,
            base=base_name(entry.name, node),
            pinned=_kept(entry.name, node, pins, aliases),
        )
        for entry, node in entries
    ]
    return unique_names(wanted, others)


def valid_aliases(entries: Iterable[Shown], aliases: Mapping[str, Alias]) -> dict[str, Alias]:
    """Those of `aliases` that mean what the server still spells so."""
    return {
        node.item.id: aliases[node.item.id]
        for entry, node in entries
        if node.item.id in aliases and aliases[node.item.id].server_name == entry.name
    }


def _kept(
    server_name: str,
    node: GalleryNode,
    pins: Mapping[str, PinnedName],
    aliases: Mapping[str, Alias],
) -> str | None:
    """The name that a user gave, or under which the item was shown before."""
    alias, pin = aliases.get(node.item.id), pins.get(node.item.id)
    if alias is not None:
        return alias.name if node.view == ORIGINAL else base_name(alias.name, node)
    return pin.shown if pin is not None and pin.server_name == server_name else None
