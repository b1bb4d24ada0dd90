"""Times as the server writes them: RFC 3339 in its own zone."""

from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache


@lru_cache(maxsize=65536)
def time_text(seconds: float, zone_minutes: int) -> str:
    """Whole seconds without a fraction, others (of jobs) with nanoseconds."""
    zone = timezone(timedelta(minutes=zone_minutes)) if zone_minutes else UTC
    moment = datetime.fromtimestamp(int(seconds), zone)
    fraction = f".{round(seconds % 1 * 1e9):09}" if isinstance(seconds, float) else ""
    return moment.strftime("%Y-%m-%dT%H:%M:%S") + fraction + _zone_text(zone_minutes)


def _zone_text(minutes: int) -> str:
    if not minutes:
        return "Z"
    sign = "-" if minutes < 0 else "+"
    return f"{sign}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
