"""Which calls of the client make the recorded requests: bytes, uploads, lists, WebDAV."""

from g3fs.clients.photoprism.bytes import Part
from g3fs.clients.photoprism.index import Patience
from g3fs.gallery.errors import (
    AlreadyExists,
    Busy,
    BytesLost,
    Invalid,
    NotFound,
    NotSupported,
    ReadOnly,
)
from tests.recorded.photoprism.play import ALBUM, HASH, MOVIE, NO_ALBUM, NO_HASH, file, play, read

VIEW = "a03586c5b831ee2db5b1178fa37bb7650658847a"
VIEW_PHOTO = "ptouitvcavk2kdvx"
NONE_LEFT = Patience(busy_s=0)

SMALL = (
    play(
        "16-labels-folders/1",
        lambda p: p.labels.search(count=1000),
        lambda r: (r[0].label_id, r[0].photo_count) == (5, 1),
    ),
    play(
        "16-labels-folders/2",
        lambda p: p.labels.rename("ltouibbxstv6jxj9", "Harbour"),
        lambda r: (r.slug, r.custom_slug) == ("updl", "harbour"),
    ),
    play("16-labels-folders/4", lambda p: p.labels.delete(["ltouibbxstv6jxj9"])),
    play(
        "16-labels-folders/5",
        lambda p: p.folders.list(files=False),
        lambda r: r.cached and r.folders[0].path == "2016",
    ),
    play(
        "16-labels-folders/6",
        lambda p: p.folders.list("stack"),
        lambda r: r.files[0].modified_s == 1795252345,
    ),
    play("16-labels-folders/8", lambda p: p.folders.list(files=False, recursive=True)),
    play("16-labels-folders/9", lambda p: p.folders.list("nope"), raises=NotFound),
    play(
        "16-labels-folders/10",
        lambda p: p.subjects.months(),
        lambda r: [(m.year, m.month, m.photo_count) for m in r] == [(2024, 5, 1), (2023, 12, 1)],
    ),
    play("16-labels-folders/11", lambda p: p.subjects.search(count=10), lambda r: r == ()),
    play("14-index-import/1", lambda p: p.index.run("/")),
    play("14-index-import/2", lambda p: p.index.run("/trip", patience=NONE_LEFT), raises=Busy),
    play("14-index-import/3", lambda p: p.index.stop()),
    play("14-index-import/5", lambda p: p.index.run("/no/such/dir")),
    play("14-index-import/7", lambda p: p.imports.run("scan", move=True, albums=["Scans"])),
    play("14-index-import/9", lambda p: p.imports.stop()),
    play("13-webdav/10", lambda p: p.index.run("/trip")),
    play("13-webdav/14", lambda p: p.index.run("/trip")),
    play("13-webdav/18", lambda p: p.index.run("/trip")),
    play("13-webdav/24", lambda p: p.index.run("/trip")),
    play("13-webdav/32", lambda p: p.index.run("/trip")),
)

BYTES = (
    play("10-bytes/1", lambda p: p.bytes.original(HASH), read(33815)),
    play(
        "10-bytes/2",
        lambda p: p.bytes.original(HASH, Part(offset=100, end=200, size_bytes=33815)),
        lambda s: (s.offset, s.size_bytes, len(s.read())) == (100, 33815, 100),
    ),
    play("10-bytes/4", lambda p: p.bytes.original(HASH, Part(offset=99999999)), raises=Invalid),
    play(
        "10-bytes/9 ~02-session/3 10-bytes/11",
        lambda p: p.bytes.original(HASH, Part(size_bytes=33815)),
        read(33815),
    ),
    play("10-bytes/12", lambda p: p.bytes.original(NO_HASH), raises=NotFound),
    play(
        "10-bytes/13",
        lambda p: p.bytes.original("7ad5a223ece348c0b93ce69c4086e20c7ecc5438"),
        read(34625),
    ),
    play("10-bytes/14", lambda p: p.bytes.primary("ptouhwnmlu04nrz8"), read(9606)),
    play("10-bytes/15", lambda p: p.bytes.original(MOVIE), read(125218)),
    play("10-bytes/16", lambda p: p.bytes.video(MOVIE), read(125218)),
    play("10-bytes/17", lambda p: p.bytes.video(MOVIE, Part(offset=10, end=20)), read(10)),
    play("10-bytes/18", lambda p: p.bytes.video(NO_HASH), raises=NotFound),
    play("10-bytes/19", lambda p: p.bytes.album_zip(ALBUM), read(113728)),
    play(
        "10-bytes/21",
        lambda p: p.bytes.make_zip(photos=["ptouhlu7xt0671if", "ptouhwnmlu04nrz8"]),
        lambda r: r.endswith("deuvfdul.zip"),
    ),
    play(
        "10-bytes/22",
        lambda p: p.bytes.zip("photoprism-download-20261121-093809-deuvfdul.zip"),
        read(159317),
    ),
    play("11-thumbs/1", lambda p: p.bytes.thumb(HASH, "tile_224"), read(6684)),
    play("11-thumbs/2", lambda p: p.bytes.thumb(HASH, "fit_1280"), read(27626)),
    play("11-thumbs/3", lambda p: p.bytes.thumb(MOVIE, "tile_500"), read(12224)),
    play("11-thumbs/6", lambda p: p.bytes.thumb(NO_HASH, "tile_50"), raises=NotFound),
    play("11-thumbs/8", lambda p: p.bytes.album_cover(ALBUM, "tile_224"), read(8218)),
    play("11-thumbs/9", lambda p: p.bytes.album_cover(NO_ALBUM, "tile_224"), raises=NotFound),
    play(
        "11-thumbs/10",
        lambda p: p.bytes.folder_cover("dtouilxddlmdfgfn", "tile_224"),
        raises=NotFound,
    ),
    play("11-thumbs/11", lambda p: p.bytes.label_cover("ltoui9dqnj2k9911", "tile_224"), read(2268)),
    play(
        "13-webdav/13",
        lambda p: p.bytes.original(VIEW),
        read(20640),
    ),
    play(
        "13-webdav/31",
        lambda p: p.bytes.original("f2339793542f60456f12e671df1167da61339f28"),
        raises=BytesLost,
    ),
)

UPLOADS = (
    play("12-upload/1", lambda p: p.uploads.send("k3x9", file(20899), "holiday snap.jpg")),
    play("12-upload/2", lambda p: p.uploads.process("k3x9", [ALBUM])),
    play(
        "12-upload/3",
        lambda p: p.uploads.find("91874a610a62289992024489bca81c3b94c5637a"),
        lambda r: r.original_name == "holiday snap.jpg" and r.modified_s == 1795253889,
    ),
    play("12-upload/4", lambda p: p.photos.get("ptouirmcfbwciz9w"), lambda r: len(r.albums) == 1),
    play("12-upload/5", lambda p: p.uploads.send("k3xa", file(20899), "other name.jpg")),
    play("12-upload/6", lambda p: p.uploads.process("k3xa", ["Best of"])),
    play("12-upload/7", lambda p: p.uploads.find("91874a610a62289992024489bca81c3b94c5637a")),
    play("12-upload/8", lambda p: p.uploads.send("k3xb", file(5), "notes.txt")),
    play("12-upload/9", lambda p: p.uploads.process("k3xb", [ALBUM])),
    play(
        "12-upload/10",
        lambda p: p.uploads.find("aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d"),
        lambda r: r is None,
    ),
    play("12-upload/13", lambda p: p.uploads.process("never")),
    play(
        "18-public-readonly/11",
        lambda p: p.uploads.process("a1"),
        raises=ReadOnly,
        readonly=True,
    ),
    play(
        "18-public-readonly/10",
        lambda p: p.uploads.send("a1", file(27761), "x.jpg"),
        raises=ReadOnly,
        readonly=True,
    ),
)

DAV = (
    play("13-webdav/4", lambda p: p.dav.mkdir("trip")),
    play("13-webdav/5", lambda p: p.dav.mkdir("trip"), raises=AlreadyExists),
    play("13-webdav/6", lambda p: p.dav.mkdir("none/trip"), raises=NotFound),
    play("13-webdav/17", lambda p: p.dav.move("trip/my view.jpg", "trip/renamed.jpg")),
    play(
        "13-webdav/20",
        lambda p: p.dav.move("trip/renamed.jpg", "trip/second.jpg"),
        raises=AlreadyExists,
    ),
    play(
        "13-webdav/23",
        lambda p: p.dav.move("trip/.swap.jpg.tmp", "trip/swap.jpg", overwrite=True),
    ),
    play(
        "13-webdav/26",
        lambda p: p.dav.open("trip/renamed.jpg", Part(size_bytes=20640)),
        read(20640),
    ),
    play(
        "13-webdav/27",
        lambda p: p.dav.open("trip/renamed.jpg", Part(offset=10, end=20)),
        read(10),
    ),
    play("13-webdav/28 13-webdav/30", lambda p: p.dav.delete_file("trip/renamed.jpg")),
    play("18-public-readonly/7", lambda p: p.dav.stat(""), raises=NotSupported),
    play(
        "13-webdav/9",
        lambda p: p.photos.file(VIEW),
        raises=NotFound,
    ),
    play("13-webdav/11", lambda p: p.photos.file(VIEW)),
    play(
        "13-webdav/15",
        lambda p: p.photos.file(VIEW),
        raises=NotFound,
    ),
    play("13-webdav/16", lambda p: p.photos.get(VIEW_PHOTO)),
    play(
        "13-webdav/19",
        lambda p: p.photos.get(VIEW_PHOTO),
        lambda r: r.photo.name == "renamed",
    ),
    play("13-webdav/25", lambda p: p.photos.file("098554737b924aea5b16abea1dfcdebfa3a100a7")),
    play("13-webdav/33", lambda p: p.photos.get(VIEW_PHOTO), lambda r: r.photo.quality == -1),
    play(
        "13-webdav/34",
        lambda p: p.photos.search(filename="trip/renamed.jpg", count=10),
        lambda r: r == (),
    ),
)
