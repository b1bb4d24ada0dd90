"""Search words: parameters of an address, and the same inside `q` as name:value."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from g3fs.demo.photoprism.times import at_date, read
from g3fs.demo.photoprism.uids import SHA1, is_uid

TOKEN = re.compile(r'(?:([a-z]+):)?(?:"([^"]*)"|(\S+))')
TRUE = frozenset(("1", "true", "yes", "on", "t", "y"))
FLAG_WORDS = (
    "archived error favorite hidden live merged photo primary private public raw review unsorted "
    "video portrait scan panorama geo mono vector animated all"
)
FLAGS = frozenset(FLAG_WORDS.split())
TEXT_WORDS = (
    "s album path folder filename name original title hash uid type label keywords year month day "
    "before after taken added updated edited quality camera lens country state city person "
    "subject subjects people near lat lng dist color mp q order count offset fmin fmax iso mm "
    "chroma diff s2 olc category albums faces face id stack unstacked stackable"
)
TEXTS = frozenset(TEXT_WORDS.split())
TIMES = ("added", "updated", "edited")
DATES = ("before", "after", "taken")


class BadQuery(Exception):
    """What is asked for cannot be understood; `form`: already the address itself is malformed."""

    def __init__(self, *, form: bool) -> None:
        super().__init__("malformed" if form else "not to be searched for")
        self.form = form


@dataclass(slots=True)
class Query:
    """A search for photos."""

    texts: dict[str, str] = field(default_factory=dict)
    flags: dict[str, bool] = field(default_factory=dict)
    times: dict[str, int] = field(default_factory=dict)
    words: list[str] = field(default_factory=list)

    def flag(self, name: str) -> bool:
        """Whether a flag was asked for."""
        return self.flags.get(name, False)


def from_address(params: Mapping[str, str]) -> Query:
    """The search that the parameters of an address ask for. BadQuery."""
    query = Query()
    for name, value in params.items():
        if name != "q":
            _take(query, name, value, form=True)
    _words(query, params.get("q", ""))
    _check(query)
    return query


def from_filter(text: str) -> Query:
    """The search that is stored in an album. BadQuery."""
    query = Query()
    _words(query, text)
    return query


def _words(query: Query, text: str) -> None:
    if text.strip() and not re.search(r"[^\s:\"]", text):
        raise BadQuery(form=False)
    for name, quoted, plain in TOKEN.findall(text):
        value = quoted or plain
        if name:
            if name not in FLAGS | TEXTS:
                raise BadQuery(form=False)
            _take(query, name, value, form=False)
        else:
            query.words.append(value.lower())


def _take(query: Query, name: str, value: str, *, form: bool) -> None:
    if name in FLAGS:
        query.flags[name] = value.lower() in TRUE
    elif name in TIMES and value:
        try:
            query.times[name] = read(value)
        except ValueError as exc:
            raise BadQuery(form=form) from exc
    elif name in DATES and value:
        try:
            query.times[name] = at_date(value[:10])
        except ValueError as exc:
            raise BadQuery(form=form) from exc
    elif name in TEXTS and value:
        query.texts[name] = value


def _check(query: Query) -> None:
    for uid in query.texts.get("uid", "").split("|"):
        if uid and not (is_uid(uid, "p") or is_uid(uid, "f") or SHA1.fullmatch(uid)):
            raise BadQuery(form=False)
