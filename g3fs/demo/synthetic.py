"""Libraries for tests and benchmarks: many items, deep trees, big files, cheap to make."""

import random
from functools import partial

from g3fs.demo.library import Album, Content, Library, Media
from g3fs.demo.pictures import Scene, draw, encode

TINY = (60, 40)


def album_of(count: int, name: str = "many") -> Library:
    """One album with `count` tiny photos of different bytes and sizes."""
    return Library(children=(Album(name=name, children=_photos(count)),))


def tree_of(albums: int, photos_each: int = 1, branches: int = 10) -> Library:
    """`albums` albums in all, the first `branches` at the top, the others spread below them."""
    below: list[list[Album]] = [[] for _ in range(min(branches, albums))]
    for number in range(len(below), albums):
        leaf = Album(name=f"album-{number:05}", children=_photos(photos_each, number))
        below[number % len(below)].append(leaf)
    return Library(
        children=tuple(
            Album(name=f"album-{n:05}", children=(*_photos(photos_each, n), *leaves))
            for n, leaves in enumerate(below)
        )
    )


def big_file(size: int = 20_000_000, name: str = "big.jpg") -> Library:
    """One photo of exactly `size` bytes: a small JPEG with a long, incompressible tail."""
    content = Content(partial(_padded, size))
    photo = Media(name=name, content=content, width=TINY[0], height=TINY[1])
    return Library(children=(Album(name="big", children=(photo,)),))


def tiny_jpeg() -> bytes:
    """The smallest picture used here; anything may follow its end marker."""
    scene = Scene(theme="sea", label="", seed=0, width=TINY[0], height=TINY[1])
    return encode(draw(scene), "JPEG")


def _photos(count: int, seed: int = 0) -> tuple[Media, ...]:
    head = tiny_jpeg()
    return tuple(
        Media(
            name=f"photo-{seed:03}-{n:05}.jpg" if seed else f"photo-{n:05}.jpg",
            content=Content(partial(_tailed, head, n, seed)),
            width=TINY[0],
            height=TINY[1],
        )
        for n in range(count)
    )


def _tailed(head: bytes, number: int, seed: int) -> bytes:
    """Equal heads, tails that differ in bytes and, from one photo to the next, in length."""
    return head + f"{seed}/{number}".encode().ljust(16 + number % 97, b".")


def _padded(size: int) -> bytes:
    head = tiny_jpeg()
    tail = random.Random(size).randbytes(size - len(head))  # noqa: S311 - filler, not a secret
    return head + tail
