"""Which photos a search finds."""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache

from g3fs.demo.photoprism.catalog import Catalog
from g3fs.demo.photoprism.naming import keyword_list, slug
from g3fs.demo.photoprism.rows import Album, Photo
from g3fs.demo.photoprism.searching.query import BadQuery, Query, from_filter
from g3fs.demo.photoprism.times import SECOND
from g3fs.demo.photoprism.uids import is_uid

Test = Callable[[Photo], bool]
DAY = 86_400 * SECOND


@lru_cache(maxsize=4096)
def pattern(text: str) -> re.Pattern[str]:
    """`|` is or, `*` anything; case does not count. Nothing of this can be escaped."""
    ways = (".*".join(re.escape(part) for part in way.split("*")) for way in text.split("|"))
    return re.compile("|".join(f"(?:{way})" for way in ways), re.IGNORECASE | re.DOTALL)


def like(text: str, value: str) -> bool:
    """Whether a value is one of those that the text asks for."""
    return pattern(text).fullmatch(value) is not None


class Matcher:
    """Finds the photos of a query in one catalog."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def photos(self, query: Query) -> Iterable[Photo]:
        """Those that fit, in no order. BadQuery: an unknown album as scope."""
        tests = [self._state(query), *self._tests(query)]
        found = self._candidates(query)
        return [photo for photo in found if all(test(photo) for test in tests)]

    def in_album(self, album: Album) -> list[Photo]:
        """What a list of the album shows."""
        query = Query(texts={"s": album.uid})
        return list(self.photos(query))

    def _candidates(self, query: Query) -> Iterable[Photo]:
        scope = query.texts.get("s") or query.texts.get("album", "")
        if not scope:
            return self._catalog.photos.values()
        if not is_uid(scope, "a"):
            if "s" in query.texts:
                raise BadQuery(form=False)
            return self._titled(scope)
        album = self._catalog.live_album(scope)
        if album is None:
            raise BadQuery(form=False)
        return self._members(album)

    def _titled(self, title: str) -> Iterable[Photo]:
        named = [a for a in self._catalog.live_albums("album") if like(title, a.title)]
        return {p.uid: p for album in named for p in self._members(album)}.values()

    def _members(self, album: Album) -> Iterable[Photo]:
        entries = self._catalog.entries[album.uid]
        photos = self._catalog.photos
        if album.type == "album":
            return [photos[uid] for uid, e in entries.items() if not e.hidden and uid in photos]
        if album.type == "folder":
            found = [p for p in photos.values() if p.path == album.path and not p.private]
        else:
            found = list(self.photos(from_filter(album.filter)))
        taken_out = {uid for uid, entry in entries.items() if entry.hidden}
        return [photo for photo in found if photo.uid not in taken_out]

    def _state(self, query: Query) -> Test:
        """Archived or not, broken or not."""
        if query.flag("archived"):
            scoped = "s" in query.texts
            return lambda p: p.archived is not None and p.lost is None and not scoped
        if query.flag("hidden"):
            return lambda p: p.deleted is None and p.quality < 0
        return lambda p: p.deleted is None and p.quality >= 0

    def _tests(self, query: Query) -> Iterable[Test]:
        for name, value in query.texts.items():
            make = _BY_TEXT.get(name)
            if make is not None:
                yield make(value)
            elif name in _OF_CATALOG:
                yield _OF_CATALOG[name](self._catalog, value)
        for name, wanted in query.flags.items():
            flag = _BY_FLAG.get(name)
            if flag is not None and wanted:
                yield flag
        yield from _timed(query)
        if query.words:
            yield lambda p: set(query.words) <= self.keywords(p)

    def keywords(self, photo: Photo) -> set[str]:
        """The words by which a photo is found."""
        labels = (self._catalog.labels[number].name for number in photo.labels)
        texts = (photo.details.keywords, photo.title, photo.path, photo.name, *labels)
        return {word for text in texts for word in keyword_list(text)}


def _path(value: str) -> Test:
    """A pattern; with a slash at its end exactly this path, whatever characters are in it."""
    if value.removeprefix("/").endswith("/"):
        exact = value.removeprefix("/")[:-1]
        return lambda p: p.path == exact
    wanted = value.strip("/")
    return (lambda p: like(wanted, p.path)) if wanted else (lambda _: True)


def _number(field: str) -> Callable[[str], Test]:
    def make(value: str) -> Test:
        numbers = {int(part) for part in value.split("|") if re.fullmatch(r"-?\d+", part)}
        return lambda p: getattr(p, field) in numbers

    return make


def _quality(value: str) -> Test:
    least = int(value) if re.fullmatch(r"-?\d+", value) else 0
    return lambda p: p.quality >= least


def _text(field: str) -> Callable[[str], Test]:
    return lambda value: lambda p: like(value, getattr(p, field))


def _file_name(catalog: Catalog, value: str) -> Test:
    return lambda p: any(like(value.strip("/"), f.name) for f in catalog.files_of(p))


def _hash(catalog: Catalog, value: str) -> Test:
    wanted = set(value.split("|"))
    return lambda p: any(f.hash in wanted for f in catalog.files_of(p))


def _uid(catalog: Catalog, value: str) -> Test:
    wanted = set(value.split("|"))
    return lambda p: (
        p.uid in wanted or any(f.uid in wanted or f.hash in wanted for f in catalog.files_of(p))
    )


def _label(catalog: Catalog, value: str) -> Test:
    wanted = {slug(part) for part in value.split("|")}
    ids = {x.id for x in catalog.labels.values() if wanted & {x.slug, x.custom_slug}}
    return lambda p: any(n in ids and p.labels[n].uncertainty < 100 for n in p.labels)


def _keywords(catalog: Catalog, value: str) -> Test:
    wanted = set(re.split(r"[\s,&|]+", value.lower()))
    matcher = Matcher(catalog)
    return lambda p: bool(wanted & matcher.keywords(p))


def _person(catalog: Catalog, value: str) -> Test:
    wanted = set(value.split("|"))
    uids = {s.uid for s in catalog.subjects.values() if wanted & {s.uid, s.slug, s.name}}
    return lambda p: not uids.isdisjoint(p.people)


_BY_TEXT: Mapping[str, Callable[[str], Test]] = {
    "path": _path,
    "folder": _path,
    "name": _text("name"),
    "original": _text("original_name"),
    "title": _text("title"),
    "type": _text("type"),
    "country": _text("country"),
    "state": _text("state"),
    "year": _number("year"),
    "month": _number("month"),
    "day": _number("day"),
    "quality": _quality,
    "camera": _text("camera_model"),
}
_OF_CATALOG: Mapping[str, Callable[[Catalog, str], Test]] = {
    "filename": _file_name,
    "hash": _hash,
    "uid": _uid,
    "label": _label,
    "keywords": _keywords,
    "person": _person,
    "people": _person,
    "subject": _person,
    "subjects": _person,
}
_BY_FLAG: Mapping[str, Test] = {
    "favorite": lambda p: p.favorite,
    "private": lambda p: p.private,
    "public": lambda p: not p.private,
    "review": lambda p: p.quality < 3,
    "video": lambda p: p.type in ("video", "live"),
    "photo": lambda p: p.type in ("image", "raw", "live", "animated"),
    "live": lambda p: p.type == "live",
    "animated": lambda p: p.type == "animated",
    "raw": lambda p: p.type == "raw",
    "vector": lambda p: p.type == "vector",
    "geo": lambda p: bool(p.lat or p.lng),
}


def _timed(query: Query) -> Iterable[Test]:
    """`before` excludes the day given, the others include it; all by UTC."""
    times = query.times
    if "before" in times:
        yield lambda p: p.taken < times["before"]
    if "after" in times:
        yield lambda p: p.taken >= times["after"]
    if "taken" in times:
        yield lambda p: times["taken"] <= p.taken < times["taken"] + DAY
    if "added" in times:
        yield lambda p: p.created >= times["added"]
    if "updated" in times:
        yield lambda p: p.updated >= times["updated"]
    if "edited" in times:
        yield lambda p: p.edited is not None and p.edited >= times["edited"]
