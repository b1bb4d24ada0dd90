"""Real tools on a real mount: what people will do first."""

import hashlib

import pytest

from g3fs.demo.synthetic import big_file
from tests.kernel.remote import library_bytes, python
from tests.kernel.support import run

MOVIE = "holidays/sea/waves.mp4"


def originals(server):
    """Digest of every original, by its path."""
    return {
        "/".join(names): hashlib.sha256(media.content.read()).hexdigest()
        for names, media in server.library.media()
    }


def digests(top):
    """Digest of every file below a directory, by its path."""
    lines = run("find", ".", "-type", "f", "-exec", "sha256sum", "{}", "+", cwd=top).ok().stdout
    pairs = (line.split("  ", 1) for line in lines.splitlines())
    return {path.removeprefix("./"): digest for digest, path in pairs}


@pytest.mark.parametrize(
    "command",
    [
        'cp -r "$1/." "$2"',
        'cp -a "$1/." "$2"',
        'tar cf - -C "$1" . | tar xf - -C "$2"',
        'tar --xattrs -cf - -C "$1" . | tar --xattrs -xf - -C "$2"',
        'rsync -a "$1/" "$2/"',
        'rsync -aX --inplace "$1/" "$2/"',
    ],
)
def test_a_copy_of_everything_has_the_bytes_of_the_library(mount, gallery, tmp_path, command):
    mounted = mount()
    copy = tmp_path / "copy"
    copy.mkdir()
    run("sh", "-ec", command, "sh", mounted.path, copy, timeout=60).ok()
    assert digests(copy) == originals(gallery)


def test_a_second_rsync_copies_nothing(mount, tmp_path):
    first = mount()
    run("rsync", "-a", f"{first.path}/", f"{tmp_path}/copy/", timeout=60).ok()
    first.unmount()
    second = mount()
    again = run("rsync", "-a", "--stats", f"{second.path}/", f"{tmp_path}/copy/", timeout=60).ok()
    assert "Number of regular files transferred: 0" in again.stdout


def test_a_copy_carries_tags_and_descriptions(mount, tmp_path):
    mounted = mount()
    source, copy = mounted.path / "holidays/sea/sea-1.jpg", tmp_path / "copy.jpg"
    run("cp", "--preserve=xattr,timestamps", source, copy).ok()
    listed = run("getfattr", "-d", "--absolute-names", source).ok().stdout.splitlines()[1:]
    copied = run("getfattr", "-d", "--absolute-names", copy).ok().stdout.splitlines()[1:]
    assert copied == listed
    assert any("user.xdg.tags" in line for line in copied)
    assert copy.stat().st_mtime == int(run("stat", "-c", "%Y", source).ok().stdout)


def test_the_usual_walkers_find_everything(mount, gallery):
    mounted = mount()
    wanted = set(originals(gallery))
    found = run("find", ".", "-type", "f", cwd=mounted.path).ok().stdout.splitlines()
    assert {path.removeprefix("./") for path in found} == wanted
    listing = run("ls", "-lR", mounted.path).ok().stdout
    assert all(path.rsplit("/", 1)[-1] in listing for path in wanted)
    size = sum(len(media.content.read()) for _, media in gallery.library.media())
    told = int(run("du", "-sb", "--apparent-size", mounted.path).ok().stdout.split()[0])
    assert told == size
    assert int(run("du", "-s", "-B1", mounted.path).ok().stdout.split()[0]) >= size


def test_files_are_of_the_type_that_their_name_says(mount):
    mounted = mount()
    kinds = run("file", "--brief", "--mime-type", *(mounted.path / "formats" / name for name in (
        "chart.png", "balloons.gif", "meadow.webp", "portrait.jpg",
    ))).ok().stdout.split()  # fmt: skip
    assert kinds == ["image/png", "image/gif", "image/webp", "image/jpeg"]
    assert "video/mp4" in run("file", "--mime-type", mounted.path / MOVIE).ok().stdout


def test_the_tail_of_a_movie_can_be_read_first(mount, gallery):
    mounted = mount()
    tail = run("tail", "-c", "1000", mounted.path / MOVIE).ok().stdout
    assert tail.encode("utf-8", "surrogateescape") == library_bytes(gallery, MOVIE)[-1000:]


def test_the_tail_of_a_large_file_does_not_fetch_its_middle(mount, serve):
    server = serve(library=big_file(20_000_000))
    mounted = mount(server=server)
    run("tail", "-c", "65536", mounted.path / "big/big.jpg").ok()
    sent = sum(entry.sent for entry in server.requests.entries(resource="public"))
    assert sent < 4_000_000


def test_a_file_can_be_mapped_into_memory_and_read_in_odd_blocks(mount, gallery, tmp_path):
    mounted = mount()
    script = """
import hashlib, mmap, sys
with open(sys.argv[1], "rb") as file, mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ) as mapped:
    print(hashlib.sha256(mapped).hexdigest())
"""
    wanted = hashlib.sha256(library_bytes(gallery, MOVIE)).hexdigest()
    assert python(script, mounted.path / MOVIE).ok().stdout.strip() == wanted
    out = tmp_path / "dd"
    run("dd", f"if={mounted.path / MOVIE}", f"of={out}", "bs=9731", "status=none").ok()
    assert hashlib.sha256(out.read_bytes()).hexdigest() == wanted
    direct = run("dd", f"if={mounted.path / MOVIE}", f"of={out}", "iflag=direct", "bs=64k")
    assert direct.returncode == 0, direct.stderr
    assert hashlib.sha256(out.read_bytes()).hexdigest() == wanted


def test_sniffing_the_heads_of_many_photos_fetches_little(mount, serve):
    from g3fs.demo.library import Album, Library

    photos = tuple(big_file(4_000_000, name=f"p{n}.jpg").children[0].children[0] for n in range(5))
    server = serve(library=Library(children=(Album(name="a", children=photos),)))
    mounted = mount(server=server)
    run("ls", mounted.path / "a").ok()
    for _ in range(2):
        for n in range(5):
            run("head", "-c", "65536", mounted.path / f"a/p{n}.jpg").ok()
    mounted.unmount()
    requests = server.requests.entries(resource="public")
    assert requests
    assert sum(request.sent for request in requests) <= 4 * 5 * 65536
    asked = [(request.target, request.headers["range"]) for request in requests]
    assert len(asked) == len(set(asked)), "nothing is fetched twice"


def test_many_readers_and_listers_at_once_all_get_what_is_there(mount, gallery):
    mounted = mount()
    script = """
import hashlib, os, sys
from concurrent.futures import ThreadPoolExecutor

def walk(_):
    found = {}
    for top, _, names in os.walk(sys.argv[1]):
        for name in names:
            with open(os.path.join(top, name), "rb") as file:
                path = os.path.relpath(os.path.join(top, name), sys.argv[1])
                found[path] = hashlib.sha256(file.read()).hexdigest()
    return tuple(sorted(found.items()))

with ThreadPoolExecutor(12) as pool:
    results = set(pool.map(walk, range(12)))
print(len(results))
for path, digest in results.pop():
    print(digest, path)
"""
    lines = python(script, mounted.path, timeout=60).ok().stdout.splitlines()
    assert lines[0] == "1"
    found = {path: digest for digest, path in (line.split(" ", 1) for line in lines[1:])}
    assert found == originals(gallery)
