import json

import pytest

from g3fs.gallery.attributes import Attribute, Form, On
from g3fs.gallery.errors import NotSupported
from g3fs.gallery.ids import ItemId, TagName, Version
from g3fs.gallery.items import Album, Comment, Details, Group, Link, Media, Times
from g3fs.vfs.nodes import AlbumNode, LinkNode, MediaNode
from g3fs.vfs.xattrs import NoSuchAttribute, Xattrs

TABLE = (
    Attribute(
        name="user.xdg.comment",
        on=On.ALL,
        group=Group.LISTING,
        writable=True,
        listed=True,
        meaning="description",
    ),
    Attribute(
        name="user.xdg.tags",
        on=On.ALL,
        group=Group.TAGS,
        form=Form.TAG_LIST,
        writable=True,
        listed=True,
        meaning="tags",
    ),
    Attribute(
        name="user.g3fs.tags", on=On.ALL, group=Group.TAGS, form=Form.TAG_JSON, meaning="tags"
    ),
    Attribute(
        name="user.g3fs.comments",
        on=On.MEDIA,
        group=Group.COMMENTS,
        form=Form.COMMENTS_JSON,
        meaning="comments",
    ),
    Attribute(name="user.g3fs.sort", on=On.ALBUMS, group=Group.LISTING, meaning="order"),
)
TIMES = Times(created_s=0 + 86400, updated_s=86401, captured_s=None)


def photo(**facts):
    return MediaNode(
        Media(
            id=ItemId("17"),
            title="a",
            media_type="video/mp4",
            size_bytes=1,
            version=Version("v"),
            times=TIMES,
            can_edit=True,
            facts={f"user.{name}": value for name, value in facts.items()},
        )
    )


class Source:
    """Details by group; counts what was asked."""

    def __init__(self, **groups):
        self.groups = groups
        self.asked = []

    async def details(self, group, item):
        self.asked.append((group, item))
        return self.groups.get(group.value, Details())


def tags(*names):
    return Details(tags=tuple(TagName(name) for name in names))


async def test_other_namespaces_are_refused_without_asking_anybody():
    source = Source()
    with pytest.raises(NotSupported):
        await Xattrs(TABLE, source).get(photo(), "security.selinux")
    assert source.asked == []


async def test_tags_are_joined_by_commas_and_a_comma_in_a_name_is_replaced():
    xattrs = Xattrs(TABLE, Source(tags=tags("sea", "sun, sand")))
    assert (
        await xattrs.get(photo(), "user.xdg.tags")
        == "sea,sun\N{SINGLE LOW-9 QUOTATION MARK} sand".encode()
    )
    assert json.loads(await xattrs.get(photo(), "user.g3fs.tags")) == ["sea", "sun, sand"]


async def test_only_what_is_writable_and_not_empty_is_listed():
    xattrs = Xattrs(TABLE, Source(tags=tags("sea")))
    assert await xattrs.names(photo()) == ["user.xdg.tags"]
    xattrs = Xattrs(TABLE, Source())
    described = MediaNode(photo().item)
    assert await xattrs.names(described) == []


async def test_facts_of_the_listing_cost_nothing():
    source = Source()
    node = MediaNode(
        Media(
            id=ItemId("17"),
            title="a",
            media_type="image/jpeg",
            size_bytes=1,
            version=Version("v"),
            times=TIMES,
            can_edit=True,
            facts={"user.xdg.comment": "by the sea"},
        )
    )
    assert await Xattrs(TABLE, source).get(node, "user.xdg.comment") == b"by the sea"
    assert source.asked == []


async def test_what_is_empty_or_not_there_has_no_value():
    xattrs = Xattrs(TABLE, Source())
    for name in ("user.xdg.tags", "user.xdg.comment", "user.nonsense", "user.g3fs.sort"):
        with pytest.raises(NoSuchAttribute):
            await xattrs.get(photo(), name)


async def test_comments_are_records_and_each_can_be_read_by_its_id():
    comment = Comment(id="5", author="ann", created_s=0, state="published", text="lovely")
    xattrs = Xattrs(TABLE, Source(comments=Details(comments=(comment,))))
    [record] = json.loads(await xattrs.get(photo(), "user.g3fs.comments"))
    assert record == {
        "id": "5",
        "author": "ann",
        "date": "1970-01-01T00:00:00Z",
        "state": "published",
        "text": "lovely",
    }
    assert await xattrs.get(photo(), "user.g3fs.comment.5") == b"lovely"
    with pytest.raises(NoSuchAttribute):
        await xattrs.get(photo(), "user.g3fs.comment.6")


async def test_everything_comes_in_one_object_for_people_who_ask():
    xattrs = Xattrs(TABLE, Source(tags=tags("sea")))
    everything = json.loads(await xattrs.get(photo(), "user.g3fs.info"))
    assert everything["user.g3fs.id"] == "17"
    assert everything["user.g3fs.kind"] == "movie"
    assert everything["user.xdg.tags"] == "sea"
    assert everything["user.g3fs.created"] == "1970-01-02T00:00:00Z"
    assert "user.g3fs.captured" not in everything


async def test_an_album_has_no_media_type_and_a_link_has_nothing():
    xattrs = Xattrs(TABLE, Source())
    album = AlbumNode(Album(id=ItemId("2"), title="b", times=TIMES, can_edit=True, can_add=True))
    assert await xattrs.get(album, "user.g3fs.kind") == b"album"
    with pytest.raises(NoSuchAttribute):
        await xattrs.get(album, "user.mime_type")
    link = LinkNode(Link(id=ItemId("3"), title="c", depth=0, path=(), times=TIMES))
    assert await xattrs.names(link) == []
    with pytest.raises(NoSuchAttribute):
        await xattrs.get(link, "user.g3fs.id")


async def test_half_a_character_in_a_value_does_not_break_the_answer():
    node = photo()
    source = Source(tags=tags("a\ud800"))
    assert await Xattrs(TABLE, source).get(node, "user.xdg.tags") == b"a?"
