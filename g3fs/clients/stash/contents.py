"""What is in a gallery: its images, its cover, its chapters.

Only galleries made by hand can change their images.
"""

from collections.abc import Iterable

from g3fs.clients.stash.api import Api
from g3fs.clients.stash.finding import Finder
from g3fs.clients.stash.wire import inputs
from g3fs.clients.stash.wire.criteria import Ids, Number
from g3fs.clients.stash.wire.families import IMAGE_IDS
from g3fs.clients.stash.wire.filters import ImageFilter
from g3fs.clients.stash.wire.galleries import (
    ADD_IMAGES,
    CREATE_CHAPTER,
    DESTROY_CHAPTER,
    FIND_COVER,
    REMOVE_IMAGES,
    RESET_COVER,
    SET_COVER,
    UPDATE_CHAPTER,
    WireChapter,
    chapter_from,
    cover_id_from,
)
from g3fs.gallery.errors import Invalid, NotFound, ServerError


class Contents:
    """The images of a gallery; `images.in_gallery` lists them with all facts."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._ids = Finder(api, IMAGE_IDS)

    def ids(self, gallery: int) -> tuple[int, ...]:
        """The ids of its images; empty for a gallery that does not exist."""
        return self._ids.find(ImageFilter(galleries=Ids((gallery,)))).items

    def add(self, gallery: int, images: Iterable[int]) -> None:
        """addGalleryImages; those that are in it already stay.

        Raises:
            NotPermitted: the gallery is that of a folder or zip.
            NotFound: the gallery, or one of the images, does not exist: nothing was added.
        """
        body = inputs.membership(gallery, images)
        if body["image_ids"]:
            self._api.done(ADD_IMAGES, input=body)

    def remove(self, gallery: int, images: Iterable[int]) -> None:
        """removeGalleryImages; the images stay on the server, those that are not in it are ignored.

        Raises:
            NotPermitted: the gallery is that of a folder or zip.
            NotFound: the gallery does not exist.
        """
        body = inputs.membership(gallery, images)
        if body["image_ids"]:
            self._api.done(REMOVE_IMAGES, input=body)

    def set(self, gallery: int, images: Iterable[int]) -> None:
        """Make these, and no others, the images of a gallery.

        The server has no such call: this adds what is missing and then, only if that went well,
        removes the rest. What others do at the same moment may be undone.

        Raises:
            NotPermitted, NotFound: as of `add`.
        """
        wanted = tuple(dict.fromkeys(images))
        present = self.ids(gallery)
        self.add(gallery, (number for number in wanted if number not in set(present)))
        self.remove(gallery, (number for number in present if number not in set(wanted)))


class Covers:
    """The cover of a gallery of any kind; from v0.27."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._images = Finder(api, IMAGE_IDS)

    def get(self, gallery: int) -> int | None:
        """The image that is the cover, chosen or not; None: the gallery is empty.

        Raises:
            NotFound: there is no such gallery.
        """
        fields = self._api.maybe(FIND_COVER, id=str(gallery))
        if fields is None:
            raise NotFound(f"there is no gallery {gallery}")
        return cover_id_from(fields)

    def set(self, gallery: int, image: int) -> None:
        """setGalleryCover, which is asked only for an image of the gallery, and read back.

        For another image the server says true and forgets the cover that it had.

        Raises:
            NotFound: the image is not in the gallery, or one of them does not exist.
            ServerError: the server says that it is done, but it is not.
        """
        self._api.schema.check(SET_COVER)
        inside = ImageFilter(galleries=Ids((gallery,)), id=Number(image))
        if image not in self._images.find(inside).items:
            raise NotFound(f"image {image} is not in gallery {gallery}")
        self._api.done(SET_COVER, input=inputs.cover(gallery, image))
        if self.get(gallery) != image:
            raise ServerError(f"Stash did not make image {image} the cover of gallery {gallery}")

    def reset(self, gallery: int) -> int | None:
        """resetGalleryCover: the server chooses; what it chose, None for an empty gallery."""
        self._api.done(RESET_COVER, input=inputs.cover(gallery))
        return self.get(gallery)


class Chapters:
    """Marks in a gallery of any kind; `galleries` have them in `chapters`."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def create(self, gallery: int, title: str, image_index: int) -> WireChapter:
        """galleryChapterCreate: mark the image at a position, from 1, in the order of the paths.

        Raises:
            Invalid: there is no such image, or no such gallery.
        """
        body = inputs.new_chapter(gallery, title, image_index)
        return chapter_from(self._api.record(CREATE_CHAPTER, input=body))

    def update(
        self,
        number: int,
        *,
        title: str | None = None,
        image_index: int | None = None,
        gallery: int | None = None,
    ) -> WireChapter:
        """galleryChapterUpdate: change what is given; `gallery` moves it to another one.

        Raises:
            NotFound: there is no such chapter.
            Invalid: nothing to change, or no such image, which holds for any change of a chapter
                that lies behind the last one.
        """
        body = inputs.chapter(number, title=title, image_index=image_index, gallery=gallery)
        if len(body) == 1:
            raise Invalid("nothing to change in the chapter")
        return chapter_from(self._api.record(UPDATE_CHAPTER, input=body))

    def destroy(self, number: int) -> None:
        """galleryChapterDestroy; NotFound when it is gone."""
        self._api.done(DESTROY_CHAPTER, id=str(number))
