"""Whether something can be mounted, and what is mounted."""

import os
import socket
from pathlib import Path

import pytest

from g3fs.cli.exits import MOUNT_FAILED, Failure
from g3fs.cli.mountinfo import Mount, mounted_at, mounts, resolve
from g3fs.cli.mountpoint import check_machine, check_mountpoint

TABLE = r"""21 1 0:19 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
36 21 0:32 / /mnt/my\040pictures rw,nosuid,nodev - fuse.g3fs https://h/g ro,user_id=0
37 21 0:33 / /mnt/auto rw - autofs systemd-1 rw,fd=1
38 37 0:34 / /mnt/auto rw - fuse.g3fs https://h/a\134b ro
39 21 0:35 / /mnt/other rw - fuse.sshfs me@h: rw
"""


@pytest.fixture
def table(tmp_path):
    file = tmp_path / "mountinfo"
    file.write_text(TABLE)
    return mounts(file)


def test_the_mount_table_is_read_with_its_escapes(table):
    assert table[1] == Mount(
        mountpoint=Path("/mnt/my pictures"),
        fstype="fuse.g3fs",
        source="https://h/g",
        device=os.makedev(0, 32),
    )
    assert [mount.ours for mount in table] == [False, True, False, True, False]


def test_the_last_mount_at_a_place_is_on_top(table):
    top = mounted_at(Path("/mnt/auto"), table)
    assert top is not None
    assert top.source == r"https://h/a\b"
    assert mounted_at(Path("/mnt"), table) is None


def test_a_place_that_is_mounted_is_not_asked_itself(table, tmp_path):
    link = tmp_path / "link"
    link.symlink_to("/mnt")
    assert resolve(link / "other", table) == Path("/mnt/other")


def test_a_link_to_a_place_is_followed(table, tmp_path):
    (tmp_path / "real").mkdir()
    link = tmp_path / "link"
    link.symlink_to("real")
    assert resolve(link, table) == (tmp_path / "real").resolve()


def test_without_a_fuse_device_the_advice_is_to_get_one(tmp_path):
    with pytest.raises(Failure, match="modprobe fuse") as caught:
        check_machine(allow_other=False, device=tmp_path / "fuse")
    assert caught.value.code == MOUNT_FAILED


def test_a_device_that_does_not_open_is_named(tmp_path):
    device = tmp_path / "fuse"
    with socket.socket(socket.AF_UNIX) as nothing:
        nothing.bind(str(device))
    with pytest.raises(Failure, match=f"{device} cannot be used"):
        check_machine(allow_other=False, device=device)


@pytest.mark.parametrize(
    ("make", "complaint"),
    [
        (lambda place: None, "does not exist"),
        (lambda place: place.write_text(""), "is not a directory"),
        (lambda place: (place / "x").mkdir(parents=True), "is not empty"),
    ],
)
def test_a_mountpoint_that_cannot_be_used_is_refused(tmp_path, make, complaint):
    place = tmp_path / "place"
    make(place)
    with pytest.raises(Failure, match=complaint) as caught:
        check_mountpoint(place, nonempty=False)
    assert caught.value.code == MOUNT_FAILED


def test_a_directory_with_files_may_be_used_when_the_user_says_so(tmp_path):
    (tmp_path / "x").touch()
    check_mountpoint(tmp_path, nonempty=True)


def test_an_empty_directory_is_a_mountpoint_also_by_a_relative_path(tmp_path):
    (tmp_path / "place").mkdir()
    check_mountpoint(Path(os.path.relpath(tmp_path / "place")), nonempty=False)
