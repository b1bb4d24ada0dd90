"""Extended attributes that come with a listing: what is empty is left out."""

from collections.abc import Sequence
from sys import intern

from g3fs.backends.facts import Facts
from g3fs.backends.stash import attributes
from g3fs.clients.stash.wire.files import WireFile
from g3fs.clients.stash.wire.galleries import WireGallery
from g3fs.clients.stash.wire.images import WireImage
from g3fs.clients.stash.wire.named import WireNamed, WirePerformer, WireStudio, WireTag
from g3fs.clients.stash.wire.scenes import WireScene
from g3fs.gallery.tagtext import compact_json, joined_tags

Record = WireImage | WireScene
"""What has files."""

_BEST_RATING = 100

_COMMON = (
    attributes.XDG_TAGS,
    attributes.TAGS,
    attributes.COMMENT,
    attributes.TITLE,
    attributes.BALOO,
    attributes.RATING,
    attributes.ORGANIZED,
    attributes.DATE,
    attributes.CODE,
    attributes.URLS,
    attributes.PERFORMERS,
    attributes.STUDIO,
)
_OF_GALLERIES = (*_COMMON, attributes.PHOTOGRAPHER)
_OF_MEDIA = (
    *_COMMON,
    attributes.PHOTOGRAPHER,
    attributes.DIRECTOR,
    attributes.COUNT,
    attributes.HASH,
    attributes.WIDTH,
    attributes.HEIGHT,
    attributes.DURATION,
)
_OF_NAMES = (
    attributes.XDG_TAGS,
    attributes.TAGS,
    attributes.COMMENT,
    attributes.URLS,
    attributes.BALOO,
    attributes.RATING,
)

_shapes: dict[tuple[str, ...], tuple[str, ...]] = {}
"""Which names occur together: most of thousands of images have the same few attributes."""


def gallery_facts(wire: WireGallery) -> Facts:
    """Those of a gallery."""
    return _compact(_OF_GALLERIES, (*_common(wire), intern(wire.photographer)))


def media_facts(record: Record, file: WireFile) -> Facts:
    """Those of a file: of the image or scene that it is part of, and its own."""
    image = isinstance(record, WireImage)
    return _compact(
        _OF_MEDIA,
        (
            *_common(record),
            intern(record.photographer) if isinstance(record, WireImage) else None,
            None if isinstance(record, WireImage) else intern(record.director),
            _number(record.o_count or None),
            file.fingerprint("md5" if image else "oshash"),
            _number(file.width or None),
            _number(file.height or None),
            f"{file.duration_s:.3f}" if file.duration_s else None,
        ),
    )


def name_facts(wire: WireTag | WirePerformer | WireStudio) -> Facts:
    """Those of a tag, performer or studio."""
    if isinstance(wire, WireTag):
        return _compact(_OF_NAMES, ("", "", wire.description, "", "", ""))
    rating = _rating(wire.rating)
    return _compact(
        _OF_NAMES, (*_tags(wire.tags), wire.details, _list(wire.urls), _stars(rating), rating)
    )


def _common(wire: WireGallery | Record) -> tuple[str | None, ...]:
    rating = _rating(wire.rating)
    return (
        *_tags(wire.tags),
        wire.details,
        wire.title if wire.title.strip() else None,
        _stars(rating),
        rating,
        "1" if wire.organized else None,
        intern(wire.date),
        wire.code,
        _list(wire.urls),
        _list([performer.name for performer in wire.performers]),
        intern(wire.studio.name) if wire.studio else None,
    )


def _compact(names: tuple[str, ...], texts: Sequence[str | None]) -> Facts:
    pairs = [(name, text) for name, text in zip(names, texts, strict=True) if text]
    shape = tuple(name for name, _ in pairs)
    return Facts(_shapes.setdefault(shape, shape), tuple(text for _, text in pairs))


def _tags(tags: Sequence[WireNamed]) -> tuple[str, str]:
    """Both forms; many images carry the same few."""
    names = sorted({tag.name for tag in tags if tag.name}, key=str.casefold)
    return intern(joined_tags(names)), _list(names)


def _rating(rating: int | None) -> str | None:
    """What people gave; the server stores any number."""
    return _number(rating) if rating is not None and 1 <= rating <= _BEST_RATING else None


def _stars(rating: str | None) -> str | None:
    """Out of ten; whatever is rated has at least one."""
    return None if rating is None else intern(str(max(1, (int(rating) + 5) // 10)))


def _list(texts: Sequence[str]) -> str:
    return intern(compact_json(list(texts))) if texts else ""


def _number(number: int | None) -> str | None:
    """As text, which is shared: thousands of photos have the same few widths."""
    return None if number is None else intern(str(number))
