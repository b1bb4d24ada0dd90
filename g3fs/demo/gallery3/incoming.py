"""What a request says: its parameters, its entity, the file it brings."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import BinaryIO

from g3fs.demo.faults import FaultRule
from g3fs.demo.gallery3.entity import Lens
from g3fs.demo.gallery3.gallery import Gallery
from g3fs.demo.gallery3.refusals import ServerError, not_found
from g3fs.demo.gallery3.rights import Viewer
from g3fs.demo.gallery3.rows import Item, Tag


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file part of a form; `name` is the multipart filename."""

    name: str
    source: BinaryIO
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One REST call, understood as far as its address, method and user go."""

    lens: Lens
    method: str
    """get, post, put or delete, after any override."""
    ident: str
    """What stands behind the resource in the address."""
    url: str
    """The address as answers repeat it."""
    params: Mapping[str, str] = field(default_factory=dict)
    """The query of a native GET, else the form."""
    upload: Upload | None = None
    damage: Mapping[str, FaultRule] = field(default_factory=dict)

    @property
    def gallery(self) -> Gallery:
        """The site."""
        return self.lens.gallery

    @property
    def viewer(self) -> Viewer:
        """Who asks."""
        return self.lens.viewer

    def may_edit(self, album: Item) -> bool:
        """Whether the user may edit an album."""
        return self.viewer.can("edit", album)

    def item(self) -> Item:
        """The item in the address, if the user may see it; else the refusal 404."""
        return self.viewer.find(leading_number(self.ident))

    def entity(self) -> object:
        """The entity as decoded JSON; None if it is missing or no JSON."""
        return decoded(self.params.get("entity", "null"))

    def fields_to_change(self) -> Mapping[str, object]:
        """The entity of a PUT: whatever is empty or no JSON changes nothing.

        Raises:
            ServerError: it is a number, true or a list that is not empty.
        """
        entity = self.entity()
        if isinstance(entity, dict):
            return entity
        if not entity or isinstance(entity, str):
            return {}
        raise ServerError("entity is no object")

    def fields_to_create(self) -> Mapping[str, object]:
        """The entity of a POST; whatever is no object counts as empty."""
        entity = self.entity()
        return entity if isinstance(entity, dict) else {}

    # Addresses of other objects. The server does not compare its own prefix, it only cuts it off.

    def resolve(self, url: object, resource: str) -> int:
        """The id in an address of that resource; the refusal 404 for anything else."""
        path = str(url)[len(self.lens.rest) :].partition("?")[0]
        parts = path.split("/", 2)
        if len(parts) != 3 or parts[1] != resource:
            raise not_found()
        return leading_number(parts[2])

    def resolve_item(self, url: object) -> Item:
        """The item with that address, if the user may see it; else the refusal 404."""
        return self.viewer.find(self.resolve(url, "item"))

    def resolve_tag(self, url: object) -> Tag:
        """The tag with that address; else the refusal 404."""
        return find_tag(self.gallery, self.resolve(url, "tag"))


def find_tag(gallery: Gallery, tag_id: int) -> Tag:
    """The tag, or the refusal 404."""
    tag = gallery.tags.get(tag_id)
    if tag is None:
        raise not_found()
    return tag


def leading_number(text: str) -> int:
    """An id is read up to the first non-digit; 0, which nothing has, if there is none."""
    digits = text.lstrip()
    end = next((at for at, char in enumerate(digits) if char not in "0123456789"), len(digits))
    return int(digits[: min(end, 18)] or 0)


def decoded(text: str) -> object:
    """The JSON value; None if it is none. NaN and Infinity are no JSON in PHP either."""
    try:
        return json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return None


def _refuse(constant: str) -> object:
    raise ValueError(constant)


def text_of(value: object) -> str:
    """A JSON value as PHP turns it into text."""
    if value is None or value is False:
        return ""
    return "1" if value is True else str(value)
