"""Which calls of the client make the recorded requests: photos and their changes."""

from datetime import datetime

from g3fs.clients.photoprism.wire.bodies import Taken
from g3fs.gallery.errors import AccessDenied, Invalid, LoginRefused, NotFound, ReadOnly, ServerError
from tests.recorded.photoprism.play import ALBUM, NO_ALBUM, NO_HASH, PHOTO, STACK, play

NOON = datetime.fromisoformat("2023-07-01T12:00:01")
EVENING = datetime.fromisoformat("2023-07-07T18:30:00")

PHOTOS = (
    play(
        "03-tokens/4",
        lambda p: p.photos.search(uid="ptouhlub1nl2t7gk", count=1, merged=False),
        lambda r: r[0].taken_local == NOON and r[0].edited_s is None,
    ),
    play(
        "07-photos-list/1",
        lambda p: p.photos.search(path="2023/summer", order="name", count=1000),
        lambda r: r[0].originals[0].name == "2023/summer/IMG_0001.jpg",
    ),
    play(
        "07-photos-list/2",
        lambda p: p.photos.search(path="2023/summer", order="name", count=1000, merged=False),
        lambda r: r[0].caption == "A tall tower in the city" and not r[0].originals,
    ),
    play(
        "07-photos-list/3",
        lambda p: p.photos.search(filename="formats/iphone.heic", count=10),
        lambda r: [f.mime_type for f in r[0].originals] == ["image/heic"],
    ),
    play(
        "07-photos-list/4",
        lambda p: p.photos.search(name="IMG_9000", count=10),
        lambda r: [f.duration_s for f in r[0].originals] == [0.0, 2.0],
    ),
    play(
        "07-photos-list/5",
        lambda p: p.photos.search(name="movie", count=10),
        lambda r: [f.name for f in r[0].originals] == ["clips/movie.mp4"],
    ),
    play(
        "07-photos-list/6",
        lambda p: p.photos.page(name="IMG_9000", count=1),
        lambda r: not r.complete and r.rows == 1,
    ),
    play(
        "07-photos-list/9 ~07-photos-list/11",
        lambda p: p.photos.search(scope=NO_ALBUM, count=10, merged=False),
        raises=NotFound,
    ),
    play(
        "07-photos-list/10",
        lambda p: p.photos.search(uid="nothing", count=10, merged=False),
        raises=Invalid,
    ),
    play(
        "07-photos-list/11",
        lambda p: p.photos.page(count=10, offset=99999, merged=False),
        lambda r: r.complete and r.photos == (),
    ),
    play(
        "07-photos-list/12",
        lambda p: p.photos.search(updated=1795255369.7, order="updated", count=1000),
        lambda r: r[0].caption == "D24",
    ),
    play(
        "07-photos-list/14",
        lambda p: p.photos.file("AAE35ACD3E3F1C99B4C5A76FA8134DB1F7C4E1A2"),
        lambda r: r.modified_s == 1795252342,
    ),
    play("07-photos-list/15", lambda p: p.photos.file(NO_HASH), raises=NotFound),
    play(
        "08-photo/1",
        lambda p: p.photos.get(PHOTO),
        lambda r: (
            (r.texts.keywords, r.title_src, r.labels) == ("purple, summer", "", ())
            and [a.title for a in r.albums] == ["Roma 2023", "Summer by the sea"]
            and r.photo.camera.model == "EOS 6D"
            and r.photo.deleted_s is None
        ),
    ),
    play(
        "09-batch/5",
        lambda p: p.photos.search(archived=True, count=100),
        lambda r: r[0].deleted_s is not None,
    ),
    play("09-batch/6", lambda p: p.photos.get("ptouhwn54b9e15oj"), lambda r: r.albums == ()),
    play("09-batch/8", lambda p: p.photos.get("ptouhwn54b9e15oj"), lambda r: r.albums == ()),
    play("09-batch/12", lambda p: p.photos.get("ptouhwnp78dlr7cb"), raises=NotFound),
    play(
        "14-index-import/8",
        lambda p: p.photos.search(original="card*", count=5),
        lambda r: r[0].original_name == "card one",
    ),
    play("15-guest-errors/2", lambda p: p.photos.search(count=10, merged=False)),
    play(
        "15-guest-errors/6 ~15-guest-errors/3",
        lambda p: p.photos.search(scope=ALBUM, count=10, merged=False),
        raises=AccessDenied,
    ),
    play("15-guest-errors/7", lambda p: p.photos.get("ptouhlub1nl2t7gk")),
    play(
        "15-guest-errors/11",
        lambda p: p.photos.file("aae35acd3e3f1c99b4c5a76fa8134db1f7c4e1a2"),
        raises=AccessDenied,
    ),
    play(
        "15-guest-errors/17",
        lambda p: p.photos.search(q=":::", count=10, merged=False),
        raises=Invalid,
    ),
    play("15-guest-errors/18", lambda p: p.photos.get("ptouhzzzzzzzzzzz"), raises=NotFound),
    play(
        "15-guest-errors/21 ~02-session/10",
        lambda p: p.photos.search(count=1, merged=False),
        raises=LoginRefused,
    ),
    play("16-labels-folders/3", lambda p: p.photos.search(label="harbour", count=10, merged=False)),
    play(
        "16-labels-folders/13",
        lambda p: p.photos.views(name="IMG_0003", count=1),
        lambda r: (r[0].width, r[0].height) == (800, 600),
    ),
    play(
        "16-labels-folders/14",
        lambda p: p.photos.yaml("ptouhlub1nl2t7gk"),
        lambda r: "Artist: Ann Example" in r,
    ),
    play("18-public-readonly/3", lambda p: p.photos.search(name="IMG_0003", count=1, merged=False)),
)

EDITS = (
    play(
        "~08-photo/2",
        lambda p: p.edits.update("ptouhlwlcrxbmjk6", title="Bare title"),
        raises=ServerError,
    ),
    play(
        "08-photo/3",
        lambda p: p.edits.update(PHOTO, title="On the pier"),
        lambda r: r.title_src == "manual",
    ),
    play(
        "08-photo/4",
        lambda p: p.edits.update(PHOTO, caption="Wind and waves"),
        lambda r: (r.photo.caption, r.caption_src) == ("Wind and waves", "manual"),
    ),
    play(
        "~08-photo/1 08-photo/6",
        lambda p: p.edits.update(PHOTO, keywords="Pier, New York, sea", notes="scan again"),
        lambda r: r.texts.keywords == "new, pier, sea, york",
    ),
    play("08-photo/8", lambda p: p.edits.update(PHOTO, title=""), lambda r: r.title_src == ""),
    play(
        "08-photo/9",
        lambda p: p.edits.update(PHOTO, taken=Taken(EVENING, "Europe/Vienna")),
        lambda r: r.photo.taken_s == 1688747400,
    ),
    play("08-photo/12", lambda p: p.edits.update("ptouhzzzzzzzzzzz", title="x"), raises=NotFound),
    play("08-photo/13", lambda p: p.edits.like(PHOTO), lambda r: r.photo.favorite),
    play("08-photo/14", lambda p: p.edits.unlike(PHOTO), lambda r: not r.photo.favorite),
    play("08-photo/15", lambda p: p.edits.approve(PHOTO), lambda r: r.photo.quality == 3),
    play(
        "08-photo/16",
        lambda p: p.edits.add_label(PHOTO, "sea side"),
        lambda r: [(x.label_id, x.name, x.active) for x in r.labels] == [(7, "Sea Side", True)],
    ),
    play("08-photo/17", lambda p: p.edits.remove_label(PHOTO, 7), lambda r: r.labels == ()),
    play("08-photo/18", lambda p: p.edits.remove_label(PHOTO, 7), raises=NotFound),
    play("09-batch/1", lambda p: p.edits.toggle_private(["ptouhwn54b9e15oj"])),
    play("09-batch/2", lambda p: p.edits.toggle_private(["ptouhwn54b9e15oj"])),
    play("09-batch/3", lambda p: p.edits.approve_many(["ptouhwn54b9e15oj"])),
    play("09-batch/4", lambda p: p.edits.archive(["ptouhwn54b9e15oj"])),
    play("09-batch/7", lambda p: p.edits.restore(["ptouhwn54b9e15oj"])),
    play("09-batch/10", lambda p: p.edits.archive(["ptouhzzzzzzzzzzz"])),
    play("09-batch/11", lambda p: p.edits.delete(["ptouhwnp78dlr7cb"])),
    play("09-batch/13", lambda p: p.edits.delete(["ptouhwnp78dlr7cb"]), raises=NotFound),
    play(
        "09-batch/14 ~09-batch/16",
        lambda p: p.edits.delete_file(STACK, "ftouhwp0anw99x66"),
        raises=ServerError,
    ),
    play("09-batch/15", lambda p: p.edits.delete_file(STACK, "ftouhwo3ilwqgwem")),
    play(
        "09-batch/16",
        lambda p: p.edits.set_primary(STACK, "ftouhwonfcnap21g"),
        lambda r: [f.primary for f in r.photo.files] == [True, False],
    ),
    play("09-batch/17", lambda p: p.edits.delete_file(STACK, "fnothing"), raises=NotFound),
    play(
        "15-guest-errors/8",
        lambda p: p.edits.update("ptouhlub1nl2t7gk", title="x"),
        raises=AccessDenied,
    ),
    play(
        "18-public-readonly/12",
        lambda p: p.edits.delete(["ptouhlub1nl2t7gk"]),
        raises=ReadOnly,
        readonly=True,
    ),
    play(
        "18-public-readonly/14",
        lambda p: p.edits.update("ptouhlub1nl2t7gk", title="Tower at noon"),
        lambda r: r.photo.title == "Tower at noon",
        readonly=True,
    ),
)
