"""mount(8) and /etc/fstab, through the real /sbin/mount.g3fs."""

import os
import shutil
import sys
from pathlib import Path

import pytest

from tests.cli.support import assert_one_line, daemons, key_of
from tests.kernel.support import mounted_device, run, wait_for

HELPER = Path("/sbin/mount.g3fs")


@pytest.fixture(autouse=True)
def _helper():
    """Skips where mount(8) cannot find this g3fs; in CI scripts/setup has seen to it."""
    here = str(Path(sys.executable).parent)
    if HELPER.exists() and here in HELPER.read_text():
        return
    reason = f"{HELPER} does not start this g3fs (scripts/setup as root installs it)"
    if os.environ.get("CI") == "true" and os.geteuid() == 0:
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture
def credentials(tmp_path, gallery):
    file = tmp_path / "credentials"
    file.write_text(f"username={gallery.username}\npassword={gallery.password}\n")
    file.chmod(0o600)
    return file


@pytest.fixture
def options(tmp_path, credentials):
    """What keeps a mount by root, whose HOME mount(8) takes away, inside the test's directory."""
    return f"credentials={credentials},cache_dir={tmp_path / 'cache'},log={tmp_path / 'log'}"


@pytest.fixture
def fstab(tmp_path, gallery, place, options):
    file = tmp_path / "fstab"
    general = "_netdev,nofail,noauto,user,x-systemd.automount,x-gvfs-notrash"
    file.write_text(f"{gallery.url} {place} g3fs {general},{options} 0 0\n")
    return file


@pytest.mark.parametrize("kind", ["g3fs", "fuse.g3fs"])
def test_mount_mounts_by_type(g3fs, gallery, place, options, kind):
    run("mount", "-t", kind, gallery.url, place, "-o", options, env=g3fs.environment).ok()
    assert "welcome.jpg" in run("ls", place).ok().stdout
    run("umount", place).ok()
    assert mounted_device(place) is None


def test_a_line_in_fstab_mounts(g3fs, fstab, place, tmp_path, gallery):
    run("mount", "-T", fstab, place, env=g3fs.environment).ok()
    assert "welcome.jpg" in run("ls", place).ok().stdout
    shown = run("findmnt", "-n", "-o", "FSTYPE,SOURCE", place).ok().stdout.split()
    assert shown == ["fuse.g3fs", gallery.url]
    run("umount", place).ok()
    wait_for(lambda: not daemons(tmp_path), 10.0, "the end of the mount's process")


def test_mounting_everything_twice_mounts_once(g3fs, fstab, place):
    fstab.write_text(fstab.read_text().replace("noauto,", ""))
    for _ in range(2):
        run("mount", "-a", "-T", fstab, env=g3fs.environment).ok()
    run("umount", place).ok()
    assert mounted_device(place) is None


def test_mount_passes_on_the_line_and_the_exit_code(g3fs, gallery, place, credentials):
    words = ("mount", "-t", "g3fs", gallery.url, place, "-o")
    done = run(*words, f"credentials={credentials},tll=3", env=g3fs.environment)
    assert_one_line(done, "did you mean ttl", 32)
    run(*words, f"credentials={credentials},tll=3", "-f", env=g3fs.environment).ok()
    credentials.chmod(0o644)
    done = run(*words, f"credentials={credentials}", env=g3fs.environment)
    assert_one_line(done, "chmod 600", 32)
    assert mounted_device(place) is None


def test_a_mount_cannot_be_remounted(g3fs, gallery, place):
    g3fs("mount", gallery.url, place, **key_of(gallery)).ok()
    done = run("mount", "-o", "remount,rw", place)
    assert_one_line(done, "cannot be remounted", 32)
    assert run("ls", place).ok().stdout


def test_a_plain_user_mounts_and_unmounts_by_mount(g3fs, gallery, tmp_path, place, credentials):
    if os.geteuid() != 0 or shutil.which("setpriv") is None:
        pytest.skip("needs root to become somebody else")
    if Path("/dev/fuse").stat().st_mode & 0o006 != 0o006:
        pytest.skip("/dev/fuse is for root alone on this machine")
    for path in (place, credentials, g3fs.home):
        os.chown(path, 65534, 65534)
    as_nobody = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
    option = f"credentials={credentials}"
    words = ("mount", "-t", "g3fs", gallery.url, place, "-o", option)
    run(*as_nobody, *words, env=g3fs.environment).ok()
    assert "welcome.jpg" in run(*as_nobody, "ls", place).ok().stdout
    run(*as_nobody, "umount", place).ok()


def test_the_helper_is_installed_and_removed_and_leaves_other_programs_alone(g3fs, tmp_path):
    sbin = tmp_path / "sbin"
    sbin.mkdir()
    g3fs("install-helper", "--directory", sbin).ok()
    names = {file.name for file in sbin.iterdir()}
    assert names == {"mount.g3fs", "mount.fuse.g3fs"}
    assert_one_line(run(sbin / "mount.g3fs", "x"), "usage", 32)
    g3fs("install-helper", "--directory", sbin, "--remove").ok()
    assert list(sbin.iterdir()) == []
    (sbin / "mount.g3fs").write_text("#!/bin/sh\n")
    assert_one_line(g3fs("install-helper", "--directory", sbin), "is not from g3fs", 1)
