"""Mappings that every item has, made small: a catalog holds a hundred thousand of each.

A dictionary of five facts takes 300 bytes and one of two renditions 400; these take half and a
quarter of that (measured on Python 3.11).
"""

from collections.abc import Iterator, Mapping

from g3fs.gallery.items import Rendition, RenditionFacts

THUMB = Rendition("thumb")
RESIZE = Rendition("resize")


class Facts(Mapping[str, str]):
    """Texts under names that many items share; None and empty ones are not in it."""

    __slots__ = ("_names", "_texts")

    def __init__(self, names: tuple[str, ...], texts: tuple[str | None, ...]) -> None:
        self._names = names
        self._texts = tuple(text or None for text in texts)

    def __getitem__(self, name: str) -> str:
        text = self._texts[self._names.index(name)] if name in self._names else None
        if not text:
            raise KeyError(name)
        return text

    def __iter__(self) -> Iterator[str]:
        return (name for name, text in zip(self._names, self._texts, strict=True) if text)

    def __len__(self) -> int:
        return sum(bool(text) for text in self._texts)

    def __eq__(self, other: object) -> bool:
        # Whole albums are compared whenever they are looked at again: so without dictionaries.
        if isinstance(other, Facts):
            return self._names == other._names and self._texts == other._texts
        return super().__eq__(other)

    __hash__ = None  # type: ignore[assignment]  # as any other mapping

    def __repr__(self) -> str:
        return repr(dict(self))


class Renditions(Mapping[Rendition, RenditionFacts]):
    """The smaller pictures of one item; a size of None or 0 means that there is no such picture."""

    __slots__ = ("_resize_bytes", "_resize_type", "_thumb_bytes", "_thumb_type")

    def __init__(
        self,
        *,
        thumb_bytes: int | None,
        thumb_type: str,
        resize_bytes: int | None,
        resize_type: str,
    ) -> None:
        self._thumb_bytes = thumb_bytes or None
        self._thumb_type = thumb_type
        self._resize_bytes = resize_bytes or None
        self._resize_type = resize_type

    def __getitem__(self, rendition: Rendition) -> RenditionFacts:
        if rendition == THUMB and self._thumb_bytes:
            return RenditionFacts(size_bytes=self._thumb_bytes, media_type=self._thumb_type)
        if rendition == RESIZE and self._resize_bytes:
            return RenditionFacts(size_bytes=self._resize_bytes, media_type=self._resize_type)
        raise KeyError(rendition)

    def __iter__(self) -> Iterator[Rendition]:
        if self._thumb_bytes:
            yield THUMB
        if self._resize_bytes:
            yield RESIZE

    def __len__(self) -> int:
        return bool(self._thumb_bytes) + bool(self._resize_bytes)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Renditions):
            return self._told() == other._told()
        return super().__eq__(other)

    __hash__ = None  # type: ignore[assignment]  # as any other mapping

    def __repr__(self) -> str:
        return repr(dict(self))

    def _told(self) -> tuple[int | None, str, int | None, str]:
        return self._thumb_bytes, self._thumb_type, self._resize_bytes, self._resize_type
