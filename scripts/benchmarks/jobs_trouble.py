"""What a mount does when its server falls silent."""

from collections.abc import Iterator
from pathlib import Path

from scripts.benchmarks.jobs import FAR, Job
from scripts.benchmarks.samples import Sample, timed
from scripts.benchmarks.trial import Outcome, Trial

TIMEOUT_S = 5
KNOWN, FIRST, SECOND, THIRD = (f"album-{n:05}" for n in range(4))


def black_hole(trial: Trial) -> Iterator[Sample]:
    """Calls on a mount whose server accepts and never answers; then it is back."""
    trial.mount("ttl=3600", f"timeout={TIMEOUT_S}")
    trial.tool("ls", "-l", trial.path, trial.path / KNOWN)
    trial.proxy.black_hole()
    known, silent = trial.path / KNOWN, f"silent server, timeout={TIMEOUT_S}"
    yield _failing(f"{silent}: ls of an unknown album", trial, trial.path / FIRST)
    yield _failing(f"{silent}: another one", trial, trial.path / SECOND)
    yield timed(12, f"{silent}: ls -l of a known album", trial.tool("ls", "-l", known))
    yield timed(12, f"{silent}: stat", trial.tool("stat", known))
    yield timed(12, f"{silent}: df", trial.tool("df", known))
    trial.proxy.heal()
    script = 'until ls "$1"; do n=$((n+1)); [ $n -lt 1000 ] || exit 1; sleep 0.05; done'
    back = trial.tool("sh", "-c", script, "sh", trial.path / THIRD)
    yield timed(12, "server is back: an unknown album answers after", back)


def _failing(row: str, trial: Trial, path: Path) -> Sample:
    """The time to an error; success is what would be wrong here."""
    outcome: Outcome = trial.tool("ls", path)
    error = "" if outcome.error else "it answered although the server is silent"
    return Sample(
        job=12, row=row, value=outcome.seconds, requests=len(outcome.requests), error=error
    )


TROUBLE_JOBS = (
    Job(
        numbers=(12,),
        corpus=lambda _: ("tree", 10, 5),
        networks=(FAR,),
        quick_networks=(FAR,),
        run=black_hole,
    ),
)
