"""Mutations of the server itself: jobs, API key, settings; and the counters of images."""

import secrets
from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any

from g3fs.demo.stash.cleaning import clean
from g3fs.demo.stash.context import Context
from g3fs.demo.stash.execution import Refusal, Resolver
from g3fs.demo.stash.finding import number_of
from g3fs.demo.stash.options import Stash
from g3fs.demo.stash.queries import general
from g3fs.demo.stash.rows import Medium

Arguments = Mapping[str, Any]


def _scan(_root: object, context: Context, arguments: Arguments) -> int:
    data = arguments["input"]
    return context.world.scan(data.get("paths"), rescan=bool(data.get("rescan"))).id


def _clean(_root: object, context: Context, arguments: Arguments) -> int:
    data, world = arguments["input"], context.world
    paths, dry = data.get("paths"), data["dryRun"]
    return world.jobs.add("Cleaning...", lambda p: clean(world, paths, p, dry=dry)).id


def _stop(_root: object, context: Context, arguments: Arguments) -> bool:
    ident = arguments.get("job_id")
    context.world.jobs.stop(None if ident is None else number_of(ident))
    return True


def _key(_root: object, context: Context, arguments: Arguments) -> str:
    """Nothing usable without credentials; else a new one, and the old one is dead at once."""
    settings = context.world.settings
    if not settings.username:
        return ""
    clear = arguments["input"].get("clear")
    settings.api_key = "" if clear else f"eyJhbGciOiJIUzI1NiJ9.{secrets.token_urlsafe(24)}"
    return settings.api_key


def _configure(_root: object, context: Context, arguments: Arguments) -> SimpleNamespace:
    data, settings = arguments["input"], context.world.settings
    names = {
        "username": "username",
        "password": "password",
        "createGalleriesFromFolders": "folder_galleries",
        "galleryCoverRegex": "cover_regex",
        "deleteTrashPath": "trash",
    }
    for given, name in names.items():
        if data.get(given) is not None:
            setattr(settings, name, data[given])
    if data.get("stashes") is not None:
        settings.stashes = _stashes(data["stashes"])
    return general(context)


def _setup(_root: object, context: Context, arguments: Arguments) -> bool:
    context.world.options.status = "OK"
    context.world.settings.stashes = _stashes(arguments["input"]["stashes"])
    return True


def _stashes(given: list[Arguments]) -> list[Stash]:
    return [
        Stash(
            path=one["path"], exclude_video=one["excludeVideo"], exclude_image=one["excludeImage"]
        )
        for one in given
    ]


def _counter(table: str, change: Callable[[int], int]) -> Resolver:
    def count(_root: object, context: Context, arguments: Arguments) -> int:
        row: Medium | None = context.store.tables[table].get(number_of(arguments["id"]))
        if row is None:
            raise Refusal(f"id {arguments['id']} does not exist in {table}")
        context.store.touch(row)
        row.o_counter = max(0, change(row.o_counter))
        return row.o_counter

    return count


def _history(change: Callable[[int], int]) -> Resolver:
    counter = _counter("scenes", change)

    def count(root: object, context: Context, arguments: Arguments) -> SimpleNamespace:
        return SimpleNamespace(count=counter(root, context, arguments), history=[])

    return count


ADMINISTRATION: Mapping[str, Resolver] = {
    "setup": _setup,
    "generateAPIKey": _key,
    "configureGeneral": _configure,
    "metadataScan": _scan,
    "metadataClean": _clean,
    "stopJob": _stop,
    "stopAllJobs": _stop,
    "imageIncrementO": _counter("images", lambda n: n + 1),
    "imageDecrementO": _counter("images", lambda n: n - 1),
    "imageResetO": _counter("images", lambda _n: 0),
    "sceneAddO": _history(lambda n: n + 1),
    "sceneDeleteO": _history(lambda n: n - 1),
    "sceneResetO": _counter("scenes", lambda _n: 0),
}
