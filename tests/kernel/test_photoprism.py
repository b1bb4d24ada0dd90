"""A PhotoPrism through the kernel, with the tools that people use."""

import hashlib
import json
from pathlib import Path

import pytest

from g3fs.demo.library import Library
from g3fs.demo.photoprism.options import Options
from g3fs.demo.server import DemoServer
from tests.contract.backend_subjects import photo
from tests.contract.photoprism_demo import many_folders
from tests.kernel.support import counted, run, wait_for


@pytest.fixture
def gallery(serve) -> DemoServer:
    """What `mount` mounts unless told otherwise."""
    return serve(kind="photoprism")


def originals(server: DemoServer) -> dict[str, str]:
    """SHA-256 of all that lies on the server's disk, by path."""
    disk = server.site.state.originals
    sums, queue = {}, [""]
    while queue:
        folder = queue.pop()
        for name in disk.names(folder):
            path = f"{folder}/{name}" if folder else name
            if disk.stat(path).is_dir:
                queue.append(path)
            else:
                with disk.open(path) as file:
                    sums[path] = hashlib.sha256(file.read()).hexdigest()
    return sums


def sums_of(directory: Path) -> dict[str, str]:
    """The same of a local directory."""
    files = [path for path in directory.rglob("*") if path.is_file()]
    return {
        str(path.relative_to(directory)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
    }


def inode(path: Path) -> str:
    return run("stat", "-c", "%i", path).ok().stdout.strip()


def test_the_whole_library_can_be_listed(mount):
    listed = run("ls", "-lR", mount().path).ok().stdout

    for name in ("albums", "calendar", "Summer by the sea", "wien-1.jpg", "IMG_9000.mov"):
        assert name in listed
    assert "2023\N{DIVISION SLASH}24: before & after" in listed


def test_a_copy_of_the_folders_is_what_lies_on_the_server(mount, gallery, tmp_path):
    mounted = mount()

    run("cp", "-r", mounted.path / "folders", tmp_path / "copy").ok()

    assert sums_of(tmp_path / "copy") == originals(gallery)


def test_an_album_can_be_copied_packed_and_measured(mount, tmp_path):
    album = mount().path / "albums" / "Formats"

    run("cp", "-r", album, tmp_path / "copy").ok()
    run("tar", "-cf", tmp_path / "album.tar", "-C", album, ".").ok()
    listed = run("tar", "-tf", tmp_path / "album.tar").ok().stdout
    size = int(run("du", "-sb", "--apparent-size", album).ok().stdout.split()[0])

    names = {"pic.jpg", "pic.png", "IMG_9000.jpg", "IMG_9000.mov", "balloons.gif", "phone.heic"}
    assert sums_of(tmp_path / "copy").keys() == names
    assert all(f"./{name}" in listed for name in names)
    assert size >= sum(file.stat().st_size for file in (tmp_path / "copy").iterdir())


def test_rsync_copies_the_folders_once(mount, tmp_path):
    folders = mount().path / "folders"

    run("rsync", "-a", f"{folders}/", tmp_path / "copy").ok()
    again = run("rsync", "-a", "--itemize-changes", f"{folders}/", tmp_path / "copy").ok()

    assert [line for line in again.stdout.splitlines() if line.startswith((">f", "cd", "hf"))] == []


def test_a_file_is_one_inode_under_all_its_names(mount):
    top = mount().path
    names = (
        "folders/2023/summer/IMG_0003.jpg", "albums/Best of/IMG_0003.jpg",
        "albums/Summer by the sea/IMG_0003.jpg", "favorites/IMG_0003.jpg",
        "labels/Sea/IMG_0003.jpg", "calendar/2023/07/IMG_0003.jpg", "moments/Holiday/IMG_0003.jpg",
    )  # fmt: skip

    assert len({inode(top / name) for name in names}) == 1
    assert inode(top / "archive/hill-5.jpg") == inode(top / "folders/2024/hills/hill-5.jpg")


def test_a_copy_of_two_albums_stores_what_they_share_once(mount, tmp_path):
    albums = mount().path / "albums"

    run("cp", "-a", albums / "Best of", albums / "Summer by the sea", tmp_path).ok()

    one = tmp_path / "Best of" / "IMG_0003.jpg"
    other = tmp_path / "Summer by the sea" / "IMG_0003.jpg"
    assert one.stat().st_ino == other.stat().st_ino


def test_attributes_are_those_of_the_photo(mount):
    top = mount().path
    told = run("getfattr", "-d", top / "albums/Summer by the sea/IMG_0001.jpg").ok().stdout
    welcome = run("getfattr", "-d", top / "folders/welcome.jpg").ok().stdout
    album = run("getfattr", "-d", top / "albums/Summer by the sea").ok().stdout

    assert 'user.xdg.tags="Holiday,Sea"' in told
    assert 'user.xdg.comment="Wind and waves"' in told
    assert "user.g3fs.title" not in told
    assert 'user.g3fs.title="Welcome"' in welcome
    assert 'user.g3fs.favorite="1"' in welcome
    assert 'user.g3fs.title="Summer by the sea"' in album
    assert 'user.xdg.comment="Four days"' in album


def test_labels_of_many_photos_are_read_ahead(mount, serve):
    photos = tuple(photo(f"{n}.jpg", tags=("Sea",)) for n in range(60))
    server = serve(kind="photoprism", library=Library(children=photos))
    folder = mount(server=server).path / "folders"
    run("ls", folder).ok()

    with counted(server) as requests:
        told = run("getfattr", "-d", "-R", folder).ok().stdout

    assert told.count('user.xdg.tags="Sea"') == 60
    assert requests["GET photo"] <= 60


def test_smaller_pictures_are_in_the_control_directory(mount):
    small = mount().path / ".g3fs/renditions/tile_224/albums/Best of/welcome.jpg"

    data = run("sh", "-c", f"head -c 3 '{small}' | od -An -tx1").ok().stdout

    assert data.split() == ["ff", "d8", "ff"]


def test_a_walk_over_the_folders_costs_few_requests(mount, serve):
    server = serve(kind="photoprism", library=many_folders(60))
    mounted = mount(server=server)

    with counted(server) as requests:
        found = run("find", mounted.path / "folders", "-type", "f").ok().stdout

    assert len(found.splitlines()) == 120
    assert sum(requests.values()) <= 14, requests


def test_reading_small_photos_asks_for_nothing_but_their_bytes(mount, serve):
    photos = tuple(photo(f"{n}.jpg") for n in range(200))
    server = serve(kind="photoprism", library=Library(children=photos))
    folder = mount(server=server).path / "folders"
    run("ls", "-l", folder).ok()

    with counted(server) as requests:
        run("sh", "-c", f"cat {folder}/*.jpg > /dev/null").ok()

    assert requests.keys() == {"GET dl"}
    assert requests["GET dl"] == 200


def test_a_restarted_server_is_read_on(mount, gallery):
    top = mount().path
    run("ls", top / "favorites").ok()
    gallery.site.harm({"kind": "restart"})

    run("cmp", top / "favorites/welcome.jpg", top / "folders/welcome.jpg").ok()


def test_a_file_missing_on_the_disk_is_one_clear_error(mount, gallery):
    mounted = mount()
    run("ls", mounted.path / "favorites").ok()
    gallery.site.harm({"kind": "lose", "file": "welcome.jpg"})

    failed = run("cat", mounted.path / "favorites/welcome.jpg")

    assert "Input/output error" in failed.stderr
    wait_for(lambda: "has lost the file" in mounted.log, 5, "the reason in the log")


def test_a_file_replaced_behind_the_index_is_never_mixed(mount, gallery):
    mounted = mount()
    run("ls", mounted.path / "favorites").ok()
    gallery.site.harm({"kind": "replace", "file": "welcome.jpg", "text": "x" * 100})

    failed = run("cat", mounted.path / "favorites/welcome.jpg")

    assert "Stale file handle" in failed.stderr
    wait_for(lambda: "list again" in mounted.log, 5, "the reason in the log")
    run("grep", "-q", "xxx", mounted.path / "folders/welcome.jpg").ok()


@pytest.mark.parametrize(
    "options",
    [
        Options(base_path="/pics"),
        Options(webdav=False),
        Options(read_only=True),
        Options(public=True),
        Options(captions=True),
    ],
    ids=["base path", "no webdav", "read-only", "public", "newer names"],
)
def test_other_setups_are_mounted_alike(mount, serve, options, tmp_path):
    server = serve(kind="photoprism", options=options)
    mounted = mount(server=server)

    run("cp", "-r", mounted.path / "folders/2023", tmp_path / "copy").ok()

    theirs = {path: text for path, text in originals(server).items() if path.startswith("2023/")}
    assert {f"2023/{path}": text for path, text in sums_of(tmp_path / "copy").items()} == theirs


def test_status_and_info_tell_what_it_is(mount, tmp_path):
    mounted = mount()
    status = run("cat", mounted.path / ".g3fs/status.json").ok().stdout
    info = run("getfattr", "--only-values", "-n", "user.g3fs.info", mounted.path / "albums/Trip")

    assert "PhotoPrism" in json.loads(status)["server"]["kind"]
    assert json.loads(info.ok().stdout)["user.g3fs.title"] == "Trip"
