"""The resource `scenes`: videos."""

from collections.abc import Iterable, Mapping
from typing import Unpack

from g3fs.clients.stash.api import Api
from g3fs.clients.stash.counters import Counter
from g3fs.clients.stash.finding import Finder
from g3fs.clients.stash.images import BY_PATH
from g3fs.clients.stash.wire import inputs
from g3fs.clients.stash.wire.changes import SceneBulk, SceneChanges
from g3fs.clients.stash.wire.criteria import Ids, Text, TreeIds
from g3fs.clients.stash.wire.families import SCENES
from g3fs.clients.stash.wire.filters import FileFilter, SceneFilter
from g3fs.clients.stash.wire.scenes import (
    ADD_O,
    BULK_UPDATE_SCENES,
    DECREMENT_O,
    DELETE_O,
    DESTROY_SCENES,
    INCREMENT_O,
    RESET_O,
    UPDATE_SCENE,
    UPDATE_SCENES,
    WireScene,
    scene_from,
)
from g3fs.gallery.errors import NotFound


class Scenes:
    """Scenes with all their files; each listing is one request, with exact sizes."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self.finder = Finder(api, SCENES)
        self.get, self.get_many = self.finder.get, self.finder.get_many
        self.find, self.all, self.count = self.finder.find, self.finder.all, self.finder.count
        old = api.schema.offers(INCREMENT_O)
        up, down = (INCREMENT_O, DECREMENT_O) if old else (ADD_O, DELETE_O)
        self.o_counter = Counter(api, up, down, RESET_O)

    def in_folder(self, folder: int) -> tuple[WireScene, ...]:
        """All scenes with a file directly in a folder; from v0.29."""
        inside = FileFilter(parent_folder=TreeIds((folder,)))
        return self.find(SceneFilter(files=inside), BY_PATH).items

    def in_gallery(self, gallery: int) -> tuple[WireScene, ...]:
        """All scenes that people linked with a gallery."""
        return self.find(SceneFilter(galleries=Ids((gallery,))), BY_PATH).items

    def at_path(self, path: str) -> WireScene:
        """The scene that a file on the server is; NotFound when there is none."""
        for scene in self.find(SceneFilter(path=Text(path))).items:
            # EQUALS ignores the case of letters.
            if any(file.path == path for file in scene.files):
                return scene
        raise NotFound(f"there is no scene at {path!r}")

    def update(self, number: int, **changes: Unpack[SceneChanges]) -> WireScene:
        """sceneUpdate: change what is given; lists are replaced as a whole.

        Raises:
            NotFound: no such scene, or something in a list does not exist.
        """
        return scene_from(self._api.record(UPDATE_SCENE, input=inputs.update(number, changes)))

    def update_many(self, changes: Mapping[int, SceneChanges]) -> tuple[WireScene, ...]:
        """scenesUpdate: several at once; one that fails undoes all."""
        if not changes:
            return ()
        entries = [inputs.update(number, one) for number, one in changes.items()]
        return tuple(map(scene_from, self._api.records(UPDATE_SCENES, input=entries)))

    def bulk_update(
        self, numbers: Iterable[int], **changes: Unpack[SceneBulk]
    ) -> tuple[WireScene, ...]:
        """bulkSceneUpdate: the same for several; ADD and REMOVE do not disturb others."""
        body = inputs.bulk(numbers, changes)
        if not body["ids"]:
            return ()
        return tuple(map(scene_from, self._api.records(BULK_UPDATE_SCENES, input=body)))

    def destroy(
        self, numbers: Iterable[int], *, delete_file: bool = False, delete_generated: bool = False
    ) -> None:
        """scenesDestroy; without `delete_file` they come back with the next scan, as new ones.

        Raises:
            NotFound: one of them does not exist.
        """
        body = inputs.destruction(
            numbers, delete_file=delete_file, delete_generated=delete_generated
        )
        if body["ids"]:
            self._api.done(DESTROY_SCENES, input=body)
