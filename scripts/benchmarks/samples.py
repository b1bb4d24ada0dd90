"""What was measured, and medians of it."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from statistics import median

from scripts.benchmarks.trial import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One value of one run."""

    job: int  # as numbered in the table of targets in docs/benchmarks.md
    row: str
    contender: str = "g3fs"
    network: str = ""
    value: float
    unit: str = "s"
    requests: int | None = None
    bytes_down: int | None = None
    error: str = ""

    def as_json(self) -> dict[str, object]:
        return asdict(self)


def timed(job: int, row: str, outcome: Outcome, contender: str = "g3fs") -> Sample:
    """The seconds that a tool took, with its requests and bytes."""
    return Sample(
        job=job,
        row=row,
        contender=contender,
        value=outcome.seconds,
        requests=len(outcome.requests),
        bytes_down=outcome.bytes_down,
        error=outcome.error,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Median:
    """The middle of several samples of one contender."""

    value: float
    unit: str
    requests: float | None
    bytes_down: float | None
    runs: int
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table: a job on a network, by contender."""

    job: int
    row: str
    network: str
    contenders: dict[str, Median]

    @property
    def ratio(self) -> float | None:
        """How many times as long as curl g3fs took; for rates, what part of curl's it reached."""
        ours, floor = self.contenders.get("g3fs"), self.contenders.get("curl")
        if ours is None or floor is None or not floor.value:
            return None
        return ours.value / floor.value


def rows_of(samples: Iterable[Sample]) -> list[Row]:
    """Medians, in the order in which the samples came."""
    groups: dict[tuple[int, str, str], dict[str, list[Sample]]] = {}
    for sample in samples:
        contenders = groups.setdefault((sample.job, sample.row, sample.network), {})
        contenders.setdefault(sample.contender, []).append(sample)
    return [
        Row(
            job=job,
            row=row,
            network=network,
            contenders={name: _median(x) for name, x in contenders.items()},
        )
        for (job, row, network), contenders in groups.items()
    ]


def _median(samples: list[Sample]) -> Median:
    requests = [x.requests for x in samples if x.requests is not None]
    sizes = [x.bytes_down for x in samples if x.bytes_down is not None]
    return Median(
        value=median(x.value for x in samples),
        unit=samples[0].unit,
        requests=median(requests) if requests else None,
        bytes_down=median(sizes) if sizes else None,
        runs=len(samples),
        error=next((x.error for x in samples if x.error), ""),
    )
