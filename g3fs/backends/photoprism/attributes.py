"""The table of extended attributes of a PhotoPrism."""

from g3fs.gallery.attributes import Attribute, Form, On
from g3fs.gallery.items import Group

ALBUMS = "user.g3fs.albums"
APPROVED = "user.g3fs.approved"
ARTIST = "user.g3fs.artist"
CAMERA = "user.g3fs.camera"
CATEGORY = "user.g3fs.category"
COMMENT = "user.xdg.comment"
COPYRIGHT = "user.g3fs.copyright"
COVER = "user.g3fs.cover"
DURATION = "user.g3fs.duration"
FAVORITE = "user.g3fs.favorite"
HASH = "user.g3fs.hash"
HEIGHT = "user.g3fs.height"
KEYWORDS = "user.g3fs.keywords"
LENS = "user.g3fs.lens"
LOCATION = "user.g3fs.location"
PHOTO = "user.g3fs.photo"
PLACE = "user.g3fs.place"
PRIVATE = "user.g3fs.private"
QUALITY = "user.g3fs.quality"
TITLE = "user.g3fs.title"
WIDTH = "user.g3fs.width"


def _carried(name: str, on: On, group: Group, meaning: str, form: Form = Form.FACT) -> Attribute:
    """What a copy carries along."""
    return Attribute(
        name=name, on=on, group=group, form=form, writable=True, listed=True, meaning=meaning
    )


def _fact(name: str, on: On, meaning: str, group: Group = Group.LISTING) -> Attribute:
    return Attribute(name=name, on=on, group=group, meaning=meaning)


ATTRIBUTES = (
    _carried(
        "user.xdg.tags",
        On.MEDIA,
        Group.TAGS,
        "names of the labels, joined by commas",
        Form.TAG_LIST,
    ),
    _carried(COMMENT, On.ALL, Group.LISTING, "the caption; of an album the description"),
    _carried(TITLE, On.ALL, Group.DETAILS, "the title, where the server did not make it up"),
    _carried(KEYWORDS, On.MEDIA, Group.DETAILS, "single lower-case words, joined by commas"),
    _carried(ARTIST, On.MEDIA, Group.DETAILS, "who took the picture"),
    _carried(COPYRIGHT, On.MEDIA, Group.DETAILS, "who has the rights in it"),
    _carried(FAVORITE, On.ALL, Group.LISTING, "`1` for a favorite"),
    _carried(PRIVATE, On.ALL, Group.LISTING, "`1` for what is private"),
    _carried(CATEGORY, On.ALBUMS, Group.LISTING, "the category of an album"),
    Attribute(
        name="user.g3fs.tags",
        on=On.MEDIA,
        group=Group.TAGS,
        form=Form.TAG_JSON,
        writable=True,
        meaning="names of the labels, as a JSON array",
    ),
    Attribute(
        name=LOCATION,
        on=On.ALL,
        group=Group.LISTING,
        writable=True,
        meaning="degrees, `LATITUDE,LONGITUDE`; of an album a text",
    ),
    Attribute(
        name=APPROVED,
        on=On.MEDIA,
        group=Group.LISTING,
        writable=True,
        meaning="`1` where nobody has to review it",
    ),
    Attribute(
        name=COVER,
        on=On.ALBUMS,
        group=Group.LISTING,
        writable=True,
        meaning="name of the cover if it is in the album, else `hash:` and its hash",
    ),
    _fact(ALBUMS, On.MEDIA, "titles of the albums that it is in, as a JSON array", Group.DETAILS),
    _fact(PLACE, On.MEDIA, "what the server calls the place"),
    _fact(HASH, On.MEDIA, "SHA-1 of the file"),
    _fact(PHOTO, On.MEDIA, "the server's id of the photo that the file is part of"),
    _fact(QUALITY, On.MEDIA, "0 to 7; below 3 it is to be reviewed"),
    _fact(CAMERA, On.MEDIA, "make and model"),
    _fact(LENS, On.MEDIA, "the lens"),
    _fact(WIDTH, On.MEDIA, "pixels"),
    _fact(HEIGHT, On.MEDIA, "pixels"),
    _fact(DURATION, On.MEDIA, "of a movie, seconds"),
)
