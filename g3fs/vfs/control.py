"""The control tree /.g3fs: what the mount tells of itself, and the server's smaller pictures."""

from collections.abc import Callable, Mapping, Sequence
from enum import Enum

from g3fs.gallery.items import Album, Rendition
from g3fs.vfs.nodes import AlbumNode, Child, ControlDirectory, ControlFile, Ino, key_of

NAME = ".g3fs"
RENDITIONS = f"{NAME}/renditions"
FAILED = f"{NAME}/failed"
VIEWS = f"{NAME}/views"
TAGS = f"{VIEWS}/tags"

DIRECTORY_INO = Ino(2)
RENDITIONS_INO = Ino(3)
FAILED_INO = Ino(4)
VIEWS_INO = Ino(5)
TAGS_INO = Ino(6)
FIRST_FILE_INO = 16

Document = Callable[[], bytes]
"""Makes the content of a control file at the moment when it is opened."""


class Views(Enum):
    """The option `views=`."""

    HIDDEN = "hidden"
    """The control tree can be entered, but is not listed."""
    SHOWN = "shown"
    OFF = "off"
    """Without the views of the gallery; status and log stay."""


class Control:
    """The directories and files of the control tree; constant while mounted."""

    def __init__(self, documents: Mapping[str, Document], views: Views) -> None:
        self._documents = {f"{NAME}/{name}": document for name, document in documents.items()}
        self._views = views
        self._children: dict[str, tuple[Child, ...]] = {}
        self._failed: Callable[[], Sequence[Child]] | None = None
        self._local: Callable[[str], Child | None] | None = None
        self._tags: AlbumNode | None = None

    def show_failed(
        self, failed: Callable[[], Sequence[Child]], local: Callable[[str], Child | None]
    ) -> None:
        """Have the directory `failed`, with what `failed` gives; before `open`.

        Every local file looks up there by its id, listed or not: `local` finds it.
        """
        self._failed, self._local = failed, local

    def show_tags(self, tags: AlbumNode) -> None:
        """Have the directory `views/tags`; before `open`."""
        self._tags = tags

    def open(self, root: Album, renditions: Sequence[Rendition], inos: Mapping[str, int]) -> None:
        """Draw the tree; `inos` numbers the root of each rendition's tree, see `keys`."""
        files = [
            Child(path.rpartition("/")[2], Ino(number), ControlFile(path))
            for number, path in enumerate(self._documents, start=FIRST_FILE_INO)
        ]
        if self._failed is not None:
            files.append(Child("failed", FAILED_INO, ControlDirectory(FAILED)))
        views = [AlbumNode(root, rendition) for rendition in renditions]
        if views and self._views is not Views.OFF:
            files.append(Child("renditions", RENDITIONS_INO, ControlDirectory(RENDITIONS)))
        if self._tags is not None and self._views is not Views.OFF:
            files.append(Child("views", VIEWS_INO, ControlDirectory(VIEWS)))
            self._children[VIEWS] = (Child("tags", TAGS_INO, self._tags),)
        self._children[NAME] = tuple(files)
        self._children[RENDITIONS] = tuple(
            Child(node.view, Ino(inos[key_of(node)]), node) for node in views
        )

    @property
    def entrance(self) -> Child:
        """The control tree as a name of the root."""
        return Child(NAME, DIRECTORY_INO, ControlDirectory(NAME))

    @property
    def listed(self) -> bool:
        """Whether the root shows the control tree when it is listed."""
        return self._views is Views.SHOWN

    def find(self, directory: ControlDirectory, name: str) -> Child | None:
        """What has that name in a directory of the control tree."""
        found = next((child for child in self.children(directory) if child.name == name), None)
        if found is None and directory.path == FAILED and self._local is not None:
            return self._local(name)
        return found

    def children(self, directory: ControlDirectory) -> tuple[Child, ...]:
        """All names of a directory of the control tree."""
        if directory.path == FAILED and self._failed is not None:
            return tuple(self._failed())
        return self._children[directory.path]

    def content(self, file: ControlFile) -> bytes:
        """What the file holds now."""
        return self._documents[file.path]()


def keys(root: Album, renditions: Sequence[Rendition]) -> list[str]:
    """Under which the state file numbers the roots of the renditions' trees."""
    return [key_of(AlbumNode(root, rendition)) for rendition in renditions]
