"""`g3fs install-helper`: lets mount(8) and /etc/fstab find g3fs."""

import shlex
import sys
from pathlib import Path

import click

from g3fs.cli.exits import Failure

NAMES = ("mount.g3fs", "mount.fuse.g3fs")
"""For the types `g3fs` and `fuse.g3fs`."""
_MARK = "# Written by `g3fs install-helper`; `g3fs install-helper --remove` takes it away."


@click.command("install-helper")
@click.option("--remove", is_flag=True, help="Take the helper away again.")
@click.option(
    "--directory",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("/sbin"),
    show_default=True,
    help="Where mount(8) looks for helpers.",
)
def install_helper(directory: Path, *, remove: bool) -> None:
    """Install /sbin/mount.g3fs, so that `mount -t g3fs` and lines in /etc/fstab work."""
    for name in NAMES:
        helper = directory / name
        try:
            _refuse_foreign(helper)
            if remove:
                helper.unlink(missing_ok=True)
            else:
                _write(helper)
        except OSError as exc:
            raise Failure(f"{helper}: {exc.strerror} (this needs root)") from exc
        click.echo(f"{'Removed' if remove else 'Installed'} {helper}")


def _refuse_foreign(helper: Path) -> None:
    if helper.is_symlink() or (
        helper.exists() and _MARK not in helper.read_text(encoding="utf-8", errors="replace")
    ):
        raise Failure(f"{helper} is not from g3fs, it stays as it is")


def _write(helper: Path) -> None:
    draft = helper.with_name(f"{helper.name}.new")
    draft.write_text(script(sys.executable), encoding="utf-8")
    draft.chmod(0o755)
    draft.replace(helper)


def script(python: str) -> str:
    """The helper. A shell script: `#!` takes no blanks and no long paths, and mount(8) no PATH.

    Isolated (-I), because mount(8) runs it as root in somebody's current directory.
    """
    return f'#!/bin/sh\n{_MARK}\nexec {shlex.quote(python)} -I -m g3fs mount-helper "$@"\n'
