"""Which calls of the client make the recorded requests: sessions and albums."""

from g3fs.gallery.errors import AccessDenied, Busy, Invalid, LoginRefused, NotFound
from tests.recorded.photoprism.play import ALBUM, NO_ALBUM, PHOTO, VIENNA, play

SESSIONS = (
    play("01-detect/1", lambda p: p.status(), lambda r: r == "operational"),
    play(
        "02-session/1",
        lambda p: p.sessions.login("admin", "secret99"),
        lambda r: r.key == "0123456789abcdef" * 3 and r.user.webdav and r.config.preview_token,
    ),
    play("02-session/2", lambda p: p.sessions.login("admin", "wrong"), raises=LoginRefused),
    play("02-session/3", lambda p: p.sessions.get(), lambda r: r.expires_in_s == 14 * 86400),
    play("02-session/8", lambda p: p.sessions.login("admin", "secret99"), raises=Busy),
    play("02-session/9", lambda p: p.sessions.logout()),
    play("03-tokens/1", lambda p: p.sessions.get(), lambda r: r.provider == "application"),
    play("03-tokens/2", lambda p: p.sessions.get(), raises=AccessDenied),
    play("03-tokens/3", lambda p: p.config(), lambda r: r.download_token == "dltoken1"),
    play(
        "03-tokens/2 03-tokens/3",
        lambda p: (p.sessions.refresh_tokens(), p.api.tokens.preview),
        lambda r: r[1] == "pvtoken1",
    ),
    play("03-tokens/5", lambda p: p.labels.search(everything=False, count=1), raises=AccessDenied),
    play("03-tokens/6", lambda p: p.settings(), raises=AccessDenied),
    play(
        "03-tokens/7",
        lambda p: p.sessions.client_access("ctaaaaaaaaaaaaaa", "0123456789abcdef" * 2),
        lambda r: r.key == "a" * 48 and r.expires_in_s == 86400,
    ),
    play("03-tokens/8", lambda p: p.photos.search(count=1, merged=False), raises=Invalid),
    play("03-tokens/9", lambda p: p.albums.search(count=1), raises=AccessDenied),
    play(
        "03-tokens/10",
        lambda p: p.sessions.client_access("ctaaaaaaaaaaaaaa", "wrong"),
        raises=LoginRefused,
    ),
    play("03-tokens/11", lambda p: p.sessions.revoke("a" * 48)),
    play("10-bytes/10", lambda p: p.config(), lambda r: r.mode == "user"),
    play("15-guest-errors/1", lambda p: p.sessions.get(), lambda r: r.user is None),
    play(
        "15-guest-errors/14",
        lambda p: p.sessions.visit("linktoken1"),
        lambda r: r.shares == (ALBUM,) and r.user.role == "visitor",
    ),
    play(
        "16-labels-folders/15",
        lambda p: p.settings(),
        lambda r: r.features["archive"] and not r.features["places"] and r.download_originals,
    ),
    play("18-public-readonly/2", lambda p: p.sessions.login("admin", "anything")),
    play("18-public-readonly/9", lambda p: p.config(), lambda r: r.readonly),
)

ALBUMS = (
    play(
        "04-albums-list/1",
        lambda p: p.albums.search(kind="album", count=1000, order="added"),
        lambda r: r[0].photo_count == 3 and r[0].title == "Summer by the sea",
    ),
    play(
        "04-albums-list/2",
        lambda p: p.albums.search(kind="folder", count=1000),
        lambda r: r[0].path == "2023" and r[0].filter == "path:2023 public:true",
    ),
    play(
        "04-albums-list/3",
        lambda p: p.albums.search(kind="month", count=1000),
        lambda r: (r[0].year, r[0].month) == (2015, 4),
    ),
    play("04-albums-list/5", lambda p: p.albums.current(ALBUM), lambda r: r.photo_count == 3),
    play(
        "04-albums-list/6",
        lambda p: p.albums.get(ALBUM),
        lambda r: r.photo_count is None and r.deleted_s is None and r.created_by,
    ),
    play("04-albums-list/7", lambda p: p.albums.get(NO_ALBUM), raises=NotFound),
    play(
        "~04-albums-list/1 05-albums-edit/1",
        lambda p: p.albums.create("Trip to Vienna"),
        lambda r: r.outcome == "new" and r.album.uid == VIENNA,
    ),
    play(
        "~04-albums-list/2 05-albums-edit/2",
        lambda p: p.albums.create("trip to VIENNA!"),
        lambda r: r.album.title == "Trip to Vienna",
    ),
    play(
        "~04-albums-list/2 05-albums-edit/3",
        lambda p: p.albums.create(""),
        lambda r: r.album.title == "November 2026",
    ),
    play(
        "05-albums-edit/4",
        lambda p: p.albums.update(
            VIENNA, title="Vienna 2024", description="Four days", order="name", favorite=True
        ),
        lambda r: r.slug == "vienna-2024" and r.favorite,
    ),
    play("05-albums-edit/5", lambda p: p.albums.update(ALBUM, title="Vienna 2024")),
    play("05-albums-edit/6", lambda p: p.albums.update(ALBUM, title="Summer by the sea")),
    play("05-albums-edit/7", lambda p: p.albums.like(VIENNA)),
    play("05-albums-edit/8", lambda p: p.albums.unlike(VIENNA)),
    play(
        "05-albums-edit/9",
        lambda p: p.albums.set_cover(VIENNA, "aae35acd3e3f1c99b4c5a76fa8134db1f7c4e1a2"),
        lambda r: r.cover_src == "manual",
    ),
    play(
        "05-albums-edit/10",
        lambda p: p.albums.clone(VIENNA, [ALBUM]),
        lambda r: r == (PHOTO,),
    ),
    play("05-albums-edit/11", lambda p: p.albums.delete(VIENNA)),
    play("05-albums-edit/12", lambda p: p.albums.get(VIENNA), raises=NotFound),
    play(
        "~04-albums-list/1 05-albums-edit/13",
        lambda p: p.albums.create("Vienna 2024"),
        lambda r: r.outcome == "revived",
    ),
    play(
        "05-albums-edit/14",
        lambda p: p.photos.search(scope=VIENNA, count=10, merged=False),
        lambda r: r[0].files is None,
    ),
    play("05-albums-edit/15", lambda p: p.albums.delete_many([VIENNA])),
    play("05-albums-edit/16", lambda p: p.albums.delete_many([NO_ALBUM]), raises=NotFound),
    play("05-albums-edit/17", lambda p: p.albums.delete_many([]), raises=Invalid),
    play(
        "06-album-photos/1",
        lambda p: p.albums.add(ALBUM, ["ptouhlu3dz0ixau2"]),
        lambda r: r.uids == ("ptouhlu3dz0ixau2",) and not r.skipped,
    ),
    play(
        "06-album-photos/2",
        lambda p: p.albums.add(ALBUM, ["ptouhlu3dz0ixau2", "ptouhzzzzzzzzzzz"]),
        lambda r: r.skipped == ("ptouhzzzzzzzzzzz",),
    ),
    play(
        "06-album-photos/4",
        lambda p: p.albums.add(NO_ALBUM, ["ptouhlu3dz0ixau2"]),
        raises=NotFound,
    ),
    play(
        "06-album-photos/5",
        lambda p: p.photos.search(scope=ALBUM, count=1000),
        lambda r: r[0].files[0].size_bytes == 41588,
    ),
    play(
        "06-album-photos/6",
        lambda p: p.albums.remove(ALBUM, ["ptouhlu3dz0ixau2"]),
        lambda r: r == ("ptouhlu3dz0ixau2",),
    ),
    play("06-album-photos/7", lambda p: p.albums.remove(ALBUM, ["ptouhlu3dz0ixau2"])),
    play(
        "06-album-photos/9 ~07-photos-list/11",
        lambda p: p.photos.search(scope=NO_ALBUM, count=10, merged=False),
        raises=NotFound,
    ),
    play(
        "06-album-photos/10",
        lambda p: p.albums.current("atoujxp2zf916jvt"),
        lambda r: r.photo_count == 1,
    ),
    play("06-album-photos/11", lambda p: p.albums.get("atoujxp2zf916jvt")),
    play("15-guest-errors/3", lambda p: p.albums.search(count=10), raises=AccessDenied),
    play("15-guest-errors/4", lambda p: p.albums.search(kind="album", count=10), lambda r: r == ()),
    play("15-guest-errors/5", lambda p: p.albums.get(ALBUM), raises=AccessDenied),
    play(
        "~04-albums-list/1 15-guest-errors/9", lambda p: p.albums.create("x"), raises=AccessDenied
    ),
    play("15-guest-errors/12", lambda p: p.links.create(ALBUM), raises=AccessDenied),
    play("15-guest-errors/13", lambda p: p.links.create(ALBUM), lambda r: r.token == "linktoken1"),
    play(
        "15-guest-errors/15",
        lambda p: p.albums.search(kind="album", count=10),
        lambda r: r[0].link_count == 1,
    ),
    play("15-guest-errors/16", lambda p: p.links.delete(ALBUM, "stouiu07344vko0b")),
    play(
        "~04-albums-list/1 18-public-readonly/15",
        lambda p: p.albums.create("Made on a read-only site"),
        lambda r: r.outcome == "new",
        readonly=True,
    ),
)
