"""Names of tags as the text of an extended attribute."""

import json
from collections.abc import Sequence

COMMA_STAND_IN = "\N{SINGLE LOW-9 QUOTATION MARK}"
"""Shown for a comma inside a tag name, because a comma parts the names of user.xdg.tags."""


def joined_tags(names: Sequence[str]) -> str:
    """Tag names the freedesktop way: joined by commas, those inside a name replaced."""
    return ",".join(name.replace(",", COMMA_STAND_IN) for name in names)


def compact_json(value: object) -> str:
    """A list or record as it stands in an attribute."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def split_tags(text: str) -> tuple[str, ...]:
    """The names in a text as `joined_tags` makes it; blanks around them, and repeats, go."""
    names = (name.strip().replace(COMMA_STAND_IN, ",") for name in text.split(","))
    return tuple(dict.fromkeys(name for name in names if name))
