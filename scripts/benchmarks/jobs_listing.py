"""Jobs that only want to know what there is: `ls`, `find`, `du`, `stat`."""

from collections.abc import Iterator

from scripts.benchmarks.corpora import Scale
from scripts.benchmarks.jobs import CAPPED, FAR, NEAR, Job
from scripts.benchmarks.samples import Sample, timed
from scripts.benchmarks.trial import Outcome, Trial

TTL = "ttl=3600"
"""Longer than a run takes: the listings are fresh when they are asked for again."""


def list_one_album(trial: Trial) -> Iterator[Sample]:
    """`ls -l` of an album of many photos, cold."""
    trial.mount(TTL)
    row = f"ls -l of {trial.scale.listed} photos"
    outcome = trial.tool("ls", "-l", trial.path / "many")
    yield timed(1, row, outcome)
    yield timed(1, row, trial.replay(outcome), "curl")


def list_a_tree(trial: Trial) -> Iterator[Sample]:
    """Cold, again, and after a remount; each tool begins with nothing."""
    albums = _albums(trial)
    for tool in (["ls", "-lR"], ["find"], ["du", "-s"]):
        with Trial(trial.gallery, trial.conditions, trial.scale) as fresh:
            fresh.mount(TTL)
            row = f"{' '.join(tool)} of {albums} albums"
            cold = fresh.tool(*tool, fresh.path)
            yield timed(2, row, cold)
            yield timed(2, row, fresh.replay(cold), "curl")
            if tool[0] == "ls":
                yield from _listed_again(fresh, cold, albums)


def _listed_again(trial: Trial, cold: Outcome, albums: int) -> Iterator[Sample]:
    yield timed(3, f"ls -lR of {albums} albums, again", trial.tool("ls", "-lR", trial.path))
    trial.mount(TTL)
    row = f"ls -lR of {albums} albums, after a remount"
    yield timed(3, row, trial.tool("ls", "-lR", trial.path))
    yield timed(3, row, trial.replay(cold), "curl")


def _albums(trial: Trial) -> int:
    listing = trial.fetch_json("rest/tree/1?type=album&fields=id")
    assert isinstance(listing, dict)
    return len(listing["entity"]) - 1


def start(trial: Trial) -> Iterator[Sample]:
    """From the command to the first answer, without and with a state from before."""
    row = "mount to first answer"
    cold = trial.first_answer("album-00000", TTL)
    yield timed(10, row, cold)
    yield timed(10, row, trial.replay(cold), "curl")
    yield timed(10, f"{row}, known gallery", trial.first_answer("album-00000", TTL))


def memory(trial: Trial) -> Iterator[Sample]:
    """Resident memory before and after everything was listed."""
    mounted = trial.mount(TTL)
    yield _megabytes("RSS of an idle mount", mounted.resident_bytes)
    outcome = trial.tool("ls", "-lR", trial.path)
    row = f"RSS after listing {trial.scale.items} items"
    yield _megabytes(row, mounted.resident_bytes, outcome.error)


def _megabytes(row: str, size: int, error: str = "") -> Sample:
    return Sample(job=9, row=row, value=size / 1e6, unit="MB", error=error)


def cost_of_stat(trial: Trial) -> Iterator[Sample]:
    """CPU of the mount for 1,000 stat(2), the listing being known to it and not to the kernel."""
    mounted = trial.mount(TTL)
    names = [f"{trial.path}/many/photo-{n:05}.jpg" for n in range(trial.scale.listed)]
    trial.tool("stat", names[0])
    before = mounted.cpu_s
    outcome = trial.tool("xargs", "stat", "--format=%s", stdin="\n".join(names))
    spent = (mounted.cpu_s - before) * 1000 / len(names)
    row = "CPU per 1,000 stat"
    yield Sample(job=11, row=row, value=spent, unit="CPU s", error=outcome.error)


def _tree(index: int, scale: Scale) -> tuple[str, int, int]:
    return ("tree", scale.albums[min(index, len(scale.albums) - 1)], scale.photos_each)


LISTING_JOBS = (
    Job(
        numbers=(1,),
        corpus=lambda scale: ("album", scale.listed, 0),
        networks=(NEAR, FAR, CAPPED),
        quick_networks=(NEAR, FAR),
        run=list_one_album,
    ),
    Job(
        numbers=(2, 3),
        corpus=lambda scale: _tree(0, scale),
        networks=(NEAR, FAR),
        quick_networks=(NEAR, FAR),
        run=list_a_tree,
    ),
    Job(
        numbers=(2, 3),
        corpus=lambda scale: _tree(1, scale),
        networks=(NEAR, FAR),
        quick_networks=(),
        run=list_a_tree,
    ),
    Job(
        numbers=(9,),
        corpus=lambda scale: ("tree", 100, scale.items // 100),
        networks=(NEAR,),
        quick_networks=(NEAR,),
        run=memory,
    ),
    Job(
        numbers=(10,),
        corpus=lambda _: ("tree", 10, 10),
        networks=(NEAR, FAR),
        quick_networks=(FAR,),
        run=start,
    ),
    Job(
        numbers=(11,),
        corpus=lambda scale: ("album", scale.listed, 0),
        networks=(NEAR,),
        quick_networks=(NEAR,),
        run=cost_of_stat,
    ),
)
