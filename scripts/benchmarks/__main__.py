"""`scripts/bench`: how fast g3fs reads and writes, beside curl of the same requests, in one run.

It measures and never judges: targets and their reasons stand in docs/benchmarks.md.
"""

import argparse
import dataclasses
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from scripts.benchmarks import report
from scripts.benchmarks.corpora import QUICK, Scale
from scripts.benchmarks.jobs import NETWORKS, Job
from scripts.benchmarks.jobs_listing import LISTING_JOBS
from scripts.benchmarks.jobs_reading import READING_JOBS
from scripts.benchmarks.jobs_trouble import TROUBLE_JOBS
from scripts.benchmarks.jobs_writing import WRITING_JOBS
from scripts.benchmarks.samples import Sample
from scripts.benchmarks.trial import Trial, serving

JOBS = (*LISTING_JOBS, *READING_JOBS, *TROUBLE_JOBS, *WRITING_JOBS)


@dataclasses.dataclass(frozen=True, slots=True)
class Plan:
    """What is to be measured, and how often."""

    numbers: frozenset[int]
    networks: frozenset[str]
    runs: int
    quick: bool
    scale: Scale

    def jobs(self) -> Iterator[tuple[Job, list[str]]]:
        """The chosen jobs with the chosen networks on which each is run."""
        for job in JOBS:
            networks = job.quick_networks if self.quick else job.networks
            chosen = [x for x in networks if x in self.networks]
            if chosen and self.numbers.intersection(job.numbers):
                yield job, chosen


def main() -> None:
    """Measure, print, write."""
    options = _options()
    plan = _plan(options)
    _say(f"{report.machine()}; medians of {plan.runs} runs\n")
    samples: list[Sample] = []
    given_up: list[str] = []
    for job, networks in plan.jobs():
        corpus = job.corpus(plan.scale)
        _say(f"job {', '.join(map(str, job.numbers))}: {corpus[0]} {corpus[1]}, {networks}")
        with serving(*corpus) as gallery:
            for network in networks:
                for turn in range(plan.runs):
                    try:
                        with Trial(gallery, NETWORKS[network], plan.scale, turn) as trial:
                            _measure(job, trial, network, samples)
                    except (RuntimeError, OSError, ValueError) as error:
                        given_up.append(f"a run of job {job.numbers} on {network}: {error}")
    sys.stdout.write(report.table(samples, given_up) + "\n")
    if options.json is not None:
        settings: dict[str, object] = {"runs": plan.runs, "scale": dataclasses.asdict(plan.scale)}
        settings["given_up"] = given_up
        options.json.write_text(report.as_json(samples, settings))


def _measure(job: Job, trial: Trial, network: str, samples: list[Sample]) -> None:
    """One run; what was measured before a run fails is kept."""
    samples.extend(dataclasses.replace(x, network=network) for x in job.run(trial))


def _plan(options: argparse.Namespace) -> Plan:
    scale = QUICK if options.quick else Scale()
    if options.items is not None:
        scale = dataclasses.replace(scale, items=options.items)
    known = frozenset(x for job in JOBS for x in job.numbers)
    return Plan(
        numbers=frozenset(options.job or known),
        networks=frozenset(options.network or NETWORKS),
        runs=options.runs or (1 if options.quick else 5),
        quick=options.quick,
        scale=scale,
    )


def _options(argv: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser("scripts/bench", description=__doc__.partition("\n")[0])
    numbers = sorted({x for job in JOBS for x in job.numbers})
    parser.add_argument("--quick", action="store_true", help="smaller, once, under 3 minutes")
    parser.add_argument("--runs", type=int, help="runs of each job (5; with --quick 1)")
    parser.add_argument("--job", type=int, action="append", choices=numbers, help="only this one")
    parser.add_argument("--network", action="append", choices=list(NETWORKS), help="only this one")
    parser.add_argument("--items", type=int, help="items listed by job 9 (20000)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every sample to FILE")
    return parser.parse_args(argv)


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")


if __name__ == "__main__":
    main()
