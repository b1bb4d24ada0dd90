import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from g3fs.vfs.names import EXTENSIONS
from g3fs.vfs.writing.names import STAGING, is_staging, refused_directory, successor_of

MADE_BY_PROGRAMS = [
    *(".a.jpg.Ab12Cd", ".a.jpg.sDDEGi", ".notes.txt.x1Y2z3", "a.jpg.AbCdEf", "clip.MP4.qWeRtY"),
    *(".goutputstream-7B2XQ1", "a.jpg_exiftool_tmp", "sedOSBdFN", ".tmpAb12Cd", "tmpk3_9x0ab"),
    *("XXLr3vdx", "XXXXabcd"),
    *("tmp.Ab12Cd34Ef", "magick-Dn1Zq-x_9", "x.digikamtempfile.jpg", ".digikamtempfile.a.jpg"),
    *("a.tmp", "A.TMP", "a.jpg.temp", ".syncthing.a.jpg.tmp", "a.jpg.sb-1a2b3c4d-AbCdEf"),
    *("a.jpg.part", "a.jpg.1a2b3c4d.partial", "a.jpg.filepart", "Unconfirmed 12.crdownload"),
    *(".com.google.Chrome.xYz123", "a.jpg.download", "a.wkdownload", "a.opdownload"),
    *("a.mp4.aria2", "a.mp4.ytdl", ".a.jpg.~1a2b3c", ".~tmp~", ".rsync-partial"),
    *("a.jpg~", "a.jpg.~1~", "~", "a.jpg_original", "a.jpg.bak", "a.BAK", "a.jpg.orig", "a.jpg.t"),
    *("4913", "5036", ".a.jpg.swp", ".a.jpg.swo", ".a.jpg.swpx", ".swp", "a.swp"),
    *(".a.jpg.kate-swp", "#a.jpg#", ".#a.jpg", ".~lock.a.jpg#", "~$a.docx"),
    *(".nfs00000000012d687f00000001", ".fuse_hidden0000002a00000001"),
    *("._IMG_1.jpg", ".DS_Store", "Thumbs.db", "THUMBS.DB", "desktop.ini", ".picasa.ini"),
    *(".directory", ".nomedia", "two\nlines.tmp"),
]

ORDINARY = [
    *("a.jpg", "a b.JPEG", ".hid.jpg", "a.b.jpg", "_x.jpg", "a~.jpg", "~a.jpg", "part.jpg"),
    *("tmp.jpg", "tmp.png", "bak.jpg", "4913.jpg", "sed.jpg", "sedOSBdFN.jpg", "a.part.jpg"),
    *("XXLr3vdx.jpg", "XXL"),
    *("a.temp.mp4", "original.jpg", "a_original.jpg", "#1.jpg", "a.swp.jpg", "Thumbs.jpg"),
    *(".nfs-party.jpg", ".Trash.jpg", "README", "notes.txt", "a.jpg.txt", "a.heic", "IMG001"),
    *("a.jpg.x", "song.t", "49130", "Sedona123", "", "a.jpg.toolong7"),
]


@pytest.mark.parametrize("name", MADE_BY_PROGRAMS)
def test_what_programs_make_on_the_way_is_staged(name):
    assert is_staging(name)


@pytest.mark.parametrize("name", ORDINARY)
def test_what_people_call_their_photos_is_not_staged(name):
    assert not is_staging(name)


@pytest.mark.parametrize("pattern", STAGING)
def test_every_line_of_the_table_is_there_for_a_name_that_no_other_line_matches(pattern):
    alone = [
        name
        for name in MADE_BY_PROGRAMS
        if [p for p in STAGING if re.fullmatch(p, name, re.DOTALL)] == [pattern]
    ]
    assert alone


media_extensions = st.sampled_from(sorted({ext for exts in EXTENSIONS.values() for ext in exts}))
first_letters = st.characters(exclude_characters="./\0", exclude_categories=["Cs"])


@given(first_letters, st.text(max_size=30), media_extensions)
def test_no_name_with_a_media_extension_and_no_dot_in_front_is_staged(first, rest, extension):
    name = f"{first}{rest.replace('digikamtempfile', '')}{extension}"
    assert is_staging(name) == name.startswith("~$")


@given(st.text(max_size=30), media_extensions, st.booleans())
def test_the_temporary_file_of_rsync_is_staged_whatever_it_copies(stem, extension, dotted):
    name = f"{'.' if dotted else ''}{stem}{extension}"
    assert is_staging(f".{name.removeprefix('.')}.Ab12Cd")


def test_the_part_file_of_kde_succeeds_the_name_that_is_unlinked():
    others = [".a.jpg.Ab12Cd", "b.jpg.part", "a.jpg.part"]
    assert successor_of("a.jpg", others) == "a.jpg.part"
    assert successor_of("c.jpg", others) is None


def test_a_successor_is_found_under_the_other_composition_of_its_name():
    assert successor_of("\u00e9.jpg", ["e\u0301.jpg.part"]) == "e\u0301.jpg.part"


@pytest.mark.parametrize("name", ["a.jpg~", ".a.jpg.Ab12Cd", "a.jpg_exiftool_tmp", "a.part"])
def test_what_is_renamed_over_a_name_is_no_successor_when_that_name_is_unlinked(name):
    assert successor_of("a.jpg", [name]) is None


@pytest.mark.parametrize("name", [".Trash", ".Trash-1000", ".Trash-"])
def test_directories_for_what_is_deleted_are_refused(name):
    assert refused_directory(name)


@pytest.mark.parametrize("name", ["Trash", ".Trashy", ".trash", "a.Trash", ".hidden"])
def test_other_directories_are_not_refused(name):
    assert not refused_directory(name)
