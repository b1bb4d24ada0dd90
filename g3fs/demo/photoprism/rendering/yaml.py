"""A photo as the text that PhotoPrism keeps beside its files."""

from g3fs.demo.photoprism.rendering.photos import DETAILS, details_json
from g3fs.demo.photoprism.rows import Photo
from g3fs.demo.photoprism.times import to_second


def photo_yaml(photo: Photo, caption: str) -> str:
    """Fields without a value are left out."""
    rows = {
        "TakenAt": to_second(photo.taken),
        "TakenAtLocal": to_second(photo.taken_local),
        "TakenSrc": photo.taken_src,
        "UID": photo.uid,
        "Type": photo.type,
        "Title": photo.title,
        "TitleSrc": photo.title_src,
        caption: photo.caption,
        f"{caption}Src": photo.caption_src,
        "TimeZone": photo.time_zone,
        "PlaceSrc": photo.place_src,
        "Lat": photo.lat,
        "Lng": photo.lng,
        "Year": photo.year,
        "Month": photo.month,
        "Day": photo.day,
        "Favorite": photo.favorite,
        "Private": photo.private,
        "Quality": photo.quality,
    }
    lines = [f"{name}: {_word(value)}" for name, value in rows.items() if value]
    block = details_json(photo)
    names = [word for name in DETAILS for word in (name, f"{name}Src") if block[word]]
    if names:
        lines += ["Details:", *(f"  {name}: {block[name]}" for name in names)]
    lines += [f"CreatedAt: {to_second(photo.created)}", f"UpdatedAt: {to_second(photo.updated)}"]
    return "\n".join(lines) + "\n"


def _word(value: object) -> object:
    return str(value).lower() if isinstance(value, bool) else value
