"""The resources `folders` and `files`: the disk of the server, as it was at the last scan."""

from g3fs.clients.stash.api import Api
from g3fs.clients.stash.finding import Finder
from g3fs.clients.stash.wire import inputs
from g3fs.clients.stash.wire.criteria import TreeIds
from g3fs.clients.stash.wire.families import FILES, FOLDERS
from g3fs.clients.stash.wire.files import (
    DELETE_FILES,
    FIND_FILE,
    FIND_FOLDER,
    MOVE_FILES,
    WireFile,
    WireFolder,
    file_from,
    folder_from,
    folder_of,
)
from g3fs.clients.stash.wire.filters import FileFilter, FolderFilter, Paging
from g3fs.gallery.errors import NotPermitted

_BY_PATH = Paging(sort="path")


class Folders:
    """The tree of folders, zips among them; from v0.29, before it everything is NotSupported."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self.finder = Finder(api, FOLDERS)
        self.get, self.find, self.count = self.finder.get, self.finder.find, self.finder.count

    def all(self) -> tuple[WireFolder, ...]:
        """All folders, by path: one request. Those without `parent_id` are the libraries."""
        return self.find(None, _BY_PATH).items

    def at_path(self, path: str) -> WireFolder:
        """The folder at a path on the server.

        Raises:
            NotFound: there is none.
        """
        return folder_from(self._api.record(FIND_FOLDER, path=path))

    def children(self, folder: int) -> tuple[WireFolder, ...]:
        """The folders, and zips, directly in a folder."""
        return self.find(FolderFilter(parent_folder=TreeIds((folder,))), _BY_PATH).items


class Files:
    """Files of all kinds: those of images, scenes and zip galleries, and others."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self.finder = Finder(api, FILES)
        self.get, self.find, self.count = self.finder.get, self.finder.find, self.finder.count

    def in_folder(self, folder: int) -> tuple[WireFile, ...]:
        """All files directly in a folder, by path; from v0.29."""
        return self.find(FileFilter(parent_folder=TreeIds((folder,))), _BY_PATH).items

    def at_path(self, path: str) -> WireFile:
        """The file at a path on the server; NotFound when there is none; from v0.29."""
        return file_from(self._api.record(FIND_FILE, path=path))

    def rename(self, file: WireFile, basename: str) -> None:
        """moveFiles: give a file another name on the disk of the server, in the folder it is in.

        File, image and all that is known of them stay. Keep the extension: another one of the same
        kind is accepted and lies. There is no move between folders, because the server then leaves
        the image in the gallery of the old one, and in no other.

        Raises:
            AlreadyExists: the name is taken, or longer than the disk allows.
            BadName: it is no name, or its folder's is not UTF-8.
            Invalid: the extension is of another kind.
            NotPermitted: the file is in a zip.
        """
        if file.zip_file_id is not None:
            raise NotPermitted(f"{file.basename!r} is in a zip: its name cannot be changed")
        self._api.done(MOVE_FILES, input=inputs.renaming(file.id, folder_of(file), basename))

    def delete(self, file_id: int) -> None:
        """deleteFiles: one of several files of an image or scene, from the disk of the server.

        Raises:
            NotPermitted: it is the first one: choose another as `primary_file_id` before.
            NotFound: there is no such file.
        """
        self._api.done(DELETE_FILES, ids=[str(file_id)])
