"""One place and all that stands in it, in one request."""

from dataclasses import dataclass
from typing import TypeVar

from g3fs.clients.stash.api import Api
from g3fs.clients.stash.documents import Call
from g3fs.clients.stash.finding import Finder
from g3fs.clients.stash.images import BY_PATH
from g3fs.clients.stash.members import Members
from g3fs.clients.stash.wire.criteria import Ids, TreeIds
from g3fs.clients.stash.wire.files import WireFolder
from g3fs.clients.stash.wire.filters import (
    ALL,
    AnyFilter,
    FileFilter,
    FolderFilter,
    GalleryFilter,
    ImageFilter,
    Paging,
    SceneFilter,
)
from g3fs.clients.stash.wire.galleries import WireGallery
from g3fs.clients.stash.wire.images import WireImage
from g3fs.clients.stash.wire.named import WirePerformer, WireStudio, WireTag
from g3fs.clients.stash.wire.scenes import WireScene

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderContent:
    """A folder and what lies directly in it."""

    folder: WireFolder
    children: tuple[WireFolder, ...]
    """Folders, and zips, by path."""
    members: Members


@dataclass(frozen=True, slots=True, kw_only=True)
class Finders:
    """Who finds what."""

    galleries: Finder[WireGallery]
    images: Finder[WireImage]
    scenes: Finder[WireScene]
    folders: Finder[WireFolder]
    tags: Finder[WireTag]
    performers: Finder[WirePerformer]
    studios: Finder[WireStudio]


class Directories:
    """Each call is one request; NotFound where there is no such place."""

    def __init__(self, api: Api, finders: Finders) -> None:
        self._api = api
        self._finders = finders

    def gallery(self, number: int) -> tuple[WireGallery, tuple[WireImage, ...]]:
        """A gallery, and its images by path."""
        find = self._finders
        gallery, images = self._api.values(
            [
                find.galleries.call_one(number),
                find.images.call(ImageFilter(galleries=Ids((number,))), BY_PATH),
            ]
        )
        return find.galleries.one_from(gallery, number), find.images.page_from(images).items

    def folder(self, number: int) -> FolderContent:
        """A folder, with folders, images and scenes directly in it; from v0.29."""
        find, place = self._finders, TreeIds((number,))
        inside = FileFilter(parent_folder=place)
        folder, children, images, scenes = self._api.values(
            [
                find.folders.call_one(number),
                find.folders.call(FolderFilter(parent_folder=place), Paging(sort="path")),
                find.images.call(ImageFilter(files=inside), BY_PATH),
                find.scenes.call(SceneFilter(files=inside), BY_PATH),
            ]
        )
        return FolderContent(
            folder=find.folders.one_from(folder, number),
            children=find.folders.page_from(children).items,
            members=Members(
                images=find.images.page_from(images).items,
                scenes=find.scenes.page_from(scenes).items,
            ),
        )

    def tag(self, number: int) -> tuple[WireTag, Members]:
        """A tag, and all that carries it itself."""
        wanted = TreeIds((number,))
        filters = ImageFilter(tags=wanted), SceneFilter(tags=wanted), GalleryFilter(tags=wanted)
        return self._all_of(self._finders.tags, number, filters)

    def performer(self, number: int) -> tuple[WirePerformer, Members]:
        """A performer, and all with that one."""
        wanted = Ids((number,))
        filters = (
            ImageFilter(performers=wanted),
            SceneFilter(performers=wanted),
            GalleryFilter(performers=wanted),
        )
        return self._all_of(self._finders.performers, number, filters)

    def studio(self, number: int) -> tuple[WireStudio, Members]:
        """A studio, and all that is of it itself."""
        wanted = TreeIds((number,))
        filters = (
            ImageFilter(studios=wanted),
            SceneFilter(studios=wanted),
            GalleryFilter(studios=wanted),
        )
        return self._all_of(self._finders.studios, number, filters)

    def _all_of(
        self, finder: Finder[T], number: int, filters: tuple[AnyFilter, AnyFilter, AnyFilter]
    ) -> tuple[T, Members]:
        find = self._finders
        calls: list[Call] = [
            finder.call_one(number),
            find.images.call(filters[0], BY_PATH),
            find.scenes.call(filters[1], BY_PATH),
            find.galleries.call(filters[2], ALL),
        ]
        one, images, scenes, galleries = self._api.values(calls)
        return finder.one_from(one, number), Members(
            images=find.images.page_from(images).items,
            scenes=find.scenes.page_from(scenes).items,
            galleries=find.galleries.page_from(galleries).items,
        )
