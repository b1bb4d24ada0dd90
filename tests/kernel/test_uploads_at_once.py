"""More files at once than are sent at a time: they wait for their turn, and nobody else does."""

import hashlib
import subprocess

import pytest

from g3fs.demo.library import Album, Library
from g3fs.demo.proxy_link import Conditions
from tests.kernel.support import run, wait_for
from tests.kernel.writing import Hands, photo, picture, status_of

FILES = 8
AT_A_TIME = 4
SIZE = 6_000_000
RATE = 2_000_000
TIMEOUT_S = 3
SLOW = Conditions(round_trip_s=0.0, up_bytes_per_s=RATE)
PATIENCE_BYTES = 2 * TIMEOUT_S * RATE
"""When so much has been sent, who waits for his turn has waited longer than for any answer."""
LIMIT_S = 60.0


@pytest.fixture
def server(serve):
    return serve(library=Library(children=(Album(name="trip", children=(photo("a.jpg"),)),)))


def test_files_that_are_copied_at_once_wait_for_their_turn(mount, server, tmp_path):
    mounted = mount(f"timeout={TIMEOUT_S}", server=server, conditions=SLOW, limit_s=120.0)
    assert mounted.proxy is not None
    sources = [tmp_path / f"{number}.jpg" for number in range(FILES)]
    for source in sources:
        source.write_bytes(picture(source.name, SIZE))
    target = mounted.path / "trip"
    copy = ["xargs", "-P", str(FILES), "-I", "{}", "cp", "{}", target]
    with (
        Hands() as hands,
        subprocess.Popen(copy, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as copying,
    ):
        assert copying.stdin is not None
        copying.stdin.writelines(f"{source}\n" for source in sources)
        copying.stdin.close()

        def sent_bytes() -> int:
            return int(status_of(mounted, hands)["queue"]["sent_bytes_of_uploads"])

        wait_for(lambda: sent_bytes() >= PATIENCE_BYTES, LIMIT_S, "some of them are on their way")
        assert len(_bodies(server)) == AT_A_TIME
        assert status_of(mounted, hands)["server"]["state"] == "answering"
        run("mkdir", target / "made").ok()
        assert copying.poll() is None
        mounted.proxy.set(Conditions(round_trip_s=0.0))
        assert copying.wait(LIMIT_S) == 0
        assert status_of(mounted, hands)["server"]["state"] == "answering"
    held = {path: item.sha256 for path, item in server.site.snapshot().items()}
    for source in sources:
        assert held[f"trip/{source.name}"] == hashlib.sha256(source.read_bytes()).hexdigest()
    assert server.site.complaints() == []
    assert len(_bodies(server)) == FILES
    assert "does not answer" not in mounted.log


def _bodies(server):
    """Requests that brought a file, or are bringing it."""
    return [
        entry
        for entry in server.requests.entries(verb="POST", resource="item")
        if entry.headers.get("content-type", "").startswith("multipart")
    ]
