"""Tags of a gallery in memory, and what tests of their views ask again and again."""

import posixpath
from pathlib import PurePosixPath

from g3fs.gallery.items import Details, Group
from g3fs.vfs.tagviews.gallery import TagOptions

TAGS = ".g3fs/views/tags"
BLUE, RED = f"{TAGS}/Blue", f"{TAGS}/Red"
TOP = PurePosixPath("/mnt/gallery")
OTHER_TOP = PurePosixPath("/media/disk/gallery")
"""The same directory by another path."""

OPTIONS = TagOptions(writable=True, below=None, started_s=1_700_000_000)


def tag(backend, item, *tags):
    """Let an item have these tags and no others, behind the mount's back."""
    backend.details_of[item.id, Group.TAGS] = Details(tags=tags)


def tags_of(backend, item):
    found = backend.details_of.get((item.id, Group.TAGS), Details())
    return set(found.tags)


async def target(disk, path):
    """The text of a link."""
    return disk.fs.readlink(await disk.ino(path))


async def led_to(disk, path):
    """The inode to which a link leads, None where it leads nowhere."""
    above = posixpath.dirname(path)
    place = posixpath.normpath(posixpath.join("/", above, await target(disk, path)))
    attr = await disk.attr(place)
    return None if attr is None else attr.ino
