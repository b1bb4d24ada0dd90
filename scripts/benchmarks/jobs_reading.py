"""Jobs that want bytes: heads of photos, whole photos, a movie."""

from collections.abc import Iterator
from pathlib import Path

from scripts.benchmarks.corpora import LARGE_PHOTO_BYTES, PHOTO_BYTES, Scale
from scripts.benchmarks.jobs import CAPPED, FAR, NEAR, ROUND_TRIP_S, Job
from scripts.benchmarks.samples import Sample, timed
from scripts.benchmarks.trial import Mounted, Outcome, Trial

HEAD_BYTES = 64 * 1024
TTL = "ttl=3600"
EVERYTHING = 'cat "$1"/*'
HEADS = f'for f in "$1"/*; do head -c {HEAD_BYTES} "$f"; done'


def heads(trial: Trial) -> Iterator[Sample]:
    """The first 64 KiB of many large photos, as file managers and indexers read them."""
    _mount_and_look(trial, "photos")
    row = f"first 64 KiB of {trial.scale.large} photos of 4 MB"
    yield from _amplified(trial, row, _shell(trial, HEADS, "photos"), "g3fs")
    yield timed(4, f"{row}, again", _shell(trial, HEADS, "photos"))
    targets = trial.public_targets()
    yield from _amplified(trial, row, trial.curl(targets, f"0-{HEAD_BYTES - 1}"), "curl")


def _amplified(trial: Trial, row: str, outcome: Outcome, contender: str) -> Iterator[Sample]:
    yield timed(4, row, outcome, contender)
    ideal = trial.scale.large * HEAD_BYTES
    yield Sample(
        job=4,
        row=f"{row}: bytes to ideal",
        contender=contender,
        value=outcome.bytes_down / ideal,
        unit="x",
    )


def in_a_row(trial: Trial) -> Iterator[Sample]:
    """`cat` of small photos, one after the other."""
    _mount_and_look(trial, "photos")
    row = f"cat of {trial.scale.in_a_row} photos of 50 kB"
    yield timed(5, row, _shell(trial, EVERYTHING, "photos"))
    yield timed(5, row, trial.curl(trial.public_targets()), "curl")


def copy_out(trial: Trial) -> Iterator[Sample]:
    """`cp -r` of an album, cold."""
    trial.mount(TTL)
    row = f"cp -r of {trial.scale.copied} photos of 50 kB"
    yield timed(6, row, trial.tool("cp", "-r", trial.path / "photos", trial.path.parent / "copy"))
    yield timed(6, row, trial.curl(trial.public_targets()), "curl")


def movie(trial: Trial) -> Iterator[Sample]:
    """A movie from the network, from the kernel's pages, and from the disk cache."""
    mounted = _mount_and_look(trial, "movies")
    size = _size(trial)
    before = mounted.cpu_s
    row = f"a movie of {size / 1e6:.0f} MB"
    cold = _shell(trial, EVERYTHING, "movies")
    yield timed(6, row, cold)
    spent = (mounted.cpu_s - before) / (size / 1e9)
    floor = trial.curl(trial.public_targets())
    yield timed(6, row, floor, "curl")
    cost = "CPU per GB read"
    yield Sample(job=11, row=cost, value=spent, unit="CPU s")
    yield Sample(job=11, row=cost, contender="curl", value=floor.cpu_s / (size / 1e9), unit="CPU s")
    yield _rate(f"{row}, again", size, _shell(trial, EVERYTHING, "movies"))
    _mount_and_look(trial, "movies")
    yield _rate(f"{row}, after a remount", size, _shell(trial, EVERYTHING, "movies"))


def tail_first(trial: Trial) -> Iterator[Sample]:
    """The last 64 KiB of a movie of which nothing is known yet, as players read it."""
    _mount_and_look(trial, "movies")
    row = "last 64 KiB of a movie"
    outcome = _shell(trial, f'tail -c {HEAD_BYTES} "$1"/*', "movies")
    yield timed(7, row, outcome)
    floor = trial.curl(trial.public_targets(), f"-{HEAD_BYTES}")
    yield timed(7, row, floor, "curl")
    yield from (
        Sample(
            job=7,
            row=f"{row}: round trips",
            contender=contender,
            value=x.seconds / ROUND_TRIP_S,
            unit="round trips",
        )
        for contender, x in (("g3fs", outcome), ("curl", floor))
    )
    yield timed(7, "then its first 64 KiB", _shell(trial, HEADS, "movies"))


def _mount_and_look(trial: Trial, album: str) -> Mounted:
    """Mounts and lists an album, so that what follows measures the bytes alone."""
    mounted = trial.mount(TTL)
    trial.tool("ls", "-l", trial.path / album)
    return mounted


def _shell(trial: Trial, script: str, album: str) -> Outcome:
    return trial.tool("sh", "-c", f"{{ {script}; }} >/dev/null", "sh", trial.path / album)


def _size(trial: Trial) -> int:
    path: Path = trial.path / "movies" / "movie.mp4"
    return int(trial.tool("stat", "--format=%s", path).output)


def _rate(row: str, size: int, outcome: Outcome) -> Sample:
    return Sample(
        job=6,
        row=row,
        value=size / 1e6 / outcome.seconds,
        unit="MB/s",
        requests=len(outcome.requests),
        bytes_down=outcome.bytes_down,
        error=outcome.error,
    )


def _movie(scale: Scale) -> tuple[str, int, int]:
    return ("movie", scale.frame_bytes, 0)


READING_JOBS = (
    Job(
        numbers=(4,),
        corpus=lambda scale: ("photos", scale.large, LARGE_PHOTO_BYTES),
        networks=(NEAR, FAR, CAPPED),
        quick_networks=(FAR, CAPPED),
        run=heads,
    ),
    Job(
        numbers=(5,),
        corpus=lambda scale: ("photos", scale.in_a_row, PHOTO_BYTES),
        networks=(NEAR, FAR, CAPPED),
        quick_networks=(FAR,),
        run=in_a_row,
    ),
    Job(
        numbers=(6,),
        corpus=lambda scale: ("photos", scale.copied, PHOTO_BYTES),
        networks=(NEAR, FAR),
        quick_networks=(FAR,),
        run=copy_out,
    ),
    Job(
        numbers=(6, 11),
        corpus=_movie,
        networks=(NEAR, FAR, CAPPED),
        quick_networks=(NEAR, FAR),
        run=movie,
    ),
    Job(numbers=(7,), corpus=_movie, networks=(FAR,), quick_networks=(FAR,), run=tail_first),
)
