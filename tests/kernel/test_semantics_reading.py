"""docs/semantics.md: reading and listing."""

import hashlib
import random

from g3fs.demo.proxy_link import Conditions
from g3fs.demo.synthetic import album_of, big_file, tiny_jpeg
from tests.kernel.remote import Remote, conversation, library_bytes, python
from tests.kernel.support import counted, run, wait_for

SEA = "holidays/sea/sea-1.jpg"

DIGEST = """
import hashlib, sys
print(hashlib.sha256(open(sys.argv[1], "rb").read()).hexdigest())
"""


def digest(path):
    return python(DIGEST, path).ok().stdout.strip()


def bodies(server):
    """Requests for original bytes, whichever address they used."""
    entries = server.requests.entries()
    return [entry for entry in entries if entry.resource in {"data", "public"}]


def test_what_is_read_is_the_original_byte_for_byte(mount, gallery, tmp_path):
    mounted = mount()
    run("cp", "-r", mounted.path, tmp_path / "copy", timeout=60).ok()
    for names, media in gallery.library.media():
        copied = (tmp_path / "copy").joinpath(*names)
        assert copied.read_bytes() == media.content.read(), names
    mounted.unmount()
    again = mount("cache_dir=" + str(tmp_path / "other"))
    data = library_bytes(gallery, SEA)
    extents = [(random.Random(n).randrange(len(data)), 1 + n * 977) for n in range(30)]
    script = """
import hashlib, json, os, sys
fd = os.open(sys.argv[1], os.O_RDONLY)
for offset, length in json.loads(sys.argv[2]):
    print(hashlib.sha256(os.pread(fd, length, offset)).hexdigest())
"""
    read = python(script, again.path / SEA, str([list(extent) for extent in extents])).ok()
    wanted = [hashlib.sha256(data[at : at + length]).hexdigest() for at, length in extents]
    assert read.stdout.split() == wanted


def test_reading_starts_before_the_download_ends(mount, serve):
    server = serve(library=big_file(8_000_000))
    mounted = mount(server=server)
    path = mounted.path / "big/big.jpg"
    run("stat", path).ok()
    # Without ranges there is one body, and it stops for good after 300 kB: what can be read of it
    # can only have come before its end.
    server.faults.plant("status", resource="public", status=404)
    server.faults.plant("stall_body", resource="data", size=300_000)
    run("head", "-c", "65536", path).ok()
    assert bodies(server)[-1].resource == "data"
    wait_for(lambda: all(entry.done for entry in bodies(server)), 20, "closing ends the transfer")
    assert sum(entry.sent for entry in bodies(server)) < 400_000


def test_readers_of_one_file_share_one_download(mount, serve):
    server = serve(library=big_file(8_000_000))
    mounted = mount(server=server)
    path = mounted.path / "big/big.jpg"
    script = """
import hashlib, subprocess, sys
command = ["sha256sum", sys.argv[1]]
readers = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(8)]
print(len({reader.communicate()[0] for reader in readers}), {r.returncode for r in readers})
"""
    assert python(script, path).ok().stdout.strip() == "1 {0}"
    sent = sum(entry.sent for entry in bodies(server))
    assert sent <= 8_000_000 * 1.05


def test_files_read_one_after_the_other_are_fetched_ahead(mount, serve):
    server = serve(library=album_of(40))
    mounted = mount(server=server)
    run("cat", mounted.path / "many/photo-00000.jpg", mounted.path / "many/photo-00001.jpg").ok()
    wait_for(lambda: len(bodies(server)) == 18, 20, "sixteen more photos are fetched")
    run("cat", *(mounted.path / f"many/photo-{n:05}.jpg" for n in range(40))).ok()
    assert len(bodies(server)) == 40, "and none twice"


def test_what_was_fetched_is_not_fetched_again(mount, gallery):
    first = mount()
    before = digest(first.path / SEA)
    first.unmount()
    second = mount()
    fetched = len(bodies(gallery))
    assert digest(second.path / SEA) == before
    assert digest(second.path / SEA) == before
    assert len(bodies(gallery)) == fetched


READ_ACROSS = """
import errno, os, sys
fd = os.open(sys.argv[1], os.O_RDONLY)
os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_RANDOM)
os.pread(fd, 4096, 0)
print("read", flush=True)
sys.stdin.readline()
try:
    os.pread(fd, 4096, 5_000_000)
    print("OK")
except OSError as error:
    print(errno.errorcode[error.errno])
"""


def test_a_photo_replaced_on_the_server_is_never_mixed_with_its_predecessor(mount, serve):
    server = serve(library=big_file(6_000_000))
    mounted = mount(server=server)
    path = mounted.path / "big/big.jpg"
    new = tiny_jpeg() + random.Random(1).randbytes(5_999_000)
    with conversation(READ_ACROSS, path) as reader:
        assert reader.stdout.readline() == "read\n"
        Remote(server).replace("big/big.jpg", new)
        assert reader.communicate("go\n", timeout=30)[0].strip() == "ESTALE"
    run("getfattr", "-n", "user.g3fs.do.refresh", path.parent).ok()
    assert digest(path) == hashlib.sha256(new).hexdigest()


def test_a_changed_title_does_not_fetch_the_bytes_again(mount, gallery):
    mounted = mount()
    before = digest(mounted.path / SEA)
    fetched = len(bodies(gallery))
    Remote(gallery).retitle(SEA, "Another title")
    run("getfattr", "-n", "user.g3fs.do.refresh", (mounted.path / SEA).parent).ok()
    assert digest(mounted.path / SEA) == before
    assert len(bodies(gallery)) == fetched


def test_listing_an_album_costs_one_request(mount, serve):
    server = serve(library=album_of(1000))
    mounted = mount(server=server)
    run("stat", mounted.path).ok()
    with counted(server) as requests:
        listed = run("ls", "-l", mounted.path / "many").ok().stdout.splitlines()
    assert len(listed) == 1001
    assert requests.total() <= 2, requests


def test_listing_again_within_the_time_to_live_costs_nothing(mount, gallery):
    mounted = mount()
    run("ls", "-lR", mounted.path).ok()
    with counted(gallery) as requests:
        run("ls", "-lR", mounted.path).ok()
        run("find", mounted.path, "-size", "+1").ok()
        run("du", "-s", mounted.path).ok()
    assert requests.total() == 0, requests


def test_a_change_on_the_server_shows_up_after_the_time_to_live(mount, gallery):
    mounted = mount("ttl=1")
    album = mounted.path / "holidays/sea"
    run("ls", album).ok()
    Remote(gallery).add("holidays/sea", "brandnew.jpg", tiny_jpeg())
    wait_for(lambda: "brandnew.jpg" in run("ls", album).ok().stdout, 20, "the new photo appears")


def test_a_name_that_does_not_exist_is_asked_for_once(mount, gallery):
    mounted = mount()
    run("ls", mounted.path / "holidays/sea").ok()
    with counted(gallery) as requests:
        for name in ("nothing.jpg", "nothing.jpg", ".hidden", "folder.jpg"):
            assert run("stat", mounted.path / "holidays/sea" / name).returncode == 1
    assert requests.total() == 0, requests


def test_a_whole_tree_costs_one_request_an_album(mount, serve):
    from g3fs.demo.synthetic import tree_of

    server = serve(library=tree_of(100, photos_each=2))
    mounted = mount(server=server, conditions=Conditions(round_trip_s=0.0))
    with counted(server) as requests:
        found = run("find", mounted.path, timeout=60).ok().stdout.splitlines()
    assert len(found) == 1 + 100 + 200
    assert requests.total() <= 102, requests
