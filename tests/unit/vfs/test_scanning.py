"""The verb of scans, without a kernel or a server."""

import json

import pytest

from g3fs.gallery.backend import Scan
from g3fs.gallery.errors import NotSupported
from g3fs.gallery.ids import ItemId
from g3fs.vfs.scanning import as_answer, is_scan, scan

ALBUM = ItemId("folder:3")


class Scans:
    """Remembers what it was asked."""

    def __init__(self):
        self.asked = []

    async def scan(self, album):
        self.asked.append(album)
        return Scan(id="7", over=False, progress=None, text="Waiting")

    async def scanned(self, scan):
        self.asked.append(scan)
        return Scan(id=scan, over=True, progress=1.0, text="", error="")


@pytest.mark.parametrize(
    ("name", "ours"),
    [
        ("user.g3fs.do.scan", True),
        ("user.g3fs.do.scan.7", True),
        ("user.g3fs.do.scanner", False),
        ("user.g3fs.do.refresh", False),
    ],
)
def test_the_verb_is_known_with_and_without_an_id(name, ours):
    assert is_scan(name) is ours


async def test_the_plain_verb_starts_a_scan_and_an_id_looks_at_one():
    scans = Scans()
    started = await scan(scans, ALBUM, "user.g3fs.do.scan")
    looked = await scan(scans, ALBUM, f"user.g3fs.do.scan.{started.id}")

    assert scans.asked == [ALBUM, "7"]
    assert not started.over
    assert looked.over


async def test_a_server_without_scans_refuses_the_verb():
    with pytest.raises(NotSupported):
        await scan(None, ALBUM, "user.g3fs.do.scan")


def test_the_answer_is_a_json_object_whatever_the_server_says():
    odd = Scan(id="7", over=False, progress=0.5, text="line\nbreak \udcff", error="")

    told = json.loads(as_answer(odd))

    assert told == {
        "id": "7",
        "over": False,
        "progress": 0.5,
        "text": "line\nbreak ?",
        "error": "",
    }
