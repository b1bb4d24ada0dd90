"""What every backend promises that can be written to: the docstrings of the port as tests."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from g3fs.gallery.attributes import Form, On
from g3fs.gallery.errors import AlreadyExists, BadName, GalleryError, Invalid, NotEmpty, NotFound
from g3fs.gallery.ids import ItemId, TagName
from g3fs.gallery.items import Group, Listing
from g3fs.gallery.writing import Naming, Wish
from g3fs.tasks.gather import gather
from tests.contract.writing_subjects import SUBJECTS, Subject, album, media, nobody

SEA, HILL, SUN = (TagName(f"g3fs test {name}") for name in ("Sea", "Hill", "Sun"))


@pytest.fixture(params=SUBJECTS)
async def subject(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Subject]:
    async with SUBJECTS[request.param](tmp_path) as made:
        yield made


async def test_an_upload_is_there_as_it_was_answered(subject: Subject) -> None:
    source = subject.photo()
    sent: list[int] = []
    upload = await subject.upload("sea.jpg", source)

    entry = await subject.writer.create(upload, sent.append)

    assert await subject.entries() == {"sea.jpg": entry}
    assert await subject.data(entry) == source.read_bytes()
    assert sent == sorted(sent)
    assert sent[-1] >= source.stat().st_size


async def test_a_movie_is_there_as_it_was_answered(subject: Subject) -> None:
    entry = await subject.added("clip.mp4", subject.movie())

    assert await subject.entries() == {"clip.mp4": entry}
    assert media(entry).media_type == "video/mp4"


async def test_an_album_is_there_as_it_was_answered(subject: Subject) -> None:
    entry = await subject.writer.make_album(subject.album.id, "sub")

    assert await subject.entries() == {"sub": entry}
    listing = await subject.backend.list(entry.item.id)
    assert listing == Listing(album=album(entry), entries=())


async def test_an_upload_is_found_by_its_mark(subject: Subject) -> None:
    upload = await subject.upload("sea.jpg", subject.photo())
    assert await subject.writer.find(upload) is None

    entry = await subject.writer.create(upload, nobody)

    assert await subject.writer.find(upload) == entry


async def test_other_data_under_the_mark_is_not_the_upload(subject: Subject) -> None:
    upload = await subject.upload("sea.jpg", subject.photo())
    await subject.writer.create(upload, nobody)
    upload.source.write_bytes(upload.source.read_bytes()[:-1] + b"x")

    assert await subject.writer.find(upload) is None


async def test_a_mark_stays_free_until_it_is_used(subject: Subject) -> None:
    first = await subject.upload("\u65e5\u672c.jpg", subject.photo(1))
    second = await subject.upload("\u4e2d\u56fd.jpg", subject.photo(2))
    assert first.mark != second.mark

    for upload in (second, first):
        await subject.writer.create(upload, nobody)

    for upload in (first, second):
        entry = await subject.writer.find(upload)
        assert entry is not None
        assert entry.name == upload.name


async def test_a_name_that_is_taken_is_refused_before_anything_is_sent(subject: Subject) -> None:
    upload = await subject.upload("sea.jpg", subject.photo(2))
    await subject.added("sea.jpg", subject.photo(1))
    before = await subject.entries()

    with pytest.raises(AlreadyExists):
        await subject.writer.mark(subject.album.id, "SEA.jpg")
    with pytest.raises(AlreadyExists):
        await subject.writer.create(upload, nobody)

    assert await subject.entries() == before


async def test_a_name_that_became_free_can_be_had_at_once(subject: Subject) -> None:
    entry = await subject.added("sea.jpg")
    await subject.writer.delete(media(entry))
    again = await subject.added("sea.jpg")
    moved = await subject.writer.move(again.item, subject.album.id, "hill.jpg")
    third = await subject.added("sea.jpg")

    assert await subject.entries() == {"hill.jpg": moved, "sea.jpg": third}


async def test_four_uploads_at_once_all_arrive(subject: Subject) -> None:
    sources = [subject.photo(number) for number in range(4)]
    uploads = [await subject.upload(f"{n}.jpg", source) for n, source in enumerate(sources)]

    made = await gather(
        *(lambda upload=upload: subject.writer.create(upload, nobody) for upload in uploads)
    )

    assert await subject.entries() == {entry.name: entry for entry in made}
    for entry, source in zip(made, sources, strict=True):
        assert await subject.data(entry) == source.read_bytes()


async def test_what_is_no_picture_is_refused(subject: Subject) -> None:
    upload = await subject.upload("sea.jpg", subject.file(b""))

    with pytest.raises(Invalid):
        await subject.writer.create(upload, nobody)

    assert await subject.entries() == {}


async def test_new_data_keeps_what_else_there_is(subject: Subject) -> None:
    entry = await subject.added("sea.jpg", subject.photo(1))
    await subject.writer.change_tags(entry.item.id, add=[SEA])
    source = subject.photo(2)

    replaced = await subject.writer.replace(media(entry), source, nobody)

    assert replaced.item.id == entry.item.id
    assert media(replaced).version != media(entry).version
    assert await subject.entries() == {"sea.jpg": replaced}
    assert await subject.data(replaced) == source.read_bytes()
    assert await tags_of(subject, entry.item.id) == [SEA]
    again = await subject.writer.replace(media(replaced), source, nobody)
    assert await subject.data(again) == source.read_bytes()
    await subject.writer.change_tags(entry.item.id, remove=[SEA])


async def test_what_is_gone_gets_no_new_data(subject: Subject) -> None:
    entry = await subject.added("sea.jpg")
    await subject.writer.delete(media(entry))

    with pytest.raises(NotFound):
        await subject.writer.replace(media(entry), subject.photo(2), nobody)
    with pytest.raises(NotFound):
        await subject.writer.move(entry.item, subject.album.id, "hill.jpg")


async def test_a_file_is_deleted_and_may_be_gone_already(subject: Subject) -> None:
    entry, other = await subject.added("sea.jpg"), await subject.added("hill.jpg")

    await subject.writer.delete(media(entry))
    await subject.writer.delete(media(entry))

    assert await subject.entries() == {"hill.jpg": other}


async def test_an_album_is_removed_only_when_it_is_empty(subject: Subject) -> None:
    sub = await subject.writer.make_album(subject.album.id, "sub")
    entry = await subject.added("sea.jpg", album=sub.item.id)
    with pytest.raises(NotEmpty):
        await subject.writer.remove_album(album(sub))

    await subject.writer.delete(media(entry))
    await subject.writer.remove_album(album(sub))

    assert await subject.entries() == {}


@pytest.mark.parametrize("name", ["sea.jpg", "hill.jpg"])
async def test_a_file_is_moved_and_renamed(subject: Subject, name: str) -> None:
    sub = await subject.writer.make_album(subject.album.id, "sub")
    entry = await subject.added("sea.jpg")
    data = await subject.data(entry)

    moved = await subject.writer.move(entry.item, sub.item.id, name)

    assert moved.item.id == entry.item.id
    assert await subject.entries(sub.item.id) == {name: moved}
    assert list(await subject.entries()) == ["sub"]
    assert await subject.data(moved) == data


async def test_a_title_that_is_just_the_name_follows_it(subject: Subject) -> None:
    entry = await subject.added("sea.jpg")
    entry = await subject.writer.move(entry.item, subject.album.id, "hill.jpg")
    assert entry.item.title == "hill.jpg"
    assert "user.g3fs.title" not in entry.item.facts

    entry = await subject.writer.set_fact(entry.item, "user.g3fs.title", "At home")
    entry = await subject.writer.move(entry.item, subject.album.id, "lake.jpg")
    assert entry.item.title == "At home"


async def test_an_album_is_moved_and_renamed(subject: Subject) -> None:
    left = await subject.writer.make_album(subject.album.id, "left")
    right = await subject.writer.make_album(subject.album.id, "right")
    entry = await subject.added("sea.jpg", album=left.item.id)

    moved = await subject.writer.move(left.item, right.item.id, "below")

    assert list(await subject.entries()) == ["right"]
    assert await subject.entries(right.item.id) == {"below": moved}
    assert [e.item.id for e in (await subject.entries(left.item.id)).values()] == [entry.item.id]
    with pytest.raises(Invalid):
        await subject.writer.move(right.item, left.item.id, "right")


async def test_a_move_to_a_name_that_is_taken_is_refused(subject: Subject) -> None:
    entry, other = await subject.added("sea.jpg"), await subject.added("hill.jpg")

    with pytest.raises(AlreadyExists):
        await subject.writer.move(entry.item, subject.album.id, "Hill.jpg")

    assert await subject.entries() == {"sea.jpg": entry, "hill.jpg": other}


async def test_every_writable_text_is_set_and_cleared(subject: Subject) -> None:
    entry = await subject.added("sea.jpg")
    table = subject.backend.capabilities.attributes
    texts = [each for each in table if each.writable and each.form is Form.FACT]
    names = [each.name for each in texts if On.MEDIA in each.on]
    assert names
    for name in names:
        subject.writer.checked_fact(entry.item, name, "something")
        entry = await subject.writer.set_fact(entry.item, name, "something")
        assert await subject.entries() == {"sea.jpg": entry}
        assert media(entry).facts[name] == "something"
    for name in names:
        entry = await subject.writer.set_fact(entry.item, name, None)
        assert await subject.entries() == {"sea.jpg": entry}
        assert name not in media(entry).facts


async def test_a_text_that_cannot_be_stored_is_refused_without_asking(subject: Subject) -> None:
    for attribute in subject.backend.capabilities.attributes:
        if attribute.form is Form.FACT and attribute.writable and On.MEDIA in attribute.on:
            with pytest.raises(BadName):
                subject.writer.checked_fact(None, attribute.name, "\U0001f600")
        if attribute.form is Form.FACT and not attribute.writable:
            with pytest.raises(GalleryError):
                subject.writer.checked_fact(None, attribute.name, "x")
    with pytest.raises(Invalid):
        subject.writer.checked_tags([SEA, TagName("")])


async def test_tags_are_put_on_and_taken_off(subject: Subject) -> None:
    item = (await subject.added("sea.jpg")).item.id
    await subject.writer.change_tags(item, add=[SEA, HILL])
    assert await tags_of(subject, item) == [HILL, SEA]

    await subject.writer.change_tags(item, add=[TagName(SEA.upper())], remove=[HILL, SUN])
    assert await tags_of(subject, item) == [SEA]

    await subject.writer.set_tags(item, [TagName(SEA.lower()), SUN])
    assert await tags_of(subject, item) == [SEA, SUN]

    await subject.writer.set_tags(item, [])
    assert await tags_of(subject, item) == []


async def test_comments_are_written_and_deleted(subject: Subject) -> None:
    item = (await subject.added("sea.jpg")).item.id
    for text in ("One", "Two & <two>"):
        await subject.writer.add_comment(item, text)
    comments = (await subject.backend.details(Group.COMMENTS, [item]))[item].comments
    assert sorted(comment.text for comment in comments) == ["One", "Two & <two>"]

    one = next(comment for comment in comments if comment.text == "One")
    await subject.writer.remove_comment(item, one.id)

    comments = (await subject.backend.details(Group.COMMENTS, [item]))[item].comments
    assert [comment.text for comment in comments] == ["Two & <two>"]
    for unknown in (one.id, "nonsense"):
        with pytest.raises(NotFound):
            await subject.writer.remove_comment(item, unknown)


async def test_tags_are_shown_as_links(subject: Subject) -> None:
    sub = await subject.writer.make_album(subject.album.id, "sub")
    one = await subject.added("sea.jpg")
    two = await subject.added("sea.jpg", album=sub.item.id)
    for entry in (one, two, sub):
        await subject.writer.change_tags(entry.item.id, add=[SEA])

    links = await subject.viewer.tagged(SEA)

    assert SEA in await subject.viewer.tags()
    assert {tuple((step.name, step.id) for step in link.path[-2:]) for link in links} == {
        ((subject.album.title, subject.album.id), ("sea.jpg", one.item.id)),
        (("sub", sub.item.id), ("sea.jpg", two.item.id)),
        ((subject.album.title, subject.album.id), ("sub", sub.item.id)),
    }
    await subject.viewer.delete_tag(SEA)


async def test_a_tag_is_made_renamed_and_deleted(subject: Subject) -> None:
    item = (await subject.added("sea.jpg")).item.id
    await subject.viewer.make_tag(HILL)
    with pytest.raises(AlreadyExists):
        await subject.viewer.make_tag(TagName(HILL.upper()))
    await subject.writer.change_tags(item, add=[HILL])

    await subject.viewer.rename_tag(HILL, SUN)

    assert await tags_of(subject, item) == [SUN]
    await subject.viewer.make_tag(HILL)
    with pytest.raises(AlreadyExists):
        await subject.viewer.rename_tag(HILL, SUN)
    for tag in (HILL, SUN):
        await subject.viewer.delete_tag(tag)
        with pytest.raises(NotFound):
            await subject.viewer.tagged(tag)
    assert await tags_of(subject, item) == []


async def test_what_cannot_be_uploaded_is_told_by_its_name(subject: Subject) -> None:
    listing = await subject.backend.list(subject.album.id)
    assert subject.writer.takes("sea.JPG")
    for name in ("sea.jpg.part", ".sea.jpg.Ab12Cd", "sea", "notes.txt"):
        assert not subject.writer.takes(name)
        with pytest.raises(Invalid):
            subject.writer.predicted(listing, Wish(name=name, naming=Naming.FILE), ())
    wish = Wish(name="\U0001f600.jpg", naming=Naming.FILE)
    with pytest.raises(BadName):
        subject.writer.predicted(listing, wish, ())


async def test_an_item_does_not_stand_in_its_own_way_but_others_do(subject: Subject) -> None:
    entry = await subject.added("sea.jpg")
    listing = await subject.backend.list(subject.album.id)

    own = Wish(name="SEA.jpg", naming=Naming.FILE, entry=entry)
    assert subject.writer.predicted(listing, own, ()) == "SEA.jpg"
    for name in ("sea.jpg", "SEA.jpg"):
        with pytest.raises(AlreadyExists):
            subject.writer.predicted(listing, Wish(name=name, naming=Naming.FILE), ())
    wish = Wish(name="hill.jpg", naming=Naming.FILE)
    with pytest.raises(AlreadyExists):
        subject.writer.predicted(listing, wish, ["Hill.jpg"])


async def tags_of(subject: Subject, item: ItemId) -> list[TagName]:
    return list((await subject.backend.details(Group.TAGS, [item]))[item].tags)
