"""Mounting in the background, asking the mount, and unmounting in every way there is."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.support import assert_one_line, daemons, key_of
from tests.kernel.support import mounted_device, run, wait_for

LIMIT_S = 10.0


@pytest.fixture
def mounted(g3fs, gallery, place):
    """A demo gallery, mounted in the background."""
    done = g3fs("mount", gallery.url, place, **key_of(gallery)).ok()
    assert (done.stdout, done.stderr) == ("", "")
    return place


def ended(tmp_path):
    wait_for(lambda: not daemons(tmp_path), LIMIT_S, "the end of the mount's process")


def test_a_mount_answers_as_soon_as_the_command_returns(mounted):
    assert "welcome.jpg" in run("ls", mounted).ok().stdout


def test_the_mount_table_shows_type_and_address(mounted, gallery):
    shown = run("findmnt", "-n", "-o", "FSTYPE,SOURCE", mounted).ok().stdout.split()
    assert shown == ["fuse.g3fs", gallery.url]


def test_the_process_holds_nothing_of_its_callers(mounted, tmp_path):
    (pid,) = daemons(tmp_path)
    assert os.getsid(pid) == pid
    process = Path(f"/proc/{pid}")
    assert (process / "cwd").readlink() == Path("/")
    assert {(process / "fd" / fd).readlink() for fd in "012"} == {Path("/dev/null")}


@pytest.mark.parametrize("how", ["umount", "fusermount3 -u", "g3fs umount", "SIGTERM", "SIGINT"])
def test_every_way_to_unmount_ends_the_process(g3fs, mounted, tmp_path, how):
    (pid,) = daemons(tmp_path)
    if how.startswith("SIG"):
        os.kill(pid, signal.Signals[how])
    elif how == "g3fs umount":
        g3fs("umount", mounted).ok()
    elif how == "umount" and os.geteuid() != 0:
        pytest.skip("umount(8) needs root for what is not in fstab")
    else:
        run(*how.split(), mounted).ok()
    ended(tmp_path)
    assert mounted_device(mounted) is None


def test_unmounting_says_who_is_in_the_way(g3fs, mounted):
    with subprocess.Popen(["cat"], cwd=mounted, stdin=subprocess.PIPE) as user:
        done = g3fs("umount", mounted, "--timeout", "0.3")
        user.stdin.close()
    assert_one_line(done, f"{mounted} is in use by cat ({user.pid})", 5)
    assert mounted_device(mounted) is not None
    g3fs("umount", mounted).ok()


def test_unmounting_waits_for_a_program_that_ends_in_time(g3fs, mounted):
    with subprocess.Popen(["sleep", "0.5"], cwd=mounted):
        g3fs("umount", mounted, "--timeout", "10").ok()


def test_only_mounts_of_g3fs_are_unmounted(g3fs, place):
    assert_one_line(g3fs("umount", place), "no g3fs is mounted on", 1)
    assert_one_line(g3fs("umount", "/proc"), "no g3fs is mounted on /proc", 1)


def test_a_mount_whose_process_was_killed_is_told_and_cleared_away(
    g3fs, gallery, mounted, tmp_path
):
    (pid,) = daemons(tmp_path)
    mounted.stat()  # the kernel remembers the answer
    os.kill(pid, signal.SIGKILL)
    ended(tmp_path)
    assert_one_line(g3fs("status", mounted), "the mount is dead", 1)
    g3fs("mount", gallery.url, mounted, **key_of(gallery)).ok()
    assert run("ls", mounted).ok().stdout
    (pid,) = daemons(tmp_path)
    os.kill(pid, signal.SIGKILL)
    ended(tmp_path)
    assert_one_line(g3fs("umount", mounted), "its process is gone", 0)
    assert mounted_device(mounted) is None


def test_status_tells_of_one_mount_and_of_all(g3fs, mounted, gallery):
    assert gallery.url in g3fs("status", mounted).ok().stdout
    one = json.loads(g3fs("status", mounted, "--json").ok().stdout)
    everything = json.loads(g3fs("status", "--json").stdout)
    assert one.keys() == everything[str(mounted)].keys()
    assert str(mounted) in g3fs("status").stdout


def test_status_where_nothing_is_mounted_is_an_error(g3fs, place):
    assert_one_line(g3fs("status", place), "no g3fs is mounted", 1)


def test_info_shows_listed_and_unlisted_attributes(g3fs, mounted):
    text = g3fs("info", mounted / "welcome.jpg").ok().stdout
    shown = json.loads(g3fs("info", "--json", mounted / "welcome.jpg").ok().stdout)
    assert {"user.xdg.tags", "user.g3fs.comments", "user.mime_type"} <= shown.keys()
    assert {line.split()[0] for line in text.splitlines()} == shown.keys()


def test_refresh_shows_at_once_what_is_new_on_the_server(g3fs, gallery, mounted):
    before = gallery.requests.counts()
    run("ls", mounted).ok()
    assert gallery.requests.counts() == before
    g3fs("refresh", mounted).ok()
    assert gallery.requests.counts() != before


def test_questions_about_what_is_no_mount_are_errors(g3fs, place, mounted):
    assert_one_line(g3fs("info", place.parent), "is not on a g3fs mount", 1)
    assert_one_line(g3fs("refresh", place.parent), "is not on a g3fs mount", 1)
    assert_one_line(g3fs("info", mounted / "nowhere"), "there is no such file", 1)
    control = mounted / ".g3fs" / "status"
    assert_one_line(g3fs("info", control), "no photo or album", 1)


def test_only_the_owner_may_read_the_log(g3fs, gallery, place, tmp_path):
    log = tmp_path / "mount.log"
    g3fs("mount", gallery.url, place, "-o", f"log={log}", **key_of(gallery)).ok()
    assert "mounted on" in log.read_text()
    assert log.stat().st_mode & 0o777 == 0o600


def test_insecure_warns_at_each_mount(g3fs, gallery, place):
    done = g3fs("mount", gallery.url, place, "-o", "insecure", **key_of(gallery)).ok()
    assert "warning" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_profile_mounts_a_directory_of_the_gallery(g3fs, gallery, place):
    config = g3fs.home / "config" / "g3fs" / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_text(f'[profiles.home]\nurl = "{gallery.url}"\nsubdir = "holidays"\n')
    g3fs("mount", "home", place, **key_of(gallery)).ok()
    listed = {line.split()[-1].rstrip("/") for line in _ls(g3fs, gallery, "home")}
    assert set(run("ls", place).ok().stdout.split()) == listed


def _ls(g3fs, gallery, source):
    return g3fs("ls", source, **key_of(gallery)).ok().stdout.splitlines()


def test_ls_lists_without_mounting(g3fs, gallery):
    assert any("welcome.jpg" in line for line in _ls(g3fs, gallery, gallery.url))
    inside = _ls(g3fs, gallery, f"{gallery.url}/holidays")
    assert inside
    assert not any("welcome.jpg" in line for line in inside)
    done = g3fs("ls", f"{gallery.url}/nowhere", **key_of(gallery))
    assert_one_line(done, "nowhere", 1)
    done = g3fs("ls", gallery.url, G3FS_API_KEY="0" * 32)
    assert_one_line(done, "does not accept the key", 1)


def test_the_caller_of_a_background_mount_in_a_pipe_does_not_wait_for_it(g3fs, gallery, place):
    command = f'"$@" | cat; ls "{place}"'
    words = g3fs.argv("mount", gallery.url, place)
    env = {**g3fs.environment, **key_of(gallery)}
    assert "welcome.jpg" in run("sh", "-c", command, "sh", *words, env=env).ok().stdout


def test_help_does_not_load_what_only_mounts_need(g3fs):
    source = (
        "import sys; from g3fs.cli.main import main, run; run(['--help']);"
        "print({'trio', 'requests', 'pyfuse3', 'flask', 'PIL', 'rich'} & sys.modules.keys())"
    )
    done = run(sys.executable, "-c", source, env=g3fs.environment).ok()
    assert done.stdout.splitlines()[-1] == "set()"
