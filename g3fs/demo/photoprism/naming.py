"""What PhotoPrism makes of names: slugs, titles, labels, keywords."""

import re
import unicodedata
from collections.abc import Iterable, Mapping

TITLE_MAX, SLUG_MAX, LABEL_MAX = 158, 80, 160
SMALL = "a an and as at by for from in is it of on or the to via with und y de"
SMALL_WORDS = frozenset(SMALL.split())
KEPT = re.compile(r"[^a-z0-9_-]+")
WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
CYRILLIC = "абвгдежзийклмнопрстуфхцчшщъыьэюя"
LATIN = "a b v g d e zh z i i k l m n o p r s t u f kh ts ch sh shch - y - e iu ia"
TRANSLITERATION: Mapping[str, str] = {
    **{letter: text.strip("-") for letter, text in zip(CYRILLIC, LATIN.split(), strict=True)},
    "ß": "ss", "æ": "ae", "ø": "o", "đ": "d", "ł": "l", "œ": "oe", "þ": "th", "ð": "d",
    "日": "Ri ", "本": "Ben ", "東": "Dong ", "京": "Jing ", "写": "Xie ", "真": "Zhen ",
    "&": " and ", "@": " at ",
}  # fmt: skip
"""A part of what the real server knows; other letters beyond ASCII become their number."""


def slug(text: str) -> str:
    """What decides whether two albums, or two labels, are the same."""
    plain = "".join(_ascii(letter) for letter in text.strip().lower())
    made = re.sub(r"-{2,}", "-", KEPT.sub("-", plain.lower())).strip("-_")
    return made[:SLUG_MAX].rstrip("-") or ("-" if text.strip() else "")


def _ascii(letter: str) -> str:
    if letter.isascii() and letter not in TRANSLITERATION:
        return letter
    known = TRANSLITERATION.get(letter)
    if known is not None:
        return known
    bare = "".join(c for c in unicodedata.normalize("NFKD", letter) if c.isascii())
    if bare or not letter.isalnum():
        return bare
    return f"u{ord(letter):x} "


def album_title(text: str) -> str:
    """The title of an album as it is stored; "" if nothing remains."""
    title = text.strip("_&|{}<>: \n\r\t\\").replace('"', "“")
    return title if len(title) <= TITLE_MAX else title[: TITLE_MAX - 1].rstrip() + "…"


def label_name(text: str) -> str:
    """The name of a label as it is stored."""
    words = re.split(r"([\s_-]+)", text.strip()[:LABEL_MAX])
    if not any(words):
        return "Unknown"
    return "".join(_capital(word, first=at == 0) for at, word in enumerate(words))


def _capital(word: str, *, first: bool) -> str:
    if word[:1].isspace() or word[:1] in ("_", "-"):
        return " "
    if not first and word.lower() in SMALL_WORDS:
        return word.lower()
    return word[:1].upper() + word[1:]


def keywords(text: str) -> str:
    """Single lower-case words in order, without single letters, numbers and repetitions."""
    return ", ".join(sorted(set(keyword_list(text))))


def keyword_list(text: str) -> Iterable[str]:
    """The words of a text that count as keywords."""
    return (word for word in WORD.findall(text.lower()) if len(word) > 1 and not word.isdigit())


def generated_title(original: str, name: str, path: str, year: int) -> str:
    """What the server calls a photo that nobody gave a title to."""
    words = _title_words(original or name)
    for folder in reversed(path.split("/")):
        words = words or _title_words(folder)
    subject = " ".join(words) or "Unknown"
    return f"{subject} / {year}" if year > 0 else subject


def _title_words(text: str) -> list[str]:
    """Words that say something: no numbers, none of the words that cameras write."""
    found = [word for word in re.split(r"[\W\d_]+", text) if len(word) > 3 or word == "one"]
    if any(word.isupper() for word in found):
        return []
    return [word[:1].upper() + word[1:] for word in found]
