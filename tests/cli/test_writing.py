"""Mounts that write: tags and comments by command, the queue, and unmounting while files wait."""

import errno
import json
import os

import pytest

from g3fs.demo.server import DemoServer
from tests.cli.support import assert_one_line, key_of
from tests.kernel.remote import Remote, library_bytes
from tests.kernel.support import mounted_device, run


@pytest.fixture
def gallery():
    """One for each test: they change it."""
    with DemoServer() as server:
        yield server


@pytest.fixture
def remote(gallery):
    return Remote(gallery)


@pytest.fixture
def mount(g3fs, gallery, place):
    """Mounts the gallery with these options."""

    def start(*options):
        words = ["-o", ",".join(options)] if options else []
        g3fs("mount", gallery.url, place, *words, **key_of(gallery)).ok()
        return place

    return start


@pytest.fixture
def photo(gallery, tmp_path):
    """A JPEG outside the mount."""
    file = tmp_path / "photo.jpg"
    file.write_bytes(library_bytes(gallery, "welcome.jpg"))
    return file


def facts(g3fs, path):
    return json.loads(g3fs("info", "--json", path).ok().stdout)


def tags(g3fs, path):
    return set(json.loads(facts(g3fs, path).get("user.g3fs.tags", "[]")))


def listed(g3fs, place):
    """State and path of what is in the queue."""
    files = json.loads(g3fs("queue", "list", place, "--json").ok().stdout)["files"]
    return [(file["stage"], file["path"]) for file in files]


def fetched(gallery, remote, path):
    """The bytes that the server has."""
    address = remote.entity(path)["file_url"]
    header = f"X-Gallery-Request-Key: {gallery.api_key}"
    return (
        run("curl", "-sf", "-H", header, "-o", "/dev/stdout", address)
        .ok()
        .stdout.encode(errors="surrogateescape")
    )


def names(remote):
    tree = remote.get("tree/1", depth="1", fields="name")
    return {entity["entity"]["name"] for entity in tree["entity"][1:]}


# Commands on paths


def test_tags_of_photos_and_albums_change(g3fs, mount):
    place = mount()
    paths = [place / "welcome.jpg", place / "holidays"]
    before = [tags(g3fs, path) for path in paths]
    g3fs("tag", *paths, "+new tag", "+sea, side").ok()
    assert [tags(g3fs, path) - known for path, known in zip(paths, before, strict=True)] == [
        {"new tag", "sea, side"},
        {"new tag", "sea, side"},
    ]
    g3fs("tag", *paths, "-new tag", "-sea, side", "-not there").ok()
    assert [tags(g3fs, path) for path in paths] == before


def test_a_comment_is_written_and_a_title_set_and_taken_away(g3fs, mount, remote):
    photo = mount() / "welcome.jpg"
    g3fs("comment", photo, "-h: what a day").ok()
    assert "-h: what a day" in facts(g3fs, photo)["user.g3fs.comments"]
    g3fs("title", photo, "Día uno").ok()
    assert facts(g3fs, photo)["user.g3fs.title"] == "Día uno"
    assert remote.entity("welcome.jpg")["title"] == "Día uno"
    g3fs("title", photo, "").ok()
    assert "user.g3fs.title" not in facts(g3fs, photo)


def test_the_cover_of_an_album_is_chosen(g3fs, mount, remote):
    album = mount() / "holidays" / "sea"
    *_, photo = [name for name in run("ls", album).ok().stdout.splitlines() if ".jpg" in name]
    wanted = f"/{remote.id_of(f'holidays/sea/{photo}')}"
    assert not remote.entity("holidays/sea")["album_cover"].endswith(wanted)
    g3fs("cover", album, photo).ok()
    assert remote.entity("holidays/sea")["album_cover"].endswith(wanted)


def test_a_read_only_mount_says_so_to_every_command(g3fs, mount):
    place = mount("ro")
    photo = place / "welcome.jpg"
    for words in (["tag", photo, "+x"], ["comment", photo, "x"], ["title", photo, "x"]):
        assert_one_line(g3fs(*words), "the mount is read-only", 1)
    assert os.strerror(errno.EROFS) in run("touch", place / "new.jpg").stderr
    assert g3fs("queue", "list", place).ok().stdout == "Nothing is waiting.\n"
    g3fs("umount", place).ok()


# Options


def test_a_file_that_was_copied_in_is_on_the_server(mount, gallery, remote, photo):
    run("cp", photo, mount() / "copied.jpg").ok()
    assert fetched(gallery, remote, "copied.jpg") == photo.read_bytes()


def test_delete_decides_what_rm_does(g3fs, mount, remote):
    place = mount("delete=deny")
    assert run("rm", "-f", place / "welcome.jpg").returncode != 0
    assert "welcome.jpg" in names(remote)
    g3fs("umount", place).ok()
    run("rm", mount() / "welcome.jpg").ok()
    assert "welcome.jpg" not in names(remote)


def test_a_mount_without_an_archive_refuses_to_archive(g3fs, gallery, place):
    done = g3fs("mount", gallery.url, place, "-o", "delete=trash", **key_of(gallery))
    assert_one_line(done, "archive", 32)
    assert mounted_device(place) is None


def test_mounts_of_one_server_share_one_lock(g3fs, mount, photo):
    run("cp", photo, mount() / "locked.jpg").ok()
    (lock,) = (g3fs.home / "state").rglob("writers.lock")
    assert lock.stat().st_mode & 0o077 == 0


# What is not sent


def test_a_file_that_was_not_sent_is_told_kept_and_sent_by_the_next_mount(
    g3fs, mount, gallery, remote, photo
):
    place = mount("upload=background")
    rule = gallery.faults.plant("status", method="POST", resource="item", status=503)
    run("cp", photo, place / "late.jpg").ok()
    assert listed(g3fs, place) == [("queued", "late.jpg")]
    assert_one_line(g3fs("info", place / "late.jpg"), "is no photo or album (yet)", 1)
    assert "Without a mount" not in g3fs("queue").stdout
    done = g3fs("umount", place, "--timeout", "0.5")
    assert done.returncode == 6
    assert "not sent yet: late.jpg" in done.stdout
    assert "1 file did not get to the server" in done.stderr
    assert mounted_device(place) is None
    assert "Without a mount that answers: 1 file" in g3fs("queue").stdout
    gallery.faults.remove(rule)
    assert "late.jpg" not in names(remote)
    g3fs("umount", mount("upload=background"), timeout=90).ok()
    assert fetched(gallery, remote, "late.jpg") == photo.read_bytes()


def test_unmounting_waits_for_what_is_on_its_way(g3fs, mount, remote, photo):
    place = mount("upload=background")
    wanted = {f"many{number}.jpg" for number in range(5)}
    for name in wanted:
        run("cp", photo, place / name).ok()
    g3fs("umount", place, timeout=90).ok()
    assert wanted <= names(remote)


def test_a_refused_file_can_be_copied_sent_again_and_dropped(
    g3fs, mount, gallery, remote, tmp_path, photo
):
    place = mount()
    gallery.faults.plant("status", method="POST", resource="item", status=400)
    assert run("cp", photo, place / "refused.jpg").returncode != 0
    assert run("cp", photo, place / "other.jpg").returncode != 0
    assert listed(g3fs, place) == [("failed", "refused.jpg"), ("failed", "other.jpg")]
    done = g3fs("queue", "retry", place, "refused.jpg", timeout=90)
    assert done.returncode == 1
    assert "refused again: refused.jpg" in done.stderr
    g3fs("queue", "export", tmp_path / "rescued", place, "other.jpg").ok()
    assert (tmp_path / "rescued/other.jpg").read_bytes() == photo.read_bytes()
    g3fs("queue", "drop", place, "--yes", "other.jpg").ok()
    gallery.faults.clear()
    g3fs("queue", "retry", place, "--all", timeout=90).ok()
    assert listed(g3fs, place) == []
    assert {"refused.jpg", "other.jpg"} & names(remote) == {"refused.jpg"}
    g3fs("umount", place).ok()


def test_a_staged_file_survives_and_is_no_failure_of_unmounting(g3fs, mount, tmp_path, photo):
    place = mount()
    run("cp", photo, place / ".x.jpg.Ab12Cd").ok()
    assert listed(g3fs, place) == [("staged", ".x.jpg.Ab12Cd")]
    assert ".x.jpg.Ab12Cd" in g3fs("umount", place).ok().stdout
    mount()
    assert listed(g3fs, place) == [("staged", ".x.jpg.Ab12Cd")]
    g3fs("queue", "export", tmp_path / "rescued", place).ok()
    assert (tmp_path / "rescued/.x.jpg.Ab12Cd").read_bytes() == photo.read_bytes()
    g3fs("queue", "drop", place, "-y", ".x.jpg.Ab12Cd").ok()
    assert listed(g3fs, place) == []


@pytest.mark.parametrize("name", [b"caf\xe9.jpg.part", b"line\nbreak.jpg.part"])
def test_a_staged_name_of_any_bytes_can_be_listed_exported_and_dropped(
    g3fs, mount, tmp_path, photo, name
):
    place = mount()
    text = os.fsdecode(name)
    run("cp", photo, place / text).ok()
    assert [os.fsencode(path) for _, path in listed(g3fs, place)] == [name]
    assert len(g3fs("queue", "list", place).ok().stdout.splitlines()) == 1
    g3fs("queue", "export", tmp_path / "rescued", place).ok()
    assert (tmp_path / "rescued" / text).read_bytes() == photo.read_bytes()
    g3fs("queue", "drop", place, "--yes", text).ok()
    assert listed(g3fs, place) == []


@pytest.mark.parametrize("kind", ["photoprism", "stash"])
def test_mounts_of_other_servers_are_read_only_and_the_log_says_so(g3fs, place, tmp_path, kind):
    log = tmp_path / "mount.log"
    with DemoServer(kind=kind) as server:
        options = f"log={log},upload=background"
        g3fs("mount", server.url, place, "-o", options, G3FS_API_KEY=server.api_key).ok()
        assert os.strerror(errno.EROFS) in run("touch", place / "new.jpg").stderr
        assert g3fs("queue", "list", place).ok().stdout == "Nothing is waiting.\n"
        g3fs("umount", place).ok()
    assert "read-only" in log.read_text()
