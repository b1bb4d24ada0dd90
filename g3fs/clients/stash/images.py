"""The resource `images`."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Unpack

from g3fs.clients.stash.api import Api
from g3fs.clients.stash.counters import Counter
from g3fs.clients.stash.finding import Finder
from g3fs.clients.stash.wire import inputs
from g3fs.clients.stash.wire.changes import ImageBulk, ImageChanges
from g3fs.clients.stash.wire.criteria import Ids, Text, TreeIds
from g3fs.clients.stash.wire.families import IMAGES
from g3fs.clients.stash.wire.fields import Fields
from g3fs.clients.stash.wire.filters import FileFilter, ImageFilter, Paging
from g3fs.clients.stash.wire.images import (
    BULK_UPDATE_IMAGES,
    DECREMENT_O,
    DESTROY_IMAGES,
    FIND_IMAGE,
    INCREMENT_O,
    RESET_O,
    UPDATE_IMAGE,
    UPDATE_IMAGES,
    WireImage,
    image_from,
)
from g3fs.gallery.errors import NotFound

BY_PATH = Paging(sort="path")
"""The order of chapters and of previews."""


class Images:
    """Images with all their files; each listing is one request, with exact sizes."""

    def __init__(self, api: Api, *, titles_are_names: bool = False) -> None:
        """`titles_are_names`: an old server gives untitled images the name of their file."""
        self._read = _named_image if titles_are_names else image_from
        self._api = api
        self.finder = Finder(api, replace(IMAGES, read=self._read))
        self.get, self.get_many = self.finder.get, self.finder.get_many
        self.find, self.all, self.count = self.finder.find, self.finder.all, self.finder.count
        self.o_counter = Counter(api, INCREMENT_O, DECREMENT_O, RESET_O)

    def in_gallery(self, gallery: int) -> tuple[WireImage, ...]:
        """All images of a gallery, in the order of their paths; empty for an unknown one.

        Of an image with several files `file_in` tells the one that belongs there.
        """
        return self.find(ImageFilter(galleries=Ids((gallery,))), BY_PATH).items

    def in_folder(self, folder: int) -> tuple[WireImage, ...]:
        """All images with a file directly in a folder; from v0.29."""
        inside = FileFilter(parent_folder=TreeIds((folder,)))
        return self.find(ImageFilter(files=inside), BY_PATH).items

    def at_path(self, path: str) -> WireImage:
        """The image that a file on the server is.

        Raises:
            NotFound: there is none.
            BadName: the path is not UTF-8, which cannot be asked for.
        """
        for image in self.find(ImageFilter(path=Text(path))).items:
            # EQUALS ignores the case of letters.
            if any(file.path == path for file in image.files):
                return image
        raise NotFound(f"there is no image at {path!r}")

    def by_checksum(self, md5: str) -> WireImage:
        """The image with this content; NotFound when there is none."""
        fields = self._api.maybe(FIND_IMAGE, checksum=md5)
        if fields is None:
            raise NotFound("there is no image with this checksum")
        return self._read(fields)

    def update(self, number: int, **changes: Unpack[ImageChanges]) -> WireImage:
        """imageUpdate: change what is given; lists are replaced as a whole.

        `primary_file_id` chooses the file that is sent and stands first. There is no name to
        change here: that is `files.rename`.

        Raises:
            NotFound: no such image, or something in a list does not exist.
            NotPermitted: it would leave or join the gallery of a folder or zip.
        """
        return self._read(self._api.record(UPDATE_IMAGE, input=inputs.update(number, changes)))

    def update_many(self, changes: Mapping[int, ImageChanges]) -> tuple[WireImage, ...]:
        """imagesUpdate: several at once; one that fails undoes all."""
        if not changes:
            return ()
        entries = [inputs.update(number, one) for number, one in changes.items()]
        return tuple(map(self._read, self._api.records(UPDATE_IMAGES, input=entries)))

    def bulk_update(
        self, numbers: Iterable[int], **changes: Unpack[ImageBulk]
    ) -> tuple[WireImage, ...]:
        """bulkImageUpdate: the same for several; ADD and REMOVE do not disturb others."""
        body = inputs.bulk(numbers, changes)
        if not body["ids"]:
            return ()
        return tuple(map(self._read, self._api.records(BULK_UPDATE_IMAGES, input=body)))

    def destroy(
        self, numbers: Iterable[int], *, delete_file: bool = False, delete_generated: bool = False
    ) -> None:
        """imagesDestroy; one that does not exist: nothing happens.

        Args:
            numbers: which ones.
            delete_file: also all their files, in other folders too; else they come back with the
                next scan, as new images. Files in zips stay.
            delete_generated: also thumbnails and the like.

        Raises:
            NotFound: one of them does not exist.
        """
        body = inputs.destruction(
            numbers, delete_file=delete_file, delete_generated=delete_generated
        )
        if body["ids"]:
            self._api.done(DESTROY_IMAGES, input=body)


def _named_image(fields: Fields) -> WireImage:
    """An image of a server before v0.28: a title that is a file name is none."""
    image = image_from(fields)
    named = any(file.basename == image.title for file in image.files)
    return replace(image, title="") if named else image
