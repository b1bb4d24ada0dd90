"""The log of a mount; each in an interpreter of its own, because logging belongs to a process."""

import socket
import sys

import pytest

from tests.kernel.support import run

SOURCE = """
import logging, sys
from pathlib import Path
from g3fs.cli.logs import start_log
from g3fs.config.options import LogOptions
from g3fs.http.redact import Redactor

debug, file, foreground = sys.argv[1] == "debug", sys.argv[2], sys.argv[3] == "foreground"
options = LogOptions(debug=debug, file=Path(file or "/nowhere"), chosen=bool(file))
syslog = Path(sys.argv[4])
start_log(options, Redactor("hunter2-key"), foreground=foreground, syslog=syslog)
log = logging.getLogger("g3fs.somewhere")
log.debug("small talk")
log.info("the key is %s", "hunter2-key")
logging.getLogger("urllib3").info("talk of others")
try:
    raise ValueError("hunter2-key")
except ValueError:
    log.exception("broken")
"""


@pytest.fixture
def write(tmp_path):
    """Logs to a file below a directory that is not there yet; returns what it has then."""

    def start(level):
        file = tmp_path / "new" / "mount.log"
        run(sys.executable, "-c", SOURCE, level, file, "background", "/nowhere").ok()
        return file.read_text()

    return start


def test_the_log_has_neither_secrets_nor_what_others_say(write):
    text = write("normal")
    assert "the key is ***" in text
    assert "ValueError: ***" in text
    assert "hunter2" not in text
    assert "talk" not in text


def test_debug_makes_us_talkative_and_nobody_else(write):
    text = write("debug")
    assert "small talk" in text
    assert "talk of others" not in text


def test_only_the_owner_may_read_the_log(write, tmp_path):
    write("normal")
    assert (tmp_path / "new" / "mount.log").stat().st_mode & 0o777 == 0o600


def test_a_disk_that_is_full_costs_the_log_and_nobody_hears_of_it():
    said = run(sys.executable, "-c", SOURCE, "normal", "/dev/full", "foreground", "/nowhere").ok()
    assert said.stderr == ""


def test_in_the_foreground_the_terminal_is_the_log():
    done = run(sys.executable, "-c", SOURCE, "normal", "", "foreground", "/nowhere").ok()
    assert "the key is ***" in done.stderr
    assert "hunter2" not in done.stderr


def test_in_the_background_the_system_log_is_the_log(tmp_path):
    place = str(tmp_path / "log")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as system:
        system.bind(place)
        run(sys.executable, "-c", SOURCE, "normal", "", "background", place).ok()
        first = system.recv(65536).decode()
    assert "g3fs[" in first
    assert "INFO the key is ***" in first
