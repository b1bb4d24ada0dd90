import stat
from dataclasses import replace

import pytest

from g3fs.cache.statetables import RememberedTimes
from g3fs.gallery.ids import ItemId, Version
from g3fs.gallery.items import Album, Media, Readable, Rendition, RenditionFacts, Times
from g3fs.vfs.attrs import AttrOptions, TimeShown, attr_of
from g3fs.vfs.nodes import AlbumNode, ControlFile, Ino, MediaNode

THUMB = Rendition("thumb")
SECOND = 10**9
OPTIONS = AttrOptions(uid=1000, gid=1001, started_s=7)
TIMES = Times(created_s=100, updated_s=300, captured_s=50)
PHOTO = Media(
    id=ItemId("1"),
    title="a",
    media_type="image/jpeg",
    size_bytes=1025,
    version=Version("v"),
    times=TIMES,
    can_edit=True,
    renditions={THUMB: RenditionFacts(size_bytes=None, media_type="image/jpeg")},
)
ALBUM = Album(id=ItemId("2"), title="b", times=TIMES, can_edit=False, can_add=False)


def attr(node, options=OPTIONS, **known):
    return attr_of(Ino(5), node, options, **known)


def test_a_photo_has_its_size_owner_and_times():
    shown = attr(MediaNode(PHOTO))
    assert (shown.size_bytes, shown.blocks) == (1025, 3)
    assert (shown.uid, shown.gid, shown.ctime_s) == (1000, 1001, 300)
    assert (shown.mtime_ns, shown.atime_ns) == (50 * SECOND, 50 * SECOND)


@pytest.mark.parametrize(
    ("can_edit", "readable", "mode"),
    [
        (True, Readable.YES, 0o644),
        (False, Readable.YES, 0o444),
        (True, Readable.FORBIDDEN, 0),
        (True, Readable.LOST, 0o644),
    ],
)
def test_mode_bits_of_a_file_say_what_the_user_may_do(can_edit, readable, mode):
    media = replace(PHOTO, can_edit=can_edit, readable=readable)
    assert attr(MediaNode(media)).mode == stat.S_IFREG | mode


def test_the_masks_take_bits_from_files_and_directories():
    options = replace(OPTIONS, file_mask=0o077, directory_mask=0o027)
    assert attr(MediaNode(PHOTO), options).mode == stat.S_IFREG | 0o600
    album = replace(ALBUM, can_add=True)
    assert attr(AlbumNode(album), options).mode == stat.S_IFDIR | 0o750


def test_the_smaller_picture_of_a_forbidden_original_can_be_read():
    media = replace(PHOTO, readable=Readable.FORBIDDEN)
    assert attr(MediaNode(media, THUMB)).mode == stat.S_IFREG | 0o444


def test_a_size_that_the_server_does_not_tell_is_0_until_it_is_known():
    assert attr(MediaNode(PHOTO, THUMB)).size_bytes == 0
    assert attr(MediaNode(PHOTO, THUMB), known_size=17).size_bytes == 17


def test_an_item_whose_file_is_lost_has_size_0():
    assert attr(MediaNode(replace(PHOTO, readable=Readable.LOST))).size_bytes == 0


@pytest.mark.parametrize(
    ("shown", "times", "mtime_s"),
    [
        (TimeShown.CAPTURED, TIMES, 50),
        (TimeShown.CAPTURED, replace(TIMES, captured_s=None), 100),
        (TimeShown.CAPTURED, replace(TIMES, data_changed_s=200), 200),
        (TimeShown.CAPTURED, replace(TIMES, data_changed_s=99), 50),
        (TimeShown.CREATED, TIMES, 100),
        (TimeShown.CREATED, replace(TIMES, data_changed_s=200), 200),
        (TimeShown.UPDATED, replace(TIMES, data_changed_s=200), 300),
    ],
)
def test_the_time_of_a_file_is_as_the_option_says(shown, times, mtime_s):
    options = replace(OPTIONS, mtime=shown)
    assert attr(MediaNode(replace(PHOTO, times=times)), options).mtime_ns == mtime_s * SECOND


def test_the_time_of_an_album_is_that_of_its_newest_change():
    assert attr(AlbumNode(ALBUM)).mtime_ns == 300 * SECOND
    assert attr(AlbumNode(ALBUM), newest_s=400).mtime_ns == 400 * SECOND


def test_a_file_that_may_stand_in_several_albums_never_has_one_link():
    assert attr(MediaNode(PHOTO)).nlink == 1
    assert attr(MediaNode(replace(PHOTO, shared=True))).nlink == 2


def test_the_control_tree_is_as_old_as_the_mount():
    assert attr(ControlFile(".g3fs/status")).mtime_ns == 7 * SECOND


@pytest.mark.parametrize("node", [MediaNode(PHOTO), AlbumNode(ALBUM)])
def test_times_that_were_set_come_back_to_the_nanosecond(node):
    times = RememberedTimes(version="v", atime_ns=1, mtime_ns=1_234_567_890_123_456_789)
    shown = attr(node, remembered=times, newest_s=400)
    assert (shown.atime_ns, shown.mtime_ns) == (1, 1_234_567_890_123_456_789)
    assert shown.ctime_s == 300
