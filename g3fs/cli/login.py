"""`g3fs login`."""

import os
import sys

import click

from g3fs.cli.exits import Failure
from g3fs.cli.parameters import mount_words
from g3fs.cli.saying import explain
from g3fs.config.build import asked_for, source_options
from g3fs.config.logins import Login, store_login
from g3fs.config.options import Credentials
from g3fs.config.secret import Secret
from g3fs.config.surroundings import surroundings
from g3fs.config.words import Word
from g3fs.gallery.errors import GalleryError


@click.command()
@click.argument("url")
@click.option("--user", metavar="NAME", help="Your name on the server; asked for otherwise.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@mount_words
def login(url: str, user: str | None, words: list[Word], *, password_stdin: bool) -> None:
    """Log in to the gallery URL once, and keep the key that it gives.

    The password is not kept. The key lands in a file that only you can read; `mount`, `ls` and the
    other commands find it there.
    """
    around = surroundings(os.environ)
    asked = asked_for(url, words, around)
    known = {name: secret.reveal() for name, secret in around.variables.items()}
    name = user or known.get("USERNAME") or _asked("User name", "use --user NAME")
    source = source_options(asked, around, Credentials(username=name))
    password = _password(known.get("PASSWORD"), name, source.url, from_stdin=password_stdin)
    source.http.redactor.add(password)
    # Here, not above: no other command should wait for these imports.
    from g3fs.app import sources

    try:
        result = sources.fetch_api_key(source, Secret(password))
    except GalleryError as exc:
        raise explain(exc, about=source.url) from exc
    store_login(around.logins, source.url, Login(username=result.user, api_key=result.api_key))
    click.echo(f"Logged in to {source.url} ({result.server}) as {result.user}.")
    if result.remark:
        click.echo(result.remark)


def _password(known: str | None, name: str, url: str, *, from_stdin: bool) -> str:
    if from_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    elif known:
        password = known
    else:
        password = _asked(f"Password of {name} on {url}", "use --password-stdin", hidden=True)
    if not password:
        raise Failure("the password is empty")
    return password


def _asked(question: str, otherwise: str, *, hidden: bool = False) -> str:
    if not sys.stdin.isatty():
        raise Failure(f"there is no terminal to ask for it: {otherwise}")
    answer: str = click.prompt(question, hide_input=hidden)
    return answer
