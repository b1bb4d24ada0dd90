"""Which image or scene a file is part of, and that file as it is now."""

from collections.abc import Iterable
from dataclasses import dataclass

from g3fs.backends.stash.convert import Converter
from g3fs.backends.stash.facts import Record
from g3fs.backends.stash.ids import file_id, file_of, unknown
from g3fs.clients.stash.client import Client
from g3fs.clients.stash.wire.images import WireImage
from g3fs.gallery.errors import NotFound
from g3fs.gallery.ids import ItemId
from g3fs.gallery.items import Media

_MOST = 1_000_000
"""Files of which the owner is remembered, 80 bytes each; then all are forgotten."""


@dataclass(frozen=True, slots=True)
class Owner:
    """An image or scene."""

    number: int
    scene: bool


class Finder:
    """Remembers the owners of files that were listed; looks for the others. Methods block."""

    def __init__(self, client: Client, convert: Converter) -> None:
        self._client = client
        self._convert = convert
        self._owners: dict[int, int] = {}
        """By the number of the file; those of scenes are negative."""

    def learn(self, records: Iterable[Record]) -> None:
        """Remember whose files these are."""
        if len(self._owners) > _MOST:
            self._owners.clear()
        for record in records:
            owner = record.id if isinstance(record, WireImage) else -record.id
            for file in record.files:
                self._owners[file.id] = owner

    def known(self, item: ItemId) -> Owner | None:
        """What a file was part of when it was listed last; None: it never was."""
        owner = self._owners.get(file_of(item))
        return None if owner is None else Owner(abs(owner), owner < 0)

    def owner(self, item: ItemId) -> Owner:
        """What a file is part of; asks where it is not known. NotFound when it is gone."""
        known = self.known(item)
        if known is None:
            self.media(item)
            known = self.known(item)
        if known is None:
            raise unknown(item)
        return known

    def media(self, item: ItemId) -> Media:
        """The file as it is now; NotFound when it is gone."""
        number = file_of(item)
        return self._at_owner(number) or self._in_its_folder(number)

    def _at_owner(self, number: int) -> Media | None:
        """One request."""
        owner = self.known(file_id(number))
        if owner is None:
            return None
        try:
            records: list[Record] = [
                self._client.scenes.get(owner.number)
                if owner.scene
                else self._client.images.get(owner.number)
            ]
        except NotFound:
            records = []
        return self._among(number, records)

    def _in_its_folder(self, number: int) -> Media:
        """Two requests; files cannot be asked for what they are part of."""
        self._owners.pop(number, None)
        if self._client.facts.has_folders:
            file = self._client.files.get(number)
            if file.folder_id is not None:
                members = self._client.places.in_folder(file.folder_id)
                media = self._among(number, (*members.images, *members.scenes))
                if media is not None:
                    return media
        raise unknown(file_id(number))

    def _among(self, number: int, records: Iterable[Record]) -> Media | None:
        for record in records:
            for file in record.files:
                if file.id == number:
                    self.learn([record])
                    return self._convert.media(record, file)
        return None
