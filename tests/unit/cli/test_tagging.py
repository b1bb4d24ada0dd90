"""What `g3fs tag` understands; and that nothing is changed outside a mount."""

import os
from pathlib import Path

import click
import pytest

from g3fs.cli.changing import change
from g3fs.cli.exits import USAGE, Failure
from g3fs.cli.main import guarded, run
from g3fs.cli.tag import tag, tagging_from


@pytest.mark.parametrize(
    ("words", "paths", "add", "remove"),
    [
        (["a.jpg", "+x"], ["a.jpg"], ["x"], []),
        (["+x", "a.jpg", "-y", "b.jpg", "+z"], ["a.jpg", "b.jpg"], ["x", "z"], ["y"]),
        (["./-a.jpg", "-y", "-y"], ["-a.jpg"], [], ["y"]),
        (["a", "+x, y", "++", "--"], ["a"], ["x, y", "+"], ["-"]),
    ],
)
def test_words_with_a_sign_are_tags_and_the_others_paths(words, paths, add, remove):
    tagging = tagging_from(words)
    assert tagging.paths == [Path(path) for path in paths]
    assert (tagging.add, tagging.remove) == (add, remove)


@pytest.mark.parametrize("words", [[], ["a"], ["+x"], ["a", "+"], ["a", "-"], ["a", "+x", "-x"]])
def test_something_missing_or_contradictory_is_an_error(words):
    with pytest.raises(click.UsageError):
        tagging_from(words)


@pytest.mark.parametrize(
    "words",
    [
        ["a.jpg", "-old", "-h", "-help", "--x=y", "-a=b", "+new"],
        ["--", "a.jpg", "-old", "-h", "-help", "--x=y", "-a=b", "+new"],
    ],
)
def test_the_command_line_lets_every_tag_through(words):
    context = tag.make_context("tag", list(words))
    tagging = tagging_from(context.params["words"])
    assert tagging.remove == ["old", "h", "help", "-x=y", "a=b"]


@pytest.mark.parametrize(
    "words", [["tag"], ["tag", "a"], ["comment", "a"], ["comment", "a", " "], ["title", "a"]]
)
def test_an_incomplete_command_is_a_usage_error(words):
    assert guarded(lambda: run(words)) == USAGE


def test_a_file_that_is_on_no_mount_gets_no_attribute(tmp_path):
    file = tmp_path / "a.jpg"
    file.touch()
    with pytest.raises(Failure, match="is not on a g3fs mount"):
        change(file, "user.g3fs.title", "Beach")
    assert os.listxattr(file) == []
