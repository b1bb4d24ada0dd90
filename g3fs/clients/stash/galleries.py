"""The resource `galleries`."""

from collections.abc import Iterable, Mapping
from typing import Unpack

from g3fs.clients.stash.api import Api
from g3fs.clients.stash.finding import Finder
from g3fs.clients.stash.wire import inputs
from g3fs.clients.stash.wire.changes import GalleryBulk, GalleryChanges, GalleryFacts
from g3fs.clients.stash.wire.families import GALLERIES
from g3fs.clients.stash.wire.galleries import (
    BULK_UPDATE_GALLERIES,
    CREATE_GALLERY,
    DESTROY_GALLERIES,
    UPDATE_GALLERIES,
    UPDATE_GALLERY,
    WireGallery,
    gallery_from,
)


class Galleries:
    """Galleries of all kinds; `all()` is one request."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self.finder = Finder(api, GALLERIES)
        self.get, self.get_many = self.finder.get, self.finder.get_many
        self.find, self.all, self.count = self.finder.find, self.finder.all, self.finder.count

    def create(self, title: str, **facts: Unpack[GalleryFacts]) -> WireGallery:
        """galleryCreate: an empty gallery, made by hand; the title loses blanks around it.

        The server takes titles that others have. When the answer is lost (TimedOut, ServerError)
        look for the title before doing it again.

        Raises:
            Invalid: no title, an odd date or rating.
            NotFound: a tag, performer, scene or studio does not exist.
        """
        fields = self._api.record(CREATE_GALLERY, input=inputs.new_gallery(title, facts))
        made = gallery_from(fields)
        if facts.get("organized") and not made.organized:
            # Servers before v0.30.1 ignore it here.
            return self.update(made.id, organized=True)
        return made

    def update(self, number: int, **changes: Unpack[GalleryChanges]) -> WireGallery:
        """galleryUpdate: change what is given; lists are replaced as a whole.

        Raises:
            NotFound: no such gallery, or something in a list does not exist.
            Invalid: an empty title of a gallery made by hand, an odd date or rating.
        """
        return gallery_from(self._api.record(UPDATE_GALLERY, input=inputs.update(number, changes)))

    def update_many(self, changes: Mapping[int, GalleryChanges]) -> tuple[WireGallery, ...]:
        """galleriesUpdate: several at once; one that fails undoes all."""
        if not changes:
            return ()
        entries = [inputs.update(number, one) for number, one in changes.items()]
        return tuple(map(gallery_from, self._api.records(UPDATE_GALLERIES, input=entries)))

    def bulk_update(
        self, numbers: Iterable[int], **changes: Unpack[GalleryBulk]
    ) -> tuple[WireGallery, ...]:
        """bulkGalleryUpdate: the same for several; one that fails undoes all.

        With ADD and REMOVE, lists are changed without disturbing others.
        """
        body = inputs.bulk(numbers, changes)
        if not body["ids"]:
            return ()
        return tuple(map(gallery_from, self._api.records(BULK_UPDATE_GALLERIES, input=body)))

    def destroy(
        self, numbers: Iterable[int], *, delete_file: bool = False, delete_generated: bool = False
    ) -> None:
        """galleryDestroy; one that does not exist: nothing happens.

        Of a gallery made by hand only the gallery goes, whatever the flags. That of a folder comes
        back with the next scan, as a new one. **With that of a zip go its images**, tags and all.

        Args:
            numbers: which ones.
            delete_file: also the folder with its pictures, or the zip, on the disk of the server.
            delete_generated: also thumbnails and the like.

        Raises:
            NotFound: one of them does not exist.
        """
        body = inputs.destruction(
            numbers, delete_file=delete_file, delete_generated=delete_generated
        )
        if body["ids"]:
            self._api.done(DESTROY_GALLERIES, input=body)
