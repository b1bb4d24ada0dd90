"""Numbers in an entity, as the database takes them."""

from g3fs.demo.gallery3.refusals import ServerError

TIME_MIN, TIME_MAX = -(2**31), 2**31 - 1


def time_value(value: object) -> int | None:
    """Unix seconds of 32 bits; fractions are rounded, null clears.

    Raises:
        ServerError: it is text, or too large.
    """
    if value is None:
        return None
    number = _number(value)
    if number is None or not TIME_MIN <= number <= TIME_MAX:
        raise ServerError("out of range for column")
    return number


def column_value(value: object) -> int | None:
    """A number column; null clears.

    Raises:
        ServerError: it is text.
    """
    number = _number(value)
    if number is None and value is not None:
        raise ServerError("incorrect integer value")
    return number


def _number(value: object) -> int | None:
    try:
        return round(float(value)) if isinstance(value, int | float | str) else None
    except (ValueError, OverflowError):
        return None
