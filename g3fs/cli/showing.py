"""Progress of something long: a bar on a terminal, lines everywhere else."""

import sys
from collections.abc import Iterator
from typing import Protocol, TypeVar

import click


class Step(Protocol):
    """How far it is at one moment."""

    @property
    def over(self) -> bool:
        """Whether this is the last one; it is not shown."""
        ...

    @property
    def percent(self) -> int | None:
        """None where nobody knows."""
        ...

    @property
    def text(self) -> str:
        """What is going on, on one line."""
        ...


T = TypeVar("T", bound=Step)


def followed(steps: Iterator[T]) -> T:
    """Show all of `steps`, of which there is at least one, as they come; returns the last."""
    first = next(steps)
    if first.over:
        return first
    return (_drawn if sys.stdout.isatty() else _told)(first, steps)


def _told(first: T, steps: Iterator[T]) -> T:
    """Lines, one for each change that is worth one."""
    step, said = first, None
    while not step.over:
        tenth = "" if step.percent is None else f" {step.percent // 10 * 10} %"
        line = f"{step.text}{tenth}"
        if line != said:
            click.echo(line)
            said = line
        step = next(steps)
    return step


def _drawn(first: T, steps: Iterator[T]) -> T:
    """A bar."""
    # Here, not above: no other command should wait for this import.
    from rich.markup import escape
    from rich.progress import Progress

    step = first
    with Progress(transient=True) as progress:
        bar = progress.add_task("", total=None)
        while not step.over:
            total = None if step.percent is None else 100
            progress.update(
                bar, description=escape(step.text), total=total, completed=step.percent or 0
            )
            step = next(steps)
    return step
