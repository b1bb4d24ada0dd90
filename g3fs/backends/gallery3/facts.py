"""Extended attributes that come with a listing: what is empty is left out."""

from collections.abc import Mapping
from types import MappingProxyType

from g3fs.backends.gallery3 import attributes
from g3fs.clients.gallery3.names import album_name, file_name
from g3fs.clients.gallery3.wire import WireItem


def album_facts(wire: WireItem, names: Mapping[int, str]) -> Mapping[str, str]:
    """Those of an album; `names` of its children, by id, as far as they are known."""
    return _filled(
        {
            **_common(wire),
            attributes.SORT: f"{wire.sort_column} {wire.sort_order}" if wire.sort_column else None,
            attributes.COVER: _cover(wire, names),
        }
    )


def media_facts(wire: WireItem) -> Mapping[str, str]:
    """Those of a photo or movie; movies without ffmpeg on the server have 0 by 0 pixels."""
    return _filled(
        {
            **_common(wire),
            attributes.WIDTH: str(wire.width) if wire.width else None,
            attributes.HEIGHT: str(wire.height) if wire.height else None,
        }
    )


def _common(wire: WireItem) -> dict[str, str | None]:
    return {
        attributes.COMMENT: wire.description,
        attributes.TITLE: wire.title if _title_was_set(wire) else None,
        attributes.SLUG: wire.slug,
        attributes.OWNER: None if wire.owner_id is None else str(wire.owner_id),
        attributes.VIEWS: None if wire.view_count is None else str(wire.view_count),
    }


def _title_was_set(wire: WireItem) -> bool:
    """Whether a person chose the title: the server's own choice is the name, as it was sent."""
    name = wire.name or ""
    if wire.kind == "album":
        return wire.title != name and album_name(wire.title) != name
    return wire.title != name and file_name(wire.title, name.rpartition(".")[2], wire.kind) != name


def _cover(wire: WireItem, names: Mapping[int, str]) -> str | None:
    if wire.cover_id is None:
        return None
    return names.get(wire.cover_id) or f"id:{wire.cover_id}"


def _filled(facts: Mapping[str, str | None]) -> Mapping[str, str]:
    return MappingProxyType({name: text for name, text in facts.items() if text})
