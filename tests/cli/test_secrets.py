"""Secrets of a mount show nowhere."""

import os
from pathlib import Path

import pytest

from tests.cli.support import daemons, key_of
from tests.kernel.support import run, wait_for

DOOR = "open-sesame-1234"


@pytest.fixture
def log(tmp_path):
    return tmp_path / "mount.log"


@pytest.fixture
def used(g3fs, gallery, place, tmp_path, log):
    """A mount with every secret there is and the log at its most talkative, in use."""
    headers = tmp_path / "headers"
    headers.write_text(f"X-Door: {DOOR}\n")
    headers.chmod(0o600)
    secrets = {**key_of(gallery), "G3FS_PASSWORD": gallery.password}
    options = f"debug,log={log},headers={headers}"
    g3fs("mount", gallery.url, place, "-o", options, **secrets).ok()
    run("ls", "-lR", place).ok()
    run("getfattr", "-d", "-R", place)
    run("cat", place / "welcome.jpg").ok()
    rule = '{"action": "status", "status": 500, "resource": "item"}'
    run("curl", "-sf", "-d", rule, f"{gallery.origin}/demo/faults").ok()
    g3fs("refresh", place)
    run("ls", place / "nowhere")
    return place


def texts_of_process(pid):
    process = Path(f"/proc/{pid}")
    return [
        (process / name).read_bytes().decode(errors="replace") for name in ("cmdline", "environ")
    ]


def test_no_secret_shows_anywhere(g3fs, gallery, used, tmp_path, log):
    control = used / ".g3fs"
    shown = {
        "log": log.read_text(),
        "mounts": Path("/proc/self/mountinfo").read_text(),
        "status": g3fs("status", used).stdout,
        "status.json": g3fs("status", used, "--json").stdout,
        "last lines": run("cat", control / "log").ok().stdout,
        "info": g3fs("info", used / "welcome.jpg").stdout,
        "attributes": run("getfattr", "-R", "-d", "-m", "-", used).stdout,
    }
    (pid,) = daemons(tmp_path)
    for number, text in enumerate(texts_of_process(pid)):
        shown[f"process {number}"] = text
    assert "DEBUG" in shown["log"], "the log is as talkative as it can be"
    secrets = (gallery.api_key, gallery.password, DOOR)
    found = [place for place, text in shown.items() for secret in secrets if secret in text]
    assert found == []


def test_no_secret_is_kept_in_state_or_cache(g3fs, gallery, used, tmp_path):
    run("fusermount3", "-u", used).ok()
    wait_for(lambda: not daemons(tmp_path), 20, "the mount has closed its files")
    secrets = [text.encode() for text in (gallery.api_key, gallery.password, DOOR)]
    files = [file for file in g3fs.home.rglob("*") if file.is_file()]
    assert files
    assert [file for file in files for secret in secrets if secret in file.read_bytes()] == []
    assert not [file for file in g3fs.home.rglob("*") if gallery.api_key[:8] in file.name]


def test_nobody_else_can_look_into_state_and_cache(g3fs, used):
    places = [place for place in g3fs.home.rglob("g3fs") if place.is_dir()]
    files = [file for place in places for file in place.rglob("*")]
    assert len(files) > 2
    assert [file for file in files if file.is_file() and file.stat().st_mode & 0o077] == []


def test_programs_that_g3fs_starts_do_not_inherit_secrets(g3fs, gallery, place, tmp_path):
    """A fusermount3 that writes its environment down stands in front of the real one."""
    bin_directory, seen = tmp_path / "bin", tmp_path / "seen"
    bin_directory.mkdir()
    spy = bin_directory / "fusermount3"
    spy.write_text(f'#!/bin/sh\nenv >>"{seen}"\nexec /usr/bin/fusermount3 "$@"\n')
    spy.chmod(0o755)
    env = {**key_of(gallery), "PATH": f"{bin_directory}:{os.environ['PATH']}"}
    g3fs("mount", gallery.url, place, **env).ok()
    g3fs("umount", place, **env).ok()
    assert "PATH=" in seen.read_text()
    assert "G3FS_" not in seen.read_text()
    assert gallery.api_key not in seen.read_text()
