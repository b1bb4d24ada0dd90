"""Names that PhotoPrism gives: a letter for the kind, the time, and chance."""

import random
import re
import threading

DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
FIXED_S = 1_795_252_386
"""The time in seeded names."""
UID = re.compile(r"[a-z][a-z0-9]{15}")
SHA1 = re.compile(r"[0-9a-f]{40}")


class Uids:
    """Makes names that never repeat. A seed makes the same ones again."""

    def __init__(self, seed: str | None = None) -> None:
        self._random = random.Random(seed)  # noqa: S311 - names, not secrets
        self._always = seed is not None
        self._lock = threading.Lock()

    def new(self, kind: str, seconds: int) -> str:
        """Sixteen characters; `kind` is p for photos, f files, a albums, d folders, l labels."""
        at = FIXED_S if self._always else seconds
        return kind + base36(at).rjust(6, "0")[-6:] + self.word(9)

    def word(self, length: int) -> str:
        """Letters and digits."""
        with self._lock:
            return "".join(self._random.choices(DIGITS, k=length))


def base36(number: int) -> str:
    """The number in digits and lower-case letters."""
    text = ""
    while number:
        number, digit = divmod(number, 36)
        text = DIGITS[digit] + text
    return text or "0"


def is_uid(text: str, kind: str) -> bool:
    """Whether this is a well-formed name of that kind."""
    return text.startswith(kind) and UID.fullmatch(text) is not None
