"""The views of tags in the control directory, put together."""

import time
from pathlib import Path, PurePosixPath

from g3fs.app.writing import Reading
from g3fs.backends.guarded import Guarded
from g3fs.config.options import MountOptions
from g3fs.gallery.items import Album
from g3fs.vfs.control import Views
from g3fs.vfs.nodes import ROOT, AlbumNode
from g3fs.vfs.tagviews.changing import Means, TagChanges
from g3fs.vfs.tagviews.gallery import TaggedGallery, TagOptions
from g3fs.vfs.tagviews.resolving import Resolver
from g3fs.vfs.writing.changes import Changes


def tagged_gallery(options: MountOptions, backend: Guarded, root: Album) -> TaggedGallery | None:
    """What the catalog asks so that it knows the tags, too; None where there are none to show."""
    viewer = backend.tag_viewer
    if viewer is None or Views(options.views) is Views.OFF:
        return None
    tags = TagOptions(
        writable=backend.writer is not None and not options.ro,
        below=root.id if options.subdir else None,
        started_s=int(time.time()),
    )
    return TaggedGallery(backend, viewer, tags)


def tag_changes(
    options: MountOptions, backend: Guarded, reading: Reading, changes: Changes | None
) -> TagChanges | None:
    """The writing half; None where nothing can be changed."""
    views, writer = reading.tags, backend.writer
    if changes is None or views is None or writer is None:
        return None
    root = reading.inodes[ROOT].node
    assert isinstance(root, AlbumNode)  # entered when the layers below were opened
    resolver = Resolver(
        reading.tree, changes.overlay, root=root, tags=views.node, tops=_tops(options.mountpoint)
    )
    return TagChanges(
        Means(
            views=views,
            resolver=resolver,
            writer=writer,
            catalog=reading.catalog,
            state=reading.state,
            tree=reading.tree,
            inodes=reading.inodes,
        )
    )


def _tops(mountpoint: Path) -> list[PurePosixPath]:
    """The paths by which users may name the mountpoint; asks nothing of what is mounted there."""
    resolved = mountpoint.parent.resolve() / mountpoint.name
    return list(dict.fromkeys(PurePosixPath(path) for path in (mountpoint, resolved)))
