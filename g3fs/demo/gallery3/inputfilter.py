"""The filter that form values pass before anything else looks at them: markup is cut out.

After system/libraries/Input.php (xss_filter_default) of the maintained fork, mid-2026.
"""

import re
from html.entities import name2codepoint

_SPLIT_ENTITY = re.compile(r"(&#*\w+)[\x00-\x20]+;")
_OPEN_ENTITY = re.compile(r"(&#x*[0-9A-F]+);*", re.IGNORECASE)
_ENTITY = re.compile(r"&(#x[0-9a-f]+|#[0-9]+|\w+);", re.IGNORECASE)
_HANDLER = re.compile(
    r"(?:on[a-z]+|xmlns)\s*=\s*['\"\x00-\x20]?[^'\">]*['\"\x00-\x20]?\s?", re.IGNORECASE
)
_STYLE = re.compile(r"(<[^>]+?[\x00-\x20\"'/])style[^>]*?>", re.IGNORECASE)
_BLANKS = r"[\x00-\x20]*"
_SCRIPTS = tuple(
    re.compile(
        rf"([a-z]*){_BLANKS}={_BLANKS}([`'\"]*){_BLANKS}" + _BLANKS.join(word) + f"{_BLANKS}:",
        re.IGNORECASE,
    )
    for word in ("javascript", "vbscript")
)
_NAMESPACED = re.compile(r"</*\w+:\w[^>]*>")
_ELEMENT = re.compile(
    r"</*(?:applet|b(?:ase|gsound|link)|embed|frame(?:set)?|i(?:frame|layer)|l(?:ayer|ink)|meta"
    r"|object|s(?:cript|tyle)|title|xml)[^>]*>",
    re.IGNORECASE,
)


def filtered(value: str) -> str:
    """The value as the gallery gets to see it: cleaned until there is nothing left to clean."""
    while any(mark in value for mark in "<&="):
        cleaner = _cleaned_once(value)
        if cleaner == value:
            break
        value = cleaner
    return value.replace("\r\n", "\n").replace("\r", "\n")


def _cleaned_once(value: str) -> str:
    for entity in ("&amp;", "&lt;", "&gt;"):
        value = value.replace(entity, "&amp;" + entity[1:])
    value = _SPLIT_ENTITY.sub(r"\1;", value)
    value = _OPEN_ENTITY.sub(r"\1;", value)
    value = _ENTITY.sub(_decoded, value)
    value = _HANDLER.sub("", value)
    value = _SCRIPTS[0].sub(r"\1=\2nojavascript...", value)
    value = _SCRIPTS[1].sub(r"\1=\2novbscript...", value)
    value = _STYLE.sub(r"\1>", value)
    value = _NAMESPACED.sub("", value)
    return _ELEMENT.sub("", value)


def _decoded(match: re.Match[str]) -> str:
    """One entity; single quotes are left alone, as html_entity_decode(ENT_COMPAT) does."""
    name = match.group(1)
    if name.startswith("#"):
        code = int("0" + name[1:], 0) if name[1] in "xX" else int(name[1:])
    else:
        code = name2codepoint.get(name, 0)
    if code in (0, 39) or code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
        return match.group(0)
    return chr(code)
