"""What the server says about a photo by itself: time, type, title, keywords, quality."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from g3fs.demo.photoprism import naming
from g3fs.demo.photoprism.catalog import Catalog
from g3fs.demo.photoprism.media import SHORT_MOVIE, Facts
from g3fs.demo.photoprism.rows import Photo
from g3fs.demo.photoprism.times import EPOCH, SECOND, moment

STAMPED = re.compile(r"(\d{8})_(\d{6})(?:_.*)?")
REVIEWED = 3


def take_facts(photo: Photo, facts: Facts) -> None:
    """Believe what a file says, where no person said otherwise."""
    if facts.camera_make or facts.camera_model:
        photo.camera_make, photo.camera_model = facts.camera_make, facts.camera_model or "Unknown"
    if facts.caption and photo.caption_src in ("", "meta"):
        photo.caption, photo.caption_src = facts.caption, "meta"
    if photo.taken_src == "manual":
        return
    if facts.taken_local is not None:
        photo.taken = photo.taken_local = facts.taken_local
        photo.taken_src, photo.time_zone = "meta", ""
    elif (stamp := STAMPED.fullmatch(photo.name)) is not None and not photo.taken_src:
        _take_name(photo, stamp)
    if photo.taken_src:
        set_date(photo)


def _take_name(photo: Photo, stamp: re.Match[str]) -> None:
    try:
        at = datetime.strptime("".join(stamp.groups()), "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return
    photo.taken = photo.taken_local = round((at - EPOCH).total_seconds()) * SECOND
    photo.taken_src = "name"


def set_date(photo: Photo) -> None:
    """Year, month, day are those of the local time."""
    at = moment(photo.taken_local)
    photo.year, photo.month, photo.day = at.year, at.month, at.day


def to_utc(local: int, zone: str) -> int:
    """The instant of a local time in a zone; "UTC+1" is understood, unknown zones are UTC."""
    fixed = re.fullmatch(r"UTC([+-]\d{1,2})", zone)
    if fixed is not None:
        return local - int(fixed.group(1)) * 3600 * SECOND
    try:
        offset = moment(local).replace(tzinfo=ZoneInfo(zone)).utcoffset()
    except (ZoneInfoNotFoundError, ValueError):
        offset = None
    return local - round((offset or timedelta()).total_seconds()) * SECOND


def describe(catalog: Catalog, photo: Photo) -> None:
    """Type, resolution, title, keywords and quality, after anything has changed."""
    files = [f for f in catalog.files_of(photo) if f.root == "/" and not f.sidecar]
    if files and not photo.type_src:
        photo.type = _type(catalog, photo)
    pixels = max((f.width * f.height for f in files), default=0)
    photo.resolution = round(pixels / 1_000_000)
    if not photo.title_src:
        photo.title = naming.generated_title(
            photo.original_name, photo.name, photo.path, photo.year
        )
    if not photo.details.keywords_src:
        photo.details.keywords = naming.keywords(photo.path.replace("/", " "))
    if photo.lost is None:
        broken = bool(files) and all(f.error for f in files)
        photo.quality = -1 if broken else quality(photo)


def _type(catalog: Catalog, photo: Photo) -> str:
    files = [f for f in catalog.files_of(photo) if f.root == "/"]
    movies = [f for f in files if f.video]
    if movies:
        short = all(f.duration < SHORT_MOVIE for f in movies)
        return "live" if short or any(f.media_type == "image" for f in files) else "video"
    return "animated" if any(f.file_type == "gif" and f.frames > 1 for f in files) else "image"


def quality(photo: Photo) -> int:
    """How much is known; below 3 a photo is to be reviewed, whoever edited it has done that."""
    score = 1 + (3 if photo.favorite else 0) + (photo.taken_src != "") + (photo.resolution >= 2)
    if score < REVIEWED and (photo.type != "image" or photo.edited is not None):
        return REVIEWED
    return score


def edited(catalog: Catalog, photo: Photo) -> None:
    """A person changed something."""
    photo.updated = catalog.clock()
    photo.edited = photo.updated // SECOND * SECOND
    describe(catalog, photo)
