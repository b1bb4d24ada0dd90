"""One place and all that stands in it, in one request."""

from dataclasses import dataclass
from typing import TypeVar

from g3fs.clients.stash.api import Api
from g3fs.clients.stash.documents import Call
from g3fs.clients.stash.finding import Finder
from g3fs.clients.stash.images import BY_PATH
from g3fs.clients.stash.members import Members
from g3fs.clients.stash.wire.answers import Problem
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
    """Each call is one request; NotFound where there is no such place.

    Where a bad record spoils the answer, everything is asked for by itself, so that it costs only
    itself.
    """

    def __init__(self, api: Api, finders: Finders) -> None:
        self._api = api
        self._finders = finders

    def gallery(self, number: int) -> tuple[WireGallery, tuple[WireImage, ...]]:
        """A gallery, and its images by path."""
        find, inside = self._finders, ImageFilter(galleries=Ids((number,)))
        found = self._api.values_or_problem(
            [find.galleries.call_one(number), find.images.call(inside, BY_PATH)]
        )
        if isinstance(found, Problem):
            return find.galleries.get(number), find.images.find(inside, BY_PATH).items
        gallery, images = found
        return find.galleries.one_from(gallery, number), find.images.page_from(images).items

    def folder(self, number: int) -> FolderContent:
        """A folder, with folders, images and scenes directly in it; from v0.29."""
        find, place = self._finders, TreeIds((number,))
        below, by_path = FolderFilter(parent_folder=place), Paging(sort="path")
        inside = FileFilter(parent_folder=place)
        pictures, videos = ImageFilter(files=inside), SceneFilter(files=inside)
        found = self._api.values_or_problem(
            [
                find.folders.call_one(number),
                find.folders.call(below, by_path),
                find.images.call(pictures, BY_PATH),
                find.scenes.call(videos, BY_PATH),
            ]
        )
        if isinstance(found, Problem):
            return FolderContent(
                folder=find.folders.get(number),
                children=find.folders.find(below, by_path).items,
                members=Members(
                    images=find.images.find(pictures, BY_PATH).items,
                    scenes=find.scenes.find(videos, BY_PATH).items,
                ),
            )
        folder, children, images, scenes = found
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
        found = self._api.values_or_problem(calls)
        if isinstance(found, Problem):
            return finder.get(number), Members(
                images=find.images.find(filters[0], BY_PATH).items,
                scenes=find.scenes.find(filters[1], BY_PATH).items,
                galleries=find.galleries.find(filters[2], ALL).items,
            )
        one, images, scenes, galleries = found
        return finder.one_from(one, number), Members(
            images=find.images.page_from(images).items,
            scenes=find.scenes.page_from(scenes).items,
            galleries=find.galleries.page_from(galleries).items,
        )
