"""What the demo server holds for each job; the same bytes in every run."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from g3fs.demo.library import Album, Content, Library, Media
from g3fs.demo.movies import movie
from g3fs.demo.synthetic import album_of, tiny_jpeg, tree_of

PHOTO_BYTES = 50_000
LARGE_PHOTO_BYTES = 4_000_000
SENT_PHOTO_BYTES = 3_000_000
MOVIE_FRAMES = 21


@dataclass(frozen=True, slots=True)
class Scale:
    """How much of everything; `quick` keeps the shape of the jobs and shrinks the rest."""

    albums: tuple[int, ...] = (100, 820)
    photos_each: int = 24  # 820 albums of 24 photos are 20,000 items
    listed: int = 1000
    in_a_row: int = 200
    copied: int = 1000
    large: int = 40
    frame_bytes: int = 10_000_000  # 21 frames: a movie of 210 MB
    items: int = 20_000
    sent: int = 50


QUICK = Scale(
    albums=(50,),
    photos_each=10,
    in_a_row=100,
    copied=150,
    frame_bytes=2_000_000,
    items=5_000,
    sent=15,
)


def photos(count: int, size: int, name: str = "photos") -> Library:
    """One album of photos of exactly `size` bytes."""
    head = tiny_jpeg()
    media = tuple(
        Media(
            name=f"photo-{n:05}.jpg",
            content=Content(partial(padded, head, size, n)),
            width=60,
            height=40,
        )
        for n in range(count)
    )
    return Library(children=(Album(name=name, children=media),))


def one_movie(frame_bytes: int) -> Library:
    """One movie whose index stands at its end, as cameras write it."""
    content = Content(partial(_movie, frame_bytes))
    clip = Media(name="movie.mp4", content=content, mime_type="video/mp4", width=60, height=40)
    return Library(children=(Album(name="movies", children=(clip,)),))


def padded(head: bytes, size: int, seed: int) -> bytes:
    """A picture of exactly `size` bytes; the same for the same seed."""
    return head + random.Random(seed).randbytes(size - len(head))  # noqa: S311 - filler, no secret


def _movie(frame_bytes: int) -> bytes:
    head = tiny_jpeg()
    frames = [padded(head, frame_bytes, n) for n in range(MOVIE_FRAMES)]
    return movie(frames, 60, 40)


CORPORA: Mapping[str, Callable[[int, int], Library]] = {
    "album": lambda count, _: album_of(count),
    "tree": tree_of,
    "photos": photos,
    "movie": lambda frame_bytes, _: one_movie(frame_bytes),
}
"""By name and two numbers, so that a corpus can be asked of another process."""
