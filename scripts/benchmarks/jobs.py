"""What a job is: a corpus, the networks on which it is run, and one run of it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from g3fs.demo.proxy_link import Conditions
from scripts.benchmarks.corpora import Scale
from scripts.benchmarks.samples import Sample
from scripts.benchmarks.trial import Trial

ROUND_TRIP_S = 0.03
NETWORKS = {
    "0ms": Conditions(round_trip_s=0.0),
    "30ms": Conditions(round_trip_s=ROUND_TRIP_S),
    "30ms-50mbit": Conditions(round_trip_s=ROUND_TRIP_S, down_bytes_per_s=50e6 / 8),
}
NEAR, FAR, CAPPED = NETWORKS


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One job; `numbers` are those of the targets that it measures."""

    numbers: tuple[int, ...]
    corpus: Callable[[Scale], tuple[str, int, int]]
    """Name and two numbers, as in corpora.CORPORA."""
    networks: tuple[str, ...]
    quick_networks: tuple[str, ...]
    run: Callable[[Trial], Iterator[Sample]]
