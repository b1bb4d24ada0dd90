"""What no listing tells: names of covers, chapters, and addresses of web pages."""

from collections.abc import Mapping, Sequence
from functools import partial
from types import MappingProxyType

from g3fs.backends.calls import Calls
from g3fs.backends.stash import attributes
from g3fs.backends.stash.convert import in_gallery
from g3fs.backends.stash.finding import Finder, Owner
from g3fs.backends.stash.ids import Kind, Place, link_of, place_of
from g3fs.clients.stash.client import Client
from g3fs.clients.stash.wire.galleries import WireGallery
from g3fs.clients.stash.wire.images import WireImage
from g3fs.gallery.errors import NotFound
from g3fs.gallery.ids import ItemId
from g3fs.gallery.items import Details, Group
from g3fs.gallery.tagtext import compact_json

_MOST = 1000
_NOTHING = Details()
_PAGES = {
    Kind.TAG: "tags",
    Kind.PERFORMER: "performers",
    Kind.STUDIO: "studios",
}


class DetailReader:
    """Reads details; remembers nothing."""

    def __init__(self, client: Client, finder: Finder, ask: Calls) -> None:
        self._client = client
        self._finder = finder
        self._ask = ask

    async def read(self, group: Group, items: Sequence[ItemId]) -> Mapping[ItemId, Details]:
        """What is told of the first, and of those of the others of which it comes along."""
        first = items[0]
        galleries = {item: place.number for item in items if (place := _gallery(item))}
        told = {item: known for item in items if (known := self._known(item)) is not None}
        if group is not Group.DETAILS:
            return dict.fromkeys((*galleries, *told), _NOTHING)
        if first in galleries:
            numbers = list(galleries.values())[:_MOST]
            return told | await self._ask(partial(self._galleries, numbers))
        return told if first in told else told | await self._looked_for(first)

    def _known(self, item: ItemId) -> Details | None:
        """What can be told without a question; None for galleries, and files never listed."""
        place = place_of(item)
        if place is not None and place.kind is not Kind.GALLERY:
            page = _PAGES.get(place.kind)
            return self._page(f"{page}/{place.number}") if page else _NOTHING
        if place is not None:
            return None
        if link_of(item):
            return _NOTHING
        try:
            owner = self._finder.known(item)
        except NotFound:
            return None
        return None if owner is None else self._page_of(owner)

    async def _looked_for(self, item: ItemId) -> dict[ItemId, Details]:
        try:
            owner = await self._ask(partial(self._finder.owner, item))
        except NotFound:
            return {}
        return {item: self._page_of(owner)}

    def _page_of(self, owner: Owner) -> Details:
        return self._page(f"{'scenes' if owner.scene else 'images'}/{owner.number}")

    def _page(self, path: str) -> Details:
        return _facts({attributes.URL: f"{self._client.url}/{path}"})

    def _galleries(self, numbers: Sequence[int]) -> dict[ItemId, Details]:
        """For a thread: three requests, whatever their number.

        Chapters are positions in the list of the images, which is asked for the first gallery only.
        """
        wires = self._client.galleries.get_many(numbers)
        covers = [wire.cover_id for wire in wires.values() if wire.cover_id is not None]
        images = self._client.images.get_many(covers)
        found = {}
        for number, wire in wires.items():
            if wire.chapters and number != numbers[0]:
                continue
            cover = _name(wire, images.get(wire.cover_id or 0))
            facts = {attributes.COVER: cover, attributes.CHAPTERS: self._chapters(wire)}
            page = {attributes.URL: f"{self._client.url}/galleries/{number}"}
            found[Place(Kind.GALLERY, number).id] = _facts({**facts, **page})
        return found

    def _chapters(self, wire: WireGallery) -> str:
        """Those that lie behind the last image have none."""
        if not wire.chapters:
            return ""
        names = [_name(wire, image) for image in self._client.images.in_gallery(wire.id)]
        return compact_json(
            [
                {"title": chapter.title, "image": image}
                for chapter in wire.chapters
                for image in names[max(chapter.image_index - 1, 0) : chapter.image_index] or [""]
            ]
        )


def _gallery(item: ItemId) -> Place | None:
    place = place_of(item)
    return place if place is not None and place.kind is Kind.GALLERY else None


def _name(wire: WireGallery, image: WireImage | None) -> str:
    """The name that an image has in a gallery."""
    placed = in_gallery(wire)(image.files) if image is not None else ()
    return placed[0][0] if placed else ""


def _facts(facts: Mapping[str, str]) -> Details:
    return Details(facts=MappingProxyType({name: text for name, text in facts.items() if text}))
