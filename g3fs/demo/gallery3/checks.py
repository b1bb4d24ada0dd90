"""Validation: which values a Gallery 3 refuses, with which code, in which order."""

from collections.abc import Mapping
from dataclasses import dataclass

from g3fs.demo.gallery3.names import (
    MOVIE_TYPES,
    NAME_MAX,
    PHOTO_TYPES,
    Kind,
    extension_of,
    is_reserved,
    is_storable,
    slug_is_safe,
)
from g3fs.demo.gallery3.ordering import SORT_COLUMNS, SORT_ORDERS
from g3fs.demo.gallery3.refusals import ServerError, invalid
from g3fs.demo.gallery3.rows import ROOT_ID

DESCRIPTION_MAX = 65535
"""Characters by the rule, bytes by the database: in between it is the database that complains."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The values that a create or a change would store; None: not touched."""

    kind: Kind
    parent_id: int
    name: str | None = None
    slug: str | None = None
    title: str | None = None
    description: str | None = None
    sort_column: str | None = None
    sort_order: str | None = None
    mime_error: bool = False
    """The data is of no type that the server knows."""
    name_error: str | None = None
    """What is wrong with the data, which is told as an error of the name."""
    parent_error: bool = False
    cover_error: bool = False


def check(wanted: Wanted) -> None:
    """Raise the refusal 400 that lists what is wrong, or ServerError for the database."""
    errors: dict[str, str] = {}
    _check_lengths(wanted, errors)
    found = {
        "album_cover_item_id": "invalid_item" if wanted.cover_error else None,
        "mime_type": "invalid" if wanted.mime_error else None,
        "name": wanted.name_error,
        "parent_id": "invalid" if wanted.parent_error else None,
        "slug": _slug_error(wanted),
        "sort_column": _choice_error(wanted.sort_column, SORT_COLUMNS),
        "sort_order": _choice_error(wanted.sort_order, SORT_ORDERS),
    }
    for field, code in found.items():
        if code is not None:
            errors.setdefault(field, code)
    if errors:
        raise invalid(errors)
    texts = (wanted.name, wanted.slug, wanted.title, wanted.description)
    if not all(text is None or is_storable(text) for text in texts):
        raise ServerError("the database knows three bytes a character")
    if len((wanted.description or "").encode(errors="replace")) > DESCRIPTION_MAX:
        raise ServerError("the description is too long for the database")


def _check_lengths(wanted: Wanted, errors: dict[str, str]) -> None:
    """The rules that come first, in alphabetical order of the fields."""
    if wanted.description is not None and len(wanted.description) > DESCRIPTION_MAX:
        errors["description"] = "length"
    texts: Mapping[str, str | None] = {
        "name": wanted.name,
        "slug": wanted.slug,
        "title": wanted.title,
    }
    for field, text in texts.items():
        if text == "":
            errors[field] = "required"
        elif text is not None and len(text) > NAME_MAX:
            errors[field] = "length"


def _slug_error(wanted: Wanted) -> str | None:
    if wanted.slug is None:
        return None
    if not slug_is_safe(wanted.slug):
        return "not_url_safe"
    reserved = wanted.parent_id == ROOT_ID and is_reserved(wanted.slug)
    return "reserved" if reserved else None


def _choice_error(value: str | None, choices: frozenset[str]) -> str | None:
    return None if value is None or value in choices else "invalid"


def data_error(kind: Kind, name: str, size: int, *, known: bool) -> str | None:
    """The code for data that is not of the kind, told as an error of the name."""
    legal = PHOTO_TYPES if kind == "photo" else MOVIE_TYPES
    if extension_of(name).lower() not in legal:
        return "illegal_data_file_extension"
    if size == 0:
        return "empty_data_file"
    return None if known else "invalid_data_file"
