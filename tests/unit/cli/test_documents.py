"""What the documents promise is what the program has."""

import re
from pathlib import Path

import pytest

from g3fs.cli import exits
from g3fs.cli.main import g3fs
from g3fs.config.words import OPTIONS

TOP = Path(__file__).parents[3]


@pytest.fixture
def readme():
    return (TOP / "README.md").read_text()


def cells(text, column=1):
    """What stands in backquotes in one column of the tables."""
    rows = [line.split("|") for line in text.splitlines() if line.startswith("|")]
    return {word for row in rows for word in re.findall(r"`([^`]+)`", row[column])}


def test_the_readme_has_every_option_that_works_and_no_other(readme):
    section = readme.partition("## Options")[2].partition("\n## ")[0]
    built = {option.name for option in OPTIONS.values() if option.built}
    assert {cell.partition("=")[0] for cell in cells(section)} == built


def test_the_readme_names_what_is_planned(readme):
    planned = readme.partition("Planned and refused until then:")[2].partition("\n\n")[0]
    named = {word.partition("=")[0] for word in re.findall(r"`([^`]+)`", planned)}
    assert named == {option.name for option in OPTIONS.values() if not option.built}


def test_the_readme_has_every_command(readme):
    named = {cell.split()[1] for cell in cells(readme) if cell.startswith("g3fs ")}
    assert named == set(g3fs.commands)


def test_every_exit_code_is_documented():
    text = (TOP / "docs" / "exit-codes.md").read_text()
    documented = {int(code) for code in re.findall(r"^\| (\d+) \|", text, re.MULTILINE)}
    codes = {value for name, value in vars(exits).items() if name.isupper() and name != "EXPECTED"}
    assert documented == codes


def test_the_files_that_the_readme_links_to_exist(readme):
    links = re.findall(r"\]\(([^):#]+)\)", readme)
    assert links
    assert [link for link in links if not (TOP / link).exists()] == []
