"""Times as PhotoPrism writes them: RFC 3339 in UTC, up to nine decimals; here nanoseconds."""

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache

SECOND = 1_000_000_000
ZERO = "0001-01-01T00:00:00Z"
"""How lists write "no time"; details write null."""
ISO = re.compile(
    r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(?:Z|([+-])(\d\d):(\d\d))", re.ASCII
)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@lru_cache(maxsize=65536)
def written(ns: int) -> str:
    """The time with as many decimals as it needs."""
    fraction = f".{ns % SECOND:09}".rstrip("0").rstrip(".")
    return moment(ns).strftime("%Y-%m-%dT%H:%M:%S").zfill(19) + fraction + "Z"


def to_second(ns: int) -> str:
    """The time without its fraction."""
    return written(ns - ns % SECOND)


def or_zero(ns: int | None) -> str:
    """For lists."""
    return ZERO if ns is None else written(ns)


def or_null(ns: int | None) -> str | None:
    """For details."""
    return None if ns is None else written(ns)


def moment(ns: int) -> datetime:
    """The second in which the time lies, in UTC."""
    return EPOCH + timedelta(seconds=ns // SECOND)


def read(text: str) -> int:
    """The time from RFC 3339 in full. ValueError for anything else."""
    match = ISO.fullmatch(text)
    if match is None:
        raise ValueError(f"not a time: {text!r}")
    whole, fraction, sign, hours, minutes = match.groups()
    at = datetime.fromisoformat(whole).replace(tzinfo=UTC)
    ns = round((at - EPOCH).total_seconds()) * SECOND + int((fraction or "").ljust(9, "0"))
    shift = (int(hours or 0) * 3600 + int(minutes or 0) * 60) * SECOND
    return ns + shift if sign == "-" else ns - shift


def at_date(text: str) -> int:
    """Midnight of YYYY-MM-DD. ValueError for anything else."""
    day = datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    return round((day - EPOCH).total_seconds()) * SECOND
