"""photos: lists of photos."""

from g3fs.demo.photoprism import albuming
from g3fs.demo.photoprism.calls import ANYONE, MEMBERS, Call, Route
from g3fs.demo.photoprism.replies import Answer, bad_form, bad_request
from g3fs.demo.photoprism.resources.thumbsizes import SHOWN, fitted
from g3fs.demo.photoprism.searching.query import BadQuery, from_address
from g3fs.demo.photoprism.searching.rows import Row, listed, page_of, rows_of
from g3fs.demo.photoprism.times import written


def search(call: Call) -> Answer:
    """Count and offset are those of files."""
    page = _page(call)
    merged = call.query("merged").lower() in ("true", "1", "yes")
    rows = listed(page, merged=merged, caption=call.state.caption)
    _shift(call, page)
    return call.listing(rows, len(page))


def _page(call: Call, *flags: str) -> list[Row]:
    if call.role == "client":
        raise bad_request()
    count, offset = call.count(), call.number("offset")
    if offset < 0:
        raise bad_form()
    try:
        query = from_address(call.request.args)
        query.flags |= dict.fromkeys(flags, True)
        if call.role in ("guest", "visitor") and not _shared(call, query.texts.get("s", "")):
            if query.texts.get("s"):
                raise bad_request()
            return []
        photos = call.state.matcher.photos(query)
        rows = rows_of(call.state.catalog, photos, query)
    except BadQuery as exc:
        raise (bad_form() if exc.form else bad_request()) from exc
    return page_of(rows, count, offset)


def _shared(call: Call, album: str) -> bool:
    assert call.session is not None
    return album in call.session.shares


def _shift(call: Call, page: list[Row]) -> None:
    """A fault: somebody takes photos out of the album after this page was read."""
    rule = call.damage("page_shift")
    album = call.state.catalog.live_album(call.query("s"))
    if rule is not None and album is not None:
        uids = [photo.uid for photo, _ in page[: rule.size]]
        albuming.remove_photos(call.state.catalog, album, uids)


def view(call: Call) -> Answer:
    """A light list for viewers."""
    base = f"{call.state.options.base_path}/api/v1"
    tokens = call.token_headers()
    download = tokens.get("X-Download-Token", "public")
    preview = tokens.get("X-Preview-Token", "public")
    rows = []
    page = _page(call, "primary")
    for photo, file in page:
        rows.append(
            {
                "UID": photo.uid,
                "Title": photo.title,
                "TakenAtLocal": written(photo.taken_local),
                call.state.caption: photo.caption,
                "Favorite": photo.favorite,
                "Playable": photo.type in ("video", "live", "animated"),
                "DownloadUrl": f"{base}/dl/{file.hash}?t={download}",
                "Width": file.width,
                "Height": file.height,
                "Thumbs": {
                    name: {
                        **fitted(name, file.width, file.height),
                        "src": f"{base}/t/{file.hash}/{preview}/{name}",
                    }
                    for name in SHOWN
                },
            }
        )
    return call.listing(rows, len(rows))


def geo(call: Call) -> Answer:
    """Points on a map."""
    points = _page(call, "geo", "primary")
    features = [
        {
            "id": str(photo.id),
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [photo.lng, photo.lat]},
            "properties": {
                "Hash": file.hash,
                "TakenAt": written(photo.taken),
                "Title": photo.title,
                "UID": photo.uid,
            },
        }
        for photo, file in points
    ]
    lngs, lats = [p.lng for p, _ in points] or [0.0], [p.lat for p, _ in points] or [0.0]
    box = [min(lngs), min(lats), max(lngs), max(lats)]
    found = {"type": "FeatureCollection", "bbox": box, "features": features}
    return call.listing(found, len(features))


ROUTES = (
    Route(method="GET", pattern="photos", view=search, kind="photos", scope="photos",
          roles=ANYONE),
    Route(method="GET", pattern="photos/view", view=view, kind="photos", scope="photos",
          roles=MEMBERS),
    Route(method="GET", pattern="geo", view=geo, kind="geo", scope="photos", roles=MEMBERS),
)  # fmt: skip
