"""The verb that makes the server look at its disk, and tells how far it is."""

from dataclasses import asdict

from g3fs.gallery.backend import Scan, Scans
from g3fs.gallery.errors import NotSupported
from g3fs.gallery.ids import ItemId
from g3fs.gallery.tagtext import compact_json

DO_SCAN = "user.g3fs.do.scan"
"""Reading this attribute of a directory starts a scan of it; the answer is a JSON object: `id`,
`over`, `progress` (0 to 1 or null), `text`, `error`. With a dot and that id behind it, it tells the
same of a scan that was started."""


def is_scan(name: str) -> bool:
    """Whether an attribute is that verb."""
    return name == DO_SCAN or name.startswith(f"{DO_SCAN}.")


async def scan(scans: Scans | None, album: ItemId, name: str) -> Scan:
    """Start a scan, or look at one, as `name` says.

    Raises:
        NotSupported: the server has no scans.
    """
    if scans is None:
        raise NotSupported("this server finds new files by itself, or not at all: it has no scan")
    number = name.removeprefix(DO_SCAN).removeprefix(".")
    return await (scans.scanned(number) if number else scans.scan(album))


def as_answer(state: Scan) -> bytes:
    """The value of the attribute."""
    return compact_json(asdict(state)).encode("utf-8", "replace")
