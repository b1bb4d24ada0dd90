"""All that stands in one place, of every kind, in one request."""

from dataclasses import dataclass

from g3fs.clients.stash.api import NORMALLY, Api, Ending
from g3fs.clients.stash.finding import Finder
from g3fs.clients.stash.galleries import Galleries
from g3fs.clients.stash.images import BY_PATH, Images
from g3fs.clients.stash.scenes import Scenes
from g3fs.clients.stash.wire.answers import Problem
from g3fs.clients.stash.wire.criteria import Ids, TreeIds
from g3fs.clients.stash.wire.filters import (
    ALL,
    AnyFilter,
    FileFilter,
    GalleryFilter,
    ImageFilter,
    SceneFilter,
)
from g3fs.clients.stash.wire.galleries import WireGallery
from g3fs.clients.stash.wire.images import WireImage
from g3fs.clients.stash.wire.scenes import WireScene


@dataclass(frozen=True, slots=True, kw_only=True)
class Members:
    """What stands in a place."""

    images: tuple[WireImage, ...]
    """By path."""
    scenes: tuple[WireScene, ...]
    """By path."""
    galleries: tuple[WireGallery, ...] = ()
    """By id."""


class Places:
    """Listings of several kinds at once; empty for what does not exist."""

    def __init__(self, api: Api, galleries: Galleries, images: Images, scenes: Scenes) -> None:
        self._api = api
        self._galleries: Finder[WireGallery] = galleries.finder
        self._images: Finder[WireImage] = images.finder
        self._scenes: Finder[WireScene] = scenes.finder

    def in_folder(self, folder: int, *, ending: Ending = NORMALLY) -> Members:
        """Images and scenes with a file directly in a folder, nothing below it.

        Raises:
            NotSupported: the server is older than v0.29.
        """
        inside = FileFilter(parent_folder=TreeIds((folder,)))
        images = self._images.call(ImageFilter(files=inside), BY_PATH)
        scenes = self._scenes.call(SceneFilter(files=inside), BY_PATH)
        found = self._api.values_or_problem([images, scenes], ending)
        if isinstance(found, Problem):
            # One of them has a bad record: each is then asked for by itself, and leaves it out.
            return Members(
                images=self._images.find(ImageFilter(files=inside), BY_PATH, ending=ending).items,
                scenes=self._scenes.find(SceneFilter(files=inside), BY_PATH, ending=ending).items,
            )
        return Members(
            images=self._images.page_from(found[0]).items,
            scenes=self._scenes.page_from(found[1]).items,
        )

    def with_tag(self, tag: int, *, depth: int = 0, ending: Ending = NORMALLY) -> Members:
        """All that carries a tag, or one that is up to `depth` levels below it; -1: any."""
        wanted = TreeIds((tag,), depth=depth)
        return self._all_of(
            ImageFilter(tags=wanted), SceneFilter(tags=wanted), GalleryFilter(tags=wanted), ending
        )

    def with_performer(self, performer: int, *, ending: Ending = NORMALLY) -> Members:
        """All with a performer."""
        wanted = Ids((performer,))
        return self._all_of(
            ImageFilter(performers=wanted),
            SceneFilter(performers=wanted),
            GalleryFilter(performers=wanted),
            ending,
        )

    def of_studio(self, studio: int, *, depth: int = 0, ending: Ending = NORMALLY) -> Members:
        """All of a studio, or of one that is up to `depth` levels below it; -1: any."""
        wanted = TreeIds((studio,), depth=depth)
        return self._all_of(
            ImageFilter(studios=wanted),
            SceneFilter(studios=wanted),
            GalleryFilter(studios=wanted),
            ending,
        )

    def _all_of(
        self, images: AnyFilter, scenes: AnyFilter, galleries: AnyFilter, ending: Ending
    ) -> Members:
        found = self._api.values_or_problem(
            [
                self._images.call(images, BY_PATH),
                self._scenes.call(scenes, BY_PATH),
                self._galleries.call(galleries, ALL),
            ],
            ending,
        )
        if isinstance(found, Problem):
            return Members(
                images=self._images.find(images, BY_PATH, ending=ending).items,
                scenes=self._scenes.find(scenes, BY_PATH, ending=ending).items,
                galleries=self._galleries.find(galleries, ALL, ending=ending).items,
            )
        return Members(
            images=self._images.page_from(found[0]).items,
            scenes=self._scenes.page_from(found[1]).items,
            galleries=self._galleries.page_from(found[2]).items,
        )
