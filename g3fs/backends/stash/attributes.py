"""The table of extended attributes of a Stash."""

from g3fs.gallery.attributes import Attribute, Form, On
from g3fs.gallery.items import Group

BALOO = "user.baloo.rating"
CHAPTERS = "user.g3fs.chapters"
CODE = "user.g3fs.code"
COMMENT = "user.xdg.comment"
COUNT = "user.g3fs.count"
COVER = "user.g3fs.cover"
DATE = "user.g3fs.date"
DIRECTOR = "user.g3fs.director"
DURATION = "user.g3fs.duration"
HASH = "user.g3fs.hash"
HEIGHT = "user.g3fs.height"
ORGANIZED = "user.g3fs.organized"
PERFORMERS = "user.g3fs.performers"
PHOTOGRAPHER = "user.g3fs.photographer"
RATING = "user.g3fs.rating"
STUDIO = "user.g3fs.studio"
TAGS = "user.g3fs.tags"
TITLE = "user.g3fs.title"
URL = "user.xdg.origin.url"
URLS = "user.g3fs.urls"
WIDTH = "user.g3fs.width"
XDG_TAGS = "user.xdg.tags"


def _carried(name: str, on: On, meaning: str, form: Form = Form.FACT) -> Attribute:
    """What a copy carries along."""
    return Attribute(
        name=name,
        on=on,
        group=Group.LISTING,
        form=form,
        writable=True,
        listed=True,
        meaning=meaning,
    )


def _fact(name: str, on: On, meaning: str, group: Group = Group.LISTING) -> Attribute:
    return Attribute(name=name, on=on, group=group, meaning=meaning)


ATTRIBUTES = (
    _carried(XDG_TAGS, On.ALL, "names of the tags, joined by commas", Form.TAG_LIST),
    _carried(COMMENT, On.ALL, "the details; of a tag its description"),
    _carried(TITLE, On.ALL, "the title, where somebody gave one"),
    # A copy sets them in this order, and the second is the exact one.
    _carried(BALOO, On.ALL, "the rating, 1 to 10"),
    _carried(RATING, On.ALL, "the rating, 1 to 100"),
    _carried(ORGANIZED, On.ALL, "`1` for what is organized"),
    _carried(DATE, On.ALL, "`YYYY-MM-DD`, `YYYY-MM` or `YYYY`"),
    _carried(PHOTOGRAPHER, On.ALL, "who took it"),
    _carried(DIRECTOR, On.MEDIA, "who directed a scene"),
    _carried(CODE, On.ALL, "the code of a studio"),
    _carried(URLS, On.ALL, "addresses, as a JSON array"),
    _carried(PERFORMERS, On.ALL, "names of the performers, as a JSON array"),
    _carried(STUDIO, On.ALL, "name of the studio"),
    Attribute(
        name=TAGS,
        on=On.ALL,
        group=Group.LISTING,
        form=Form.TAG_JSON,
        writable=True,
        meaning="names of the tags, as a JSON array",
    ),
    Attribute(
        name=COVER,
        on=On.ALBUMS,
        group=Group.DETAILS,
        writable=True,
        meaning="name of the image that is the cover of a gallery",
    ),
    Attribute(
        name=CHAPTERS,
        on=On.ALBUMS,
        group=Group.DETAILS,
        writable=True,
        meaning="chapters of a gallery: a JSON array of `title` and `image`, the image's name",
    ),
    Attribute(name=COUNT, on=On.MEDIA, group=Group.LISTING, writable=True, meaning="the o-counter"),
    _fact(URL, On.ALL, "the address of its web page", Group.DETAILS),
    _fact(HASH, On.MEDIA, "MD5 of an image, oshash of a scene"),
    _fact(WIDTH, On.MEDIA, "pixels"),
    _fact(HEIGHT, On.MEDIA, "pixels"),
    _fact(DURATION, On.MEDIA, "of a movie, seconds"),
)
