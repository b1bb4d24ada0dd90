"""Jobs that send: photos copied into the mount, beside curl posting the same."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from g3fs.demo.synthetic import tiny_jpeg
from scripts.benchmarks.corpora import SENT_PHOTO_BYTES, padded
from scripts.benchmarks.jobs import FAR, NEAR, Job
from scripts.benchmarks.posting import delete_albums, in_one_go, make_album, one_by_one
from scripts.benchmarks.samples import Sample, timed
from scripts.benchmarks.trial import Mounted, Outcome, Trial

TTL = "ttl=3600"
COPY, SYNC, POSTS, ONE_GO = "cp", "rsync -a", "a curl per photo", "one curl"


@dataclass(frozen=True, slots=True)
class _Sent:
    """What one contender took; the CPU is that of the mount, or of curl."""

    outcome: Outcome
    cpu_s: float


def send(trial: Trial) -> Iterator[Sample]:
    """Copies photos in by `cp` and `rsync`, posts them by curl; in turns, the last goes first."""
    photos = _photos(trial)
    contenders = [COPY, POSTS, SYNC, ONE_GO]
    albums = {name: make_album(trial, name.replace(" ", "-")) for name in contenders}
    mounted = trial.mount(TTL)
    for name in (COPY, SYNC):
        trial.tool("ls", "-l", _place(trial, name))
    order = contenders if trial.turn % 2 == 0 else contenders[::-1]
    sent = {name: _sent(trial, mounted, name, albums[name], photos) for name in order}
    for name in (COPY, SYNC):
        row = f"{name} of {len(photos)} photos of 3 MB"
        yield timed(8, row, sent[name].outcome)
        yield timed(8, row, sent[POSTS].outcome, "curl")
        yield timed(8, f"{row}; one curl for all", sent[name].outcome)
        yield timed(8, f"{row}; one curl for all", sent[ONE_GO].outcome, "curl")
        yield from _cost(f"CPU per photo sent, {name}", sent[name], sent[POSTS], len(photos))
    yield from _again(trial, photos)
    trial.unmount()
    delete_albums(trial, albums.values())


def _again(trial: Trial, photos: Sequence[Path]) -> Iterator[Sample]:
    """What is there already is not sent again, whichever mount sent it."""
    trial.mount(TTL)
    row = f"{SYNC} of {len(photos)} photos of 3 MB, again after a remount"
    outcome = _sync(trial, photos)
    yield timed(8, row, outcome)
    posts = sum(request.method != "GET" for request in outcome.requests)
    yield Sample(job=8, row=f"{row}: writing requests", value=posts, unit="requests")


def _photos(trial: Trial) -> list[Path]:
    folder, head = trial.path.parent / "photos", tiny_jpeg()
    folder.mkdir()
    photos = [folder / f"photo-{n:05}.jpg" for n in range(trial.scale.sent)]
    for number, photo in enumerate(photos):
        photo.write_bytes(padded(head, SENT_PHOTO_BYTES, number))
    return photos


def _place(trial: Trial, contender: str) -> Path:
    return trial.path / contender.replace(" ", "-")


def _sent(
    trial: Trial, mounted: Mounted, contender: str, album: int, photos: Sequence[Path]
) -> _Sent:
    ways: dict[str, Callable[[], Outcome]] = {
        COPY: lambda: trial.tool("cp", *photos, _place(trial, COPY)),
        SYNC: lambda: _sync(trial, photos),
        POSTS: lambda: one_by_one(trial, album, photos),
        ONE_GO: lambda: in_one_go(trial, album, photos),
    }
    before = mounted.cpu_s
    outcome = ways[contender]()
    ours = contender in (COPY, SYNC)
    return _Sent(outcome, mounted.cpu_s - before if ours else outcome.cpu_s)


def _sync(trial: Trial, photos: Sequence[Path]) -> Outcome:
    return trial.tool("rsync", "-a", f"{photos[0].parent}/", f"{_place(trial, SYNC)}/")


def _cost(row: str, ours: _Sent, floor: _Sent, count: int) -> Iterator[Sample]:
    yield Sample(job=8, row=row, value=ours.cpu_s / count, unit="CPU s")
    yield Sample(job=8, row=row, contender="curl", value=floor.cpu_s / count, unit="CPU s")


WRITING_JOBS = (
    Job(
        numbers=(8,),
        corpus=lambda _: ("photos", 0, 0),
        networks=(NEAR, FAR),
        quick_networks=(NEAR, FAR),
        run=send,
    ),
)
