"""Tags, comments, titles and covers: what the mount is told, and what people are."""

import json
import os
import subprocess

import pytest

from tests.cli.scenes import LIMIT_S
from tests.cli.support import assert_one_line


def test_tags_are_put_on_and_taken_off(g3fs, scene):
    place = scene.mount()
    photos = [place / "album/1.jpg", place / "album/2.jpg"]
    g3fs("tag", *photos, "+beach", "-old", "+sea, side", "-h").ok()
    changes = [
        ["user.g3fs.tags.add", ["beach", "sea, side"]],
        ["user.g3fs.tags.remove", ["old", "h"]],
    ]
    made = [[path, name, json.loads(value)] for path, name, value in scene.calls]
    assert made == [[f"album/{n}.jpg", *change] for n in (1, 2) for change in changes]


def test_a_path_that_cannot_be_tagged_does_not_keep_the_others(g3fs, scene):
    place = scene.mount()
    done = g3fs("tag", place / "nowhere.jpg", place.parent, place / "album", "+beach")
    assert done.returncode == 1
    lines = done.stderr.splitlines()
    assert [line.rpartition(": ")[2] for line in lines] == [
        "there is no such file or directory",
        "is not on a g3fs mount",
    ]
    assert scene.calls == [["album", "user.g3fs.tags.add", '["beach"]']]


def test_comments_and_titles(g3fs, scene):
    place = scene.mount()
    g3fs("comment", place / "album/1.jpg", "-h, what a day").ok()
    g3fs("title", place / "album/1.jpg", "Día").ok()
    g3fs("title", place / "album/1.jpg", "").ok()
    assert scene.calls == [
        ["album/1.jpg", "user.g3fs.comment.new", "-h, what a day"],
        ["album/1.jpg", "user.g3fs.title", "Día"],
        ["album/1.jpg", "user.g3fs.title", None],
    ]


@pytest.mark.parametrize("photo", ["1.jpg", "{place}/album/1.jpg"])
def test_a_cover_is_a_name_in_the_album_or_a_path(g3fs, scene, photo):
    place = scene.mount()
    g3fs("cover", place / "album", photo.format(place=place)).ok()
    number = (scene.tree / "album/1.jpg").stat().st_ino
    assert scene.calls == [["album", "user.g3fs.cover", f"id:{number}"]]


def test_a_cover_is_a_photo_of_the_same_gallery(g3fs, scene, tmp_path):
    place = scene.mount()
    (tmp_path / "1.jpg").touch()
    done = g3fs("cover", place / "album", tmp_path / "1.jpg")
    assert_one_line(done, "is not in the same gallery", 1)
    assert_one_line(g3fs("cover", place, place / "album"), "is not on the server yet", 1)
    assert_one_line(g3fs("cover", place, "3.jpg"), "3.jpg: there is no such file", 1)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("EACCES", "you have no right"),
        ("EPERM", "cannot be changed here"),
        ("EROFS", "the mount is read-only"),
        ("ENOENT", "no such file"),
        ("EOPNOTSUPP", "nothing here can have a title"),
        ("EINVAL", "the server does not take this"),
        ("E2BIG", "longer than the server keeps"),
        ("EILSEQ", "characters that the server cannot keep"),
        ("EHOSTUNREACH", "cannot be reached"),
        ("ETIMEDOUT", "does not answer"),
    ],
)
def test_a_refusal_is_told_in_words_for_people(g3fs, scene, name, words):
    place = scene.mount(errors={"user.g3fs.title": name})
    assert_one_line(g3fs("title", place / "album", "x"), words, 1)


def test_taking_away_a_title_that_is_not_there_is_no_error(g3fs, scene):
    place = scene.mount(errors={"user.g3fs.title": "ENODATA"})
    g3fs("title", place / "album", "").ok()


def test_text_that_is_no_utf8_is_refused(g3fs, scene):
    place = scene.mount()
    done = subprocess.run(
        [*g3fs.argv("title", place / "album"), b"caf\xe9"],
        env={**os.environ, **g3fs.environment},
        capture_output=True,
        timeout=LIMIT_S,
        check=False,
    )
    assert done.returncode == 1
    assert b"not in UTF-8" in done.stderr
    assert scene.calls == []
