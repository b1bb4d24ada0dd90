"""photos/:uid: changes of its fields and flags."""

from collections.abc import Mapping

from g3fs.demo.photoprism import describing, naming
from g3fs.demo.photoprism.calls import Call, Route
from g3fs.demo.photoprism.rendering.photos import details_from
from g3fs.demo.photoprism.replies import Answer, bad_form, reply
from g3fs.demo.photoprism.resources.photo import photo_of
from g3fs.demo.photoprism.rows import Photo
from g3fs.demo.photoprism.times import read

Json = Mapping[str, object]
PLAIN: Mapping[str, tuple[str, type]] = {
    "Favorite": ("favorite", bool),
    "Private": ("private", bool),
    "Type": ("type", str),
    "TypeSrc": ("type_src", str),
    "OriginalName": ("original_name", str),
    "Country": ("country", str),
    "PlaceSrc": ("place_src", str),
    "Altitude": ("altitude", int),
    "Lat": ("lat", (int, float)),  # type: ignore[dict-item]  # isinstance takes it
    "Lng": ("lng", (int, float)),  # type: ignore[dict-item]  # isinstance takes it
    "Year": ("year", int),
    "Month": ("month", int),
    "Day": ("day", int),
}
TEXTS = ("Title", "TitleSrc", "Description", "DescriptionSrc", "Caption", "CaptionSrc", "TimeZone")


def change(call: Call) -> Answer:
    """Only fields that are present change; `Details` is one block."""
    body = call.body
    photo = photo_of(call)
    times = _checked(body)
    for name, (field, _) in PLAIN.items():
        if name in body:
            setattr(photo, field, body[name])
    _set_title(photo, body)
    _set_caption(photo, body, call.state.caption)
    _set_details(photo, body.get("Details"))
    _set_time(photo, body, times)
    describing.edited(call.state.catalog, photo)
    tell(call, photo)
    call.state.events.tell("notify.success", message="Changes successfully saved")
    return reply(call.state.details(photo))


def tell(call: Call, photo: Photo) -> None:
    """Publish the photo as it is now, without files."""
    row = call.state.details(photo)
    row.pop("Files")
    call.state.events.tell("photos.updated", entities=[row])


def _checked(body: Json) -> dict[str, int]:
    """The times of the body. Refused: a field has the wrong type."""
    kinds = {name: kind for name, (_, kind) in PLAIN.items()} | dict.fromkeys(TEXTS, str)
    times = {}
    for name, value in body.items():
        if name in kinds and not isinstance(value, kinds[name]):
            raise bad_form()
        if name in ("TakenAt", "TakenAtLocal"):
            try:
                times[name] = read(str(value))
            except ValueError:
                raise bad_form() from None
    return times


def _set_title(photo: Photo, body: Json) -> None:
    """Without a source nothing is stored, unless a person gave the title before."""
    source = str(body.get("TitleSrc", photo.title_src))
    if "Title" not in body or not source:
        return
    title = str(body["Title"]).strip()
    photo.title, photo.title_src = title, source if title else ""


def _set_caption(photo: Photo, body: Json, name: str) -> None:
    source = str(body.get(f"{name}Src", photo.caption_src))
    if name not in body or not source:
        return
    photo.caption = str(body[name])
    photo.caption_src = source if photo.caption else ""


def _set_details(photo: Photo, block: object) -> None:
    """Without the right number nothing happens; what the block lacks is cleared."""
    if not isinstance(block, dict) or block.get("PhotoID") != photo.id:
        return
    photo.details = details_from(block)
    photo.details.keywords = naming.keywords(photo.details.keywords)


def _set_time(photo: Photo, body: Json, times: Mapping[str, int]) -> None:
    if "TimeZone" in body:
        photo.time_zone = str(body["TimeZone"])
    if "TakenSrc" in body:
        photo.taken_src = str(body["TakenSrc"])
    if not times:
        return
    if photo.time_zone in ("", "UTC"):
        photo.taken = times.get("TakenAt", photo.taken)
        photo.taken_local = photo.taken
    else:
        photo.taken_local = times.get("TakenAtLocal", photo.taken_local)
        photo.taken = describing.to_utc(photo.taken_local, photo.time_zone)
    describing.set_date(photo)


def like(call: Call) -> Answer:
    """Make it a favorite; moves no time stamp."""
    return _set_favorite(call, value=True)


def unlike(call: Call) -> Answer:
    """Make it no favorite."""
    return _set_favorite(call, value=False)


def _set_favorite(call: Call, *, value: bool) -> Answer:
    photo = photo_of(call)
    photo.favorite = value
    describing.describe(call.state.catalog, photo)
    tell(call, photo)
    return reply({"photo": call.state.details(photo)})


def approve(call: Call) -> Answer:
    """Somebody has looked at it."""
    photo = photo_of(call)
    if photo.quality < describing.REVIEWED:
        describing.edited(call.state.catalog, photo)
    tell(call, photo)
    return reply({"photo": call.state.details(photo)})


ROUTES = (
    Route(method="PUT", pattern="photos/:uid", view=change, kind="photo", scope="photos"),
    Route(method="POST", pattern="photos/:uid/like", view=like, kind="photo", scope="photos"),
    Route(method="DELETE", pattern="photos/:uid/like", view=unlike, kind="photo", scope="photos"),
    Route(method="POST", pattern="photos/:uid/approve", view=approve, kind="photo", scope="photos"),
)
