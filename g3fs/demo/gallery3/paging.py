"""Pages of tags and comments: ten unless told, never more than a hundred."""

from collections.abc import Sequence

from g3fs.demo.gallery3.incoming import Call
from g3fs.demo.gallery3.refusals import ServerError

PAGE_DEFAULT, PAGE_MAX = 10, 100


def page(call: Call, ids: Sequence[int]) -> Sequence[int]:
    """The part that `num` and `start` ask for; ServerError if one of them is negative."""
    num = _number(call, "num", PAGE_DEFAULT)
    start = _number(call, "start", 0)
    if num < 0 or start < 0:
        raise ServerError("negative limit in a query")
    return ids[start : start + min(num, PAGE_MAX)]


def _number(call: Call, name: str, default: int) -> int:
    text = call.params.get(name, "")
    try:
        return int(text)
    except ValueError:
        return default
