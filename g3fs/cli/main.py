"""The command `g3fs`: finds out who is calling, and turns whatever happens into an exit code."""

import os
import sys
from collections.abc import Callable, Sequence
from typing import NoReturn

import click

from g3fs.cli.comment import comment
from g3fs.cli.cover import cover
from g3fs.cli.demo import demo
from g3fs.cli.exits import FAILED, INTERRUPTED, OK, USAGE
from g3fs.cli.helper import mount_helper
from g3fs.cli.info import info
from g3fs.cli.install_helper import install_helper
from g3fs.cli.login import login
from g3fs.cli.ls import ls
from g3fs.cli.mount import mount
from g3fs.cli.queue import queue
from g3fs.cli.refresh import refresh
from g3fs.cli.saying import explain, say
from g3fs.cli.scan import scan
from g3fs.cli.status import status
from g3fs.cli.tag import tag
from g3fs.cli.title import title
from g3fs.cli.umount import umount

HELPER = "mount-helper"


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="g3fs", message="g3fs %(version)s")
def g3fs() -> None:
    """Mount a photo gallery server as a directory."""


COMMANDS = (
    *(demo, login, mount, umount, ls, status, queue, info, refresh, scan),
    *(tag, comment, title, cover, install_helper),
)
for command in COMMANDS:
    g3fs.add_command(command)


def main() -> NoReturn:
    """The process' whole life."""
    sys.exit(guarded(lambda: run(sys.argv[1:])))


def run(arguments: Sequence[str]) -> int:
    """Run one command line; returns the exit code."""
    if called_by_mount(arguments):
        return mount_helper(arguments)
    if arguments[:1] == [HELPER]:
        return mount_helper(arguments[1:])
    words = list(arguments) or ["--help"]
    code: object = g3fs.main(words, prog_name="g3fs", standalone_mode=False)
    return code if isinstance(code, int) else OK


def called_by_mount(arguments: Sequence[str]) -> bool:
    """Whether this is `g3fs SOURCE DIR -o ...`, as mount.fuse(8) calls for the type fuse.g3fs."""
    return (
        len(arguments) > 1
        and arguments[0] not in g3fs.commands
        and arguments[0] != HELPER
        and not arguments[0].startswith("-")
        and any(argument.startswith("-o") for argument in arguments[2:])
    )


def guarded(command: Callable[[], int]) -> int:
    """Run `command`; what it raises becomes one line on stderr and an exit code."""
    try:
        return command()
    except click.UsageError as exc:
        hint = f" (see `{exc.ctx.command_path} --help`)" if exc.ctx is not None else ""
        say(f"{exc.format_message()}{hint}")
        return USAGE
    except click.ClickException as exc:
        say(exc.format_message())
        return FAILED
    except (click.Abort, KeyboardInterrupt):
        say("interrupted")
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has had enough; flushing the rest at exit would complain again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except Exception as exc:  # noqa: BLE001 - the last place where a bug can become one line
        failure = explain(exc)
        say(str(failure))
        return failure.code
