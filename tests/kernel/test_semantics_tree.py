"""docs/semantics.md: the tree and its attributes."""

import os
import unicodedata

import pytest

from g3fs.demo.library import Content, Library, Media
from g3fs.demo.synthetic import tiny_jpeg
from tests.kernel.remote import (
    ERRNO_OF,
    Remote,
    conversation,
    library_bytes,
    lose_original,
    make_hostile,
    python,
    set_name,
)
from tests.kernel.support import run, wait_for


def names(path):
    return sorted(run("ls", "-A", path).ok().stdout.splitlines())


def photo(name, data=None):
    content = data if data is not None else tiny_jpeg()
    return Media(name=name, content=Content(lambda: content), width=60, height=40)


def library(*children):
    return Library(children=children)


def inode(path):
    return run("stat", "-c", "%i", path).ok().stdout.strip()


def test_an_album_is_a_directory_and_a_photo_is_a_file(mount):
    mounted = mount()
    assert "holidays" in names(mounted.path)
    kinds = run(
        "stat", "-c", "%F", mounted.path / "holidays", mounted.path / "holidays/sea/sea-1.jpg"
    ).ok()
    assert kinds.stdout.splitlines() == ["directory", "regular file"]


def test_a_name_is_legal_and_fits_its_type(mount, serve):
    server = serve()
    make_hostile(server)
    mounted = mount(server=server)
    listed = run("find", mounted.path, "-mindepth", "1", "-print0").ok().stdout.split("\0")[:-1]
    assert listed
    for path in listed:
        name = path.rsplit("/", 1)[1]
        assert 0 < len(os.fsencode(name)) <= 255
        assert not any(unicodedata.category(letter) == "Cc" for letter in name), repr(name)
    files = run("find", mounted.path, "-type", "f").ok().stdout.splitlines()
    known = {"jpg", "jpeg", "png", "gif", "webp", "mp4", "m4v", "webm", "flv", "ogv"}
    assert {path.rpartition(".")[2].lower() for path in files} <= known


def test_two_items_with_the_same_name_are_both_there(mount, serve):
    server = serve(library=library(photo("v.jpg"), photo("w.jpg")))
    second = Remote(server).id_of("w.jpg")
    set_name(server, second, "v.jpg")
    mounted = mount(server=server)
    assert names(mounted.path) == [f"v ({second}).jpg", "v.jpg"]


def test_a_name_with_its_id_always_looks_up(mount, gallery):
    mounted = mount()
    item = Remote(gallery).id_of("welcome.jpg")
    plain, numbered = mounted.path / "welcome.jpg", mounted.path / f"welcome ({item}).jpg"
    assert inode(numbered) == inode(plain)
    assert run("stat", mounted.path / f"other ({item}).jpg").returncode == 1


def test_a_name_is_found_composed_and_decomposed(mount):
    mounted = mount()
    for form in ("NFC", "NFD"):
        run("stat", mounted.path / unicodedata.normalize(form, "Família")).ok()


def test_a_name_once_shown_stays_with_its_item(mount, serve):
    server = serve(library=library(photo("w.jpg"), photo("v.jpg")))
    low, high = (Remote(server).id_of(name) for name in ("w.jpg", "v.jpg"))
    first = mount(server=server)
    before = inode(first.path / "v.jpg")
    first.unmount()
    set_name(server, low, "v.jpg")
    again = mount(server=server)
    assert inode(again.path / "v.jpg") == before
    assert names(again.path) == [f"v ({low}).jpg", "v.jpg"]
    assert low < high, "the newcomer has the lower id, and would have taken the name"


def test_inode_numbers_are_stable_across_remounts(mount):
    first = mount()
    listed = run("find", first.path, "-printf", "%P %i\n").ok().stdout
    first.unmount()
    second = mount()
    assert run("find", second.path, "-printf", "%P %i\n").ok().stdout == listed


SLOW_READER = """
import os, sys
stream = os.scandir(sys.argv[1])
seen = [next(stream).name for _ in range(3)]
print("half", flush=True)
sys.stdin.readline()
print("\\n".join([*seen, *(entry.name for entry in stream)]))
"""


def test_a_directory_stream_shows_one_moment(mount, serve):
    server = serve(library=library(*(photo(f"p{n:04}.jpg") for n in range(600))))
    mounted = mount(server=server)
    remote = Remote(server)
    with conversation(SLOW_READER, mounted.path) as reader:
        assert reader.stdout.readline() == "half\n"
        remote.delete("p0500.jpg")
        remote.add("", "a-new-one.jpg", tiny_jpeg())
        run("getfattr", "-n", "user.g3fs.do.refresh", mounted.path).ok()
        seen = reader.communicate("go\n", timeout=30)[0].split()
    assert seen.count("p0500.jpg") == 1
    assert len(seen) == len(set(seen)) == 600
    assert "a-new-one.jpg" in names(mounted.path)
    assert "p0500.jpg" not in names(mounted.path)


def test_a_part_of_the_gallery_can_be_mounted(mount):
    mounted = mount("subdir=holidays/sea")
    assert "sea-1.jpg" in names(mounted.path)
    assert "holidays" not in names(mounted.path)
    assert "holidays/sea" in run("cat", mounted.path / ".g3fs/status").ok().stdout


def test_the_size_is_exactly_what_reading_returns(mount):
    mounted = mount("views=shown")
    script = """
import os, sys
for top, _, files in os.walk(sys.argv[1]):
    for name in files:
        path = os.path.join(top, name)
        if "/.g3fs/" in path and "/renditions/" not in path:
            continue
        with open(path, "rb") as file:
            size = len(file.read())
        print(size == os.stat(path).st_size, path)
"""
    lines = python(script, mounted.path).ok().stdout.splitlines()
    assert sum("/renditions/" in line for line in lines) > 40
    assert [line for line in lines if not line.startswith("True")] == []


@pytest.mark.parametrize("field", ["captured", "created", "updated"])
def test_the_time_of_a_file_is_when_the_picture_was_taken(mount, gallery, field):
    mounted = mount(f"mtime={field}")
    path = "holidays/sea/sea-1.jpg"
    shown = run("stat", "-c", "%Y %Z", mounted.path / path).ok().stdout.split()
    entity = Remote(gallery).entity(path)
    assert shown == [str(entity[field]), str(entity["updated"])]


def test_mode_bits_show_what_the_user_may_do(mount, gallery):
    mounted = mount("umask=007", "uid=12", "gid=34")
    run("stat", mounted.path).ok()
    facts = ["-c", "%a %u %g"]
    album, file = mounted.path / "holidays", mounted.path / "holidays/sea/sea-1.jpg"
    assert run("stat", *facts, album).ok().stdout.strip() == "770 12 34"
    assert run("stat", *facts, file).ok().stdout.strip() == "660 12 34"
    mounted.unmount()
    bob = gallery.account("bob")
    other = mount(env={"G3FS_USERNAME": "bob", "G3FS_API_KEY": bob.api_key})
    modes = run("stat", "-c", "%a", other.path / "holidays", other.path / "shared/team.jpg").ok()
    assert modes.stdout.split() == ["555", "644"]


def test_an_original_that_may_not_be_read_is_listed_with_mode_0000(mount, gallery):
    bob = gallery.account("bob")
    mounted = mount(env={"G3FS_USERNAME": "bob", "G3FS_API_KEY": bob.api_key})
    path = mounted.path / "previews/proof-1.jpg"
    assert run("stat", "-c", "%a", path).ok().stdout.strip() == "0"
    failed = run("cat", path)
    assert "Permission denied" in failed.stderr
    thumb = mounted.path / ".g3fs/renditions/thumb/previews/proof-1.jpg"
    assert run("cat", thumb).returncode == 0


def test_an_item_whose_file_is_lost_is_listed_and_cannot_be_read(mount, gallery):
    remote = Remote(gallery)
    lose_original(gallery, remote.id_of("holidays/sea/sea-1.jpg"))
    mounted = mount()
    assert {"sea-1.jpg", "sea-2.jpg"} <= set(names(mounted.path / "holidays/sea"))
    failed = run("cat", mounted.path / "holidays/sea/sea-1.jpg")
    assert "Input/output error" in failed.stderr
    told = [line for line in mounted.log.splitlines() if "open: /holidays/sea/sea-1.jpg" in line]
    assert len(told) == 1, told
    data = library_bytes(gallery, "holidays/sea/sea-2.jpg")
    assert len(data) == int(
        run("stat", "-c", "%s", mounted.path / "holidays/sea/sea-2.jpg").ok().stdout
    )


def test_the_size_of_the_file_system_is_a_constant(mount):
    mounted = mount()
    before = mounted.requests()
    assert run("df", "--output=size", mounted.path).ok().stdout.split()[-1] == str(2**40)
    assert mounted.requests() == before


def test_what_is_gone_on_the_server_is_gone_here(mount, gallery):
    mounted = mount("ttl=1")
    path = mounted.path / "holidays/sea/sea-2.jpg"
    run("stat", path).ok()
    Remote(gallery).delete("holidays/sea/sea-2.jpg")
    wait_for(lambda: run("stat", path).returncode == 1, 20, "the deleted photo disappears")
    script = ERRNO_OF + "print(errno_of(os.stat, sys.argv[1]))"
    assert python(script, path).ok().stdout.strip() == "ENOENT"
