"""What the database of Gallery 3 can store."""

from g3fs.gallery.errors import BadName, Invalid, ValueTooLong

_LAST_STORED = "\uffff"
"""Three bytes of UTF-8 a character; beyond (emoji) the server fails with 500."""

MAX_TITLE = 255
"""Characters; of names and slugs as well."""

MAX_TEXT_BYTES = 65535


def is_storable(text: str) -> bool:
    """Whether every character can be stored: none above U+FFFF, no lone surrogate."""
    return all(char <= _LAST_STORED and not "\ud800" <= char <= "\udfff" for char in text)


def check_text(text: str, what: str) -> str:
    """The text itself; BadName when it has characters that cannot be stored."""
    if not is_storable(text):
        raise BadName(f"{what} has characters that this gallery cannot store (such as emoji)")
    return text


def check_title(title: str) -> str:
    """A title that can be stored: 1 to 255 characters."""
    check_text(title, "the title")
    if not title:
        raise Invalid("the title cannot be empty")
    if len(title) > MAX_TITLE:
        raise ValueTooLong(f"the title has at most {MAX_TITLE} characters")
    return title


def check_long_text(text: str, what: str) -> str:
    """A description or comment that can be stored: up to 65535 bytes."""
    check_text(text, what)
    if len(text.encode("utf-8")) > MAX_TEXT_BYTES:
        raise ValueTooLong(f"{what} has at most {MAX_TEXT_BYTES} bytes")
    return text
