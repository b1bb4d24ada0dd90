"""Reading a file that may never answer."""

import errno
import os
import time

import pytest

from g3fs.cli.bounded import read_within


def test_the_content_is_read(tmp_path):
    file = tmp_path / os.fsdecode(b"caf\xe9")
    file.write_bytes(b"\0\xff" * 100_000)
    assert read_within(file) == b"\0\xff" * 100_000


@pytest.mark.parametrize(
    ("make", "number"),
    [(lambda path: None, errno.ENOENT), (lambda path: path.mkdir(), errno.EISDIR)],
)
def test_the_reason_is_that_of_the_system(tmp_path, make, number):
    make(tmp_path / "x")
    with pytest.raises(OSError, match=os.strerror(number)) as caught:
        read_within(tmp_path / "x")
    assert caught.value.errno == number


def test_a_file_that_does_not_answer_is_given_up(tmp_path):
    os.mkfifo(tmp_path / "silent")
    begin_s = time.monotonic()
    with pytest.raises(TimeoutError):
        read_within(tmp_path / "silent", deadline_s=0.1)
    assert time.monotonic() - begin_s < 5
